"""Periods are half-open and dates have one form."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.dates import AsOf, Period, parse_date
from allay.base.errors import InvalidValue

D = dt.date.fromisoformat


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_iso_dates_are_read(text):
    assert parse_date(text).isoformat() == text


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "20240101", "2024-1-1", "01/02/2024", " 2024-01-01", "2024-01-01T00:00",
     "2024-W01-1", "", "٢٠٢٤-٠١-٠١"],
)  # fmt: skip
def test_other_forms_are_refused(text):
    with pytest.raises(InvalidValue, match="YYYY-MM-DD"):
        parse_date(text)


def test_the_end_is_not_inside():
    period = Period(D("2026-01-01"), D("2026-01-02"))
    assert D("2026-01-01") in period
    assert D("2026-01-02") not in period
    assert D("2025-12-31") not in period
    assert (period.days, period.last, str(period)) == (1, D("2026-01-01"), "2026-01-01 to 2026-01-01")


def test_a_period_may_have_no_end():
    period = Period(D("2026-01-01"))
    assert dt.date.max in period
    assert (period.days, period.last, str(period)) == (None, None, "from 2026-01-01")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (D("2026-01-02"), D("2026-01-01")),
        (D("2026-01-01"), D("2026-01-01")),
        (dt.datetime(2026, 1, 1), None),
        ("2026-01-01", None),
        (D("2026-01-01"), dt.datetime(2026, 2, 1)),
    ],
)
def test_what_is_no_period_cannot_exist(start, end):
    with pytest.raises(InvalidValue):
        Period(start, end)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Period(D("2026-06-01")), None),
        (Period(D("2026-05-31")), Period(D("2026-05-31"), D("2026-06-01"))),
        (Period(D("2020-01-01")), Period(D("2026-03-01"), D("2026-06-01"))),
        (Period(D("2020-01-01"), D("2026-03-01")), None),
        (Period(D("2020-01-01"), D("2026-03-02")), Period(D("2026-03-01"), D("2026-03-02"))),
    ],
)
def test_overlap(other, shared):
    spring = Period(D("2026-03-01"), D("2026-06-01"))
    assert spring.overlap(other) == shared
    assert other.overlap(spring) == shared


def test_two_open_periods_share_an_open_one():
    assert Period(D("2026-01-01")).overlap(Period(D("2027-01-01"))) == Period(D("2027-01-01"))


def test_as_of_knows_what_was_recorded_by_then():
    when = AsOf(D("2020-01-10"), known_on=D("2020-01-15"))
    assert when.knows(D("2020-01-15"))
    assert not when.knows(D("2020-01-16"))
    assert AsOf(D("2020-01-10")).knows(dt.date.max)
    with pytest.raises(InvalidValue):
        AsOf(dt.datetime(2020, 1, 1))
