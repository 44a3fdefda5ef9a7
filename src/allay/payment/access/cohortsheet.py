"""Cohort sheets: one row per aligned patient of a track and period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import Final

from allay.base.cells import one_of, whole_number, words, yes_no
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.tables import CsvTable, Readable, read_csv
from allay.payment.access.attainment import Outcome
from allay.payment.access.cells import chance, day_until
from allay.payment.access.cohort import Aligned
from allay.payment.access.parameters import TRACKS
from allay.payment.access.terms import Terms

OUTCOME: Final = "outcome"
OPTIONAL: Final = (
    OUTCOME,
    "substitute",
    "substitute_on",
    "months",
    "tracks",
    "aligned_on",
    "p_met",
    "p_report",
)
_OUTCOMES = tuple(outcome.value for outcome in Outcome)


def read_cohort_table(source: Readable, *, name: str | None = None) -> CsvTable:
    """Read the table of a cohort; which outcome columns it has is for `outcome_columns`."""
    table = read_csv(source, columns=["patient_id"], optional=OPTIONAL, minimum_rows=1, name=name)
    missing = []
    if not outcome_columns(table):
        missing.append((OUTCOME, f"this column, with {', '.join(_OUTCOMES)}"))
    if not {"substitute", "substitute_on"} & set(table.columns):
        missing.append(("substitute", "this column (yes or no), or substitute_on with the first day"))
    if missing:
        found = "the columns " + ", ".join(table.columns)
        raise InvalidInput(Problem(table.name, "1", column, said, found) for column, said in missing)
    return table


def outcome_columns(table: CsvTable) -> dict[str, str]:
    """Return the outcome columns by the policy they are under; that of the terms is called ``terms``.

    Examples
    --------
    >>> import io
    >>> rows = b"patient_id,outcome,outcome_any,substitute\\np1,met,met,no\\n"
    >>> outcome_columns(read_cohort_table(io.BytesIO(rows)))
    {'terms': 'outcome', 'any': 'outcome_any'}
    """
    found = {"terms": OUTCOME} if OUTCOME in table.columns else {}
    prefix = f"{OUTCOME}_"
    others = {c.removeprefix(prefix): c for c in table.columns if c in (f"{prefix}any", f"{prefix}all")}
    return {**found, **others}


def read_cohort(
    table: CsvTable, *, terms: Terms, as_of: dt.date | None = None, column: str = OUTCOME
) -> tuple[Aligned, ...]:
    """Read the patients of a cohort.

    Parameters
    ----------
    table : CsvTable
        Of `read_cohort_table`. Columns: ``patient_id``; ``outcome`` (``met, not_met, missing, open``);
        ``substitute`` (yes or no) or ``substitute_on`` (blank: none so far); and where wanted ``months``
        (blank: the whole period), ``tracks`` (all that the patient has with this participant),
        ``aligned_on``, ``p_met``, ``p_report``. Others are passed over.
    terms : Terms
        For the months of a period.
    as_of : date, optional
        No day may be later.
    column : str
        The outcome column to use.

    Raises
    ------
    InvalidInput
        With the problems of all rows.

    Examples
    --------
    >>> import io
    >>> from allay.payment.access.terms import shipped_terms
    >>> rows = b"patient_id,outcome,substitute_on,tracks\\np1,met,,msk bh\\np2,open,2026-09-03,\\n"
    >>> table = read_cohort_table(io.BytesIO(rows))
    >>> [(m.outcome.value, m.substitute, m.multi_track) for m in read_cohort(table, terms=shipped_terms())]
    [('met', False, True), ('open', True, False)]
    """
    seen: dict[Hashable, int] = {}
    longest = int(terms.number("period_months"))

    def build(row: SheetRow) -> Aligned:
        patient = row.text("patient_id")
        row.once("patient_id", patient, seen=seen, expected="each patient once")
        outcome = row.must(column, one_of(_OUTCOMES), otherwise=Outcome.OPEN.value)
        months = row.maybe("months", whole_number)
        if months is not None and not 1 <= months <= longest:
            row.wrong("months", expected=f"a whole number from 1 to {longest}", found=str(months))
        aligned, service = (row.maybe(each, day_until(as_of)) for each in ("aligned_on", "substitute_on"))
        if aligned is not None and not _holds(terms, aligned):
            until = f" to before {terms.until}" if terms.until else ""
            expected = f"a day from {terms.on}{until}, for which the terms hold"
            row.wrong("aligned_on", expected=expected, found=str(aligned))
        return Aligned(
            patient,
            Outcome(outcome),
            substitute=_substitute(row, service),
            months=months,
            multi_track=_several(row, terms.track),
            aligned_on=aligned,
            substitute_on=service,
            p_met=row.maybe("p_met", chance),
            p_report=row.maybe("p_report", chance),
        )

    return read_rows(table, build)


def _holds(terms: Terms, aligned_on: dt.date) -> bool:
    return terms.on <= aligned_on and (terms.until is None or aligned_on < terms.until)


def _substitute(row: SheetRow, service: dt.date | None) -> bool:
    if "substitute" not in row.cells:
        return service is not None
    said = row.must("substitute", yes_no, otherwise=False)
    if service is not None and not said and row.sound:
        row.wrong("substitute", expected="yes, with a day in substitute_on", found="no")
    return said


def _several(row: SheetRow, track: str) -> bool:
    tracks = row.maybe("tracks", _tracks) or (track,)
    if track not in tracks:
        row.wrong("tracks", expected=f"{track} among the tracks", found=" ".join(tracks))
    return len(set(tracks)) > 1


def _tracks(text: str) -> tuple[str, ...]:
    found = words(text)
    if unknown := [track for track in found if track not in TRACKS]:
        raise InvalidValue(expected="tracks of " + ", ".join(TRACKS), found=repr(unknown[0]))
    return found
