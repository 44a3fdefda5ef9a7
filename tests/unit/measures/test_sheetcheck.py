"""Sheets of answers: the same assessment twice, dates that cannot be, and rows that are never lost."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput
from allay.measures.answersheet import read_answers
from allay.measures.catalog import get

AS_OF = dt.date(2026, 11, 26)
ROWS = "patient_id,date,nps\nA,2026-01-05,9\nA,2026-01-05,8\nB,2027-01-05,7\nC,5.1.2026,6\nD,,12\n"


def read(text, **options):
    return read_answers(io.BytesIO(text.encode()), get("nps"), name="a.csv", **options)


def test_a_repeated_assessment_is_named_and_scored():
    sheet = read("patient_id,date,nps\nA,2026-01-05,9\nA,2026-01-05,8\nA,2026-02-05,8\n")
    assert sheet.rows == 3
    assert sheet.warnings == ("patient and date of an earlier row: 1 (line 3); each is scored for itself",)


@pytest.mark.parametrize(
    "text",
    [
        "patient_id,nps\nA,9\nA,9\n",  # nothing says that it is the same day
        "date,nps\n2026-01-05,9\n2026-01-05,9\n",
        "patient_id,date,nps\nA,,9\nA,,9\n",
        "patient_id,date,timepoint,nps\nA,2026-01-05,in,9\nA,2026-01-05,out,9\n",
    ],
)
def test_what_may_be_two_assessments_is_left_alone(text):
    assert read(text).warnings == ()


def test_dates_are_refused_with_the_answers():
    with pytest.raises(InvalidInput) as caught:
        read(ROWS, as_of=AS_OF)
    assert sorted(map(str, caught.value.problems)) == [
        "a.csv:4: date: expected a date up to 2026-11-26, found '2027-01-05'",
        "a.csv:5: date: expected a date as YYYY-MM-DD, or blank, found '5.1.2026'",
        "a.csv:6: nps: expected a whole number 0 to 10, or missing, found '12'",
    ]
    assert caught.value.total == 3


def test_flagging_loses_no_row():
    sheet = read(ROWS, as_of=AS_OF, on_invalid="flag")
    assert (sheet.rows, sheet.flagged, len(sheet.warnings)) == (5, 1, 3)


def test_without_a_day_dates_are_not_compared():
    assert read("date,nps\n2990-01-05,9\n").warnings == ()
