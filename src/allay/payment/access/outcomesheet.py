"""Outcome sheets: patients and their scores in, the target of each patient under several policies out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from allay.base.cells import exact_number, one_of
from allay.base.errors import InvalidInput, NotFound
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.tables import Readable, read_csv
from allay.measures.catalog import check_score
from allay.payment.access.attainment import Attainment, EndScores, Outcome, Rule, attainment
from allay.payment.access.cells import day_until
from allay.payment.access.parameters import days, sureness
from allay.payment.access.targets import sites, targets
from allay.payment.access.terms import Terms

SCORE_COLUMNS = ("patient_id", "instrument", "scale", "timepoint", "score")
RESULT = ("outcome", "outcome_any", "outcome_all", "reason", "targets")
Scores = Mapping[str, Mapping[tuple[str, str], EndScores]]


@dataclass(frozen=True, slots=True)
class PatientOutcome:
    """One patient with the target judged under the policy of the terms, under any and under all.

    `row` holds the columns of the patients file. Until the last day of the end-of-period report a missing
    target is ``open``.
    """

    row: Mapping[str, str | None]
    judged: Attainment
    outcomes: Mapping[str, Outcome]

    @property
    def cells(self) -> dict[str, str | None]:
        """The patient's columns with those of the result."""
        told = "; ".join(f"{m.target.id}: {m.outcome.value}, {m.reason}" for m in self.judged.measures)
        return {
            **self.row,
            **{column: self.outcomes[column].value for column in RESULT[:3]},
            "reason": f"{self.judged.reason} ({told})",
            "targets": sureness(self.judged.status),
        }


def _score_of(instrument: str, scale: str) -> Callable[[str], Decimal]:
    """Return what reads a score, within the range of its scale where Allay knows the measure."""

    def read(text: str) -> Decimal:
        score = exact_number(text)
        with suppress(NotFound):
            check_score(instrument, scale, float(score))
        return score

    return read


def read_end_scores(
    source: Readable, *, start: str = "baseline", end: str = "end", name: str | None = None
) -> Scores:
    """Read scores at both ends, by patient, then instrument and scale.

    Parameters
    ----------
    source : path or binary stream
        ``patient_id, instrument, scale, timepoint, score``; other time points are passed over, a blank
        score is missing. The result of `allay measures score` will do.

    Raises
    ------
    InvalidInput
        A score that is no number or outside its scale, two scores of one kind at one end.

    Examples
    --------
    >>> import io
    >>> head = b"patient_id,instrument,scale,timepoint,score\\n"
    >>> rows = b"p1,odi,total,baseline,36\\np1,odi,total,end,28\\n"
    >>> found = read_end_scores(io.BytesIO(head + rows))["p1"]["odi", "total"]
    >>> found.baseline, found.end
    (Decimal('36'), Decimal('28'))
    """
    table = read_csv(source, columns=SCORE_COLUMNS, name=name)
    seen: dict[Hashable, int] = {}

    def build(row: SheetRow) -> tuple[tuple[str, str, str, str], Decimal | None]:
        patient, instrument, scale, point = (row.text(column) for column in SCORE_COLUMNS[:4])
        key = (patient, instrument, scale, point)
        score = row.maybe("score", _score_of(instrument, scale))
        if point in (start, end):
            expected = "one score of a kind at a time point"
            row.once("score", key, seen=seen, expected=expected, found="a second")
        return key, score

    found: dict[str, dict[tuple[str, str], EndScores]] = {}
    for (patient, instrument, scale, point), score in read_rows(table, build):
        if point not in (start, end):
            continue
        held = found.setdefault(patient, {})
        before = held.get((instrument, scale), EndScores(instrument, scale, None, None))
        changed = replace(before, baseline=score) if point == start else replace(before, end=score)
        held[instrument, scale] = changed
    return MappingProxyType(found)


def read_outcomes(
    source: Readable,
    scores: Scores,
    *,
    terms: Terms,
    as_of: dt.date,
    known_on: dt.date | None = None,
    name: str | None = None,
) -> tuple[PatientOutcome, ...]:
    """Judge every patient of a file.

    Parameters
    ----------
    source : path or binary stream
        ``patient_id, site, aligned_on``; other columns are kept.
    scores : mapping
        Of `read_end_scores`. Scores of patients who are not in the file are passed over.
    terms : Terms
        With the policy.
    known_on : date, optional
        Use what was recorded by then.
    as_of : date
        Decides between ``open`` and ``missing``.

    Raises
    ------
    InvalidInput
        With the problems of all rows; a column that the result would write over.

    Examples
    --------
    >>> import io
    >>> from allay.payment.access.terms import shipped_terms
    >>> people = io.BytesIO(b"patient_id,site,aligned_on\\np1,knee,2026-08-01\\n")
    >>> judged = read_outcomes(people, {}, terms=shipped_terms(), as_of=dt.date(2027, 9, 30))
    >>> judged[0].cells["outcome"]
    'open'
    """
    table = read_csv(source, columns=["patient_id", "site", "aligned_on"], minimum_rows=1, name=name)
    taken = [column for column in RESULT if column in table.columns]
    if taken:
        raise InvalidInput(
            table.problem(0, column, expected="a column that the result does not write", found="its name")
            for column in taken
        )
    policies = {"outcome": terms.policy}
    rules: tuple[Rule, ...] = ("any", "all")
    policies |= {f"outcome_{rule}": replace(terms.policy, rule=rule, k=None) for rule in rules}

    seen: dict[Hashable, int] = {}

    def build(row: SheetRow) -> PatientOutcome | None:
        patient = row.text("patient_id")
        row.once("patient_id", patient, seen=seen, expected="each patient once")
        site = row.must("site", one_of(sites(terms.track)), otherwise="")
        aligned = row.must("aligned_on", day_until(as_of), otherwise=as_of)
        if not row.sound:
            return None
        try:
            asked = targets(site, on=aligned, track=terms.track, known_on=known_on)
            last = aligned + dt.timedelta(days=days("end_of_period.last_day", on=aligned, known_on=known_on))
        except NotFound as missing:
            row.wrong("aligned_on", expected="a day on which the model has targets", found=str(missing))
            return None
        held = tuple(scores.get(patient, {}).values())
        judged = {name: attainment(held, policy, targets=asked) for name, policy in policies.items()}
        outcomes = {name: _timely(each.outcome, as_of, last) for name, each in judged.items()}
        return PatientOutcome(dict(row.cells), judged["outcome"], outcomes)

    return tuple(found for found in read_rows(table, build) if found is not None)


def _timely(outcome: Outcome, as_of: dt.date, last: dt.date) -> Outcome:
    return Outcome.OPEN if outcome is Outcome.MISSING and as_of <= last else outcome
