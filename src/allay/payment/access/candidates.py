"""Sheets of candidates: people who may be aligned, one per row, with what is known of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from typing import get_args

from allay.base.cells import words, yes_no
from allay.base.codes import Icd10cm
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.tables import Readable, read_csv
from allay.coverage.answers import Answer
from allay.payment.access.cells import day_until
from allay.payment.access.eligibility import AccessCandidate, Flag
from allay.payment.access.parameters import sureness

FLAGS: tuple[Flag, ...] = get_args(Flag)
OPTIONAL = (*FLAGS, "pain_since", "diagnoses")


def read_candidates(
    source: Readable, *, as_of: dt.date | None = None, name: str | None = None
) -> tuple[tuple[str, AccessCandidate], ...]:
    """Read candidates: ``patient_id`` and any of the facts (yes or no; blank is not known).

    ``pain_since`` is a day, ``diagnoses`` are ICD-10-CM codes with blanks between.

    Raises
    ------
    InvalidInput
        With the problems of all rows; also for a column that is none of these, since a misspelled fact would
        be taken as not known.

    Examples
    --------
    >>> import io
    >>> rows = b"patient_id,part_a,diagnoses\\np1,yes,M54.50 M17.11\\n"
    >>> patient, known = read_candidates(io.BytesIO(rows))[0]
    >>> patient, known.part_a, known.part_b, known.diagnoses
    ('p1', True, None, ('M54.50', 'M17.11'))
    """
    table = read_csv(
        source, columns=["patient_id"], optional=OPTIONAL, others="refuse", minimum_rows=1, name=name
    )
    seen: dict[Hashable, int] = {}

    def build(row: SheetRow) -> tuple[str, AccessCandidate]:
        patient = row.text("patient_id")
        row.once("patient_id", patient, seen=seen, expected="each patient once")
        flags = {flag: row.maybe(flag, yes_no) for flag in FLAGS}
        since = row.maybe("pain_since", day_until(as_of))
        return patient, AccessCandidate(**flags, pain_since=since, diagnoses=row.maybe("diagnoses", _codes))

    return read_rows(table, build)


def candidate_rows(answers: Iterable[tuple[str, Answer]]) -> list[dict[str, str]]:
    """Return one row per candidate: the verdict, what fails, what is missing, how sure it is."""
    return [
        {
            "patient_id": patient,
            "eligible": answer.verdict.value,
            "fails": "; ".join(reason.text for reason in answer.reasons if reason.outcome == "fails"),
            "missing": " ".join(answer.missing),
            "sureness": sureness(answer.confidence),
        }
        for patient, answer in answers
    ]


def answer_dict(patient: str, answer: Answer) -> dict[str, object]:
    """Return an answer with every reason, for JSON."""
    return {
        "patient_id": patient,
        "eligible": answer.verdict.value,
        "confidence": sureness(answer.confidence),
        "missing": list(answer.missing),
        "reasons": [
            {
                "rule": reason.rule,
                "text": reason.text,
                "outcome": reason.outcome,
                "sureness": sureness(reason.status),
                "values": dict(reason.values),
                "references": [reference.title for reference in reason.references],
            }
            for reason in answer.reasons
        ],
    }


def _codes(text: str) -> tuple[str, ...]:
    return tuple(Icd10cm(code).value for code in words(text))
