"""Prices of the physician fee schedule.

What Medicare's physician fee schedule pays for the lines of one day, before deductible, coinsurance and
sequestration. A line is a code, the letter x with its units, and after slashes its modifiers or the ratio of
the fee that the biller is paid. "Uncut" is what the lines would pay without the therapy reduction. Places are
those of the fee schedule; `office` and `hospital` are the non-facility and the facility rate. "Sure" is the
weakest status of anything the price rests on.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.money import Money
from allay.coverage.fees.day import DayLine, price_day
from allay.coverage.fees.schedule import shipped_schedule

RATIOS = {"npp": "us.medicare.npp_ratio", "counselor": "us.medicare.mft_mhc_ratio"}

ROWS = [
    ("97110", "2024-07-15", "national", "office", "29.29", "29.29", "verified"),
    ("97110 97140 97112", "2024-07-15", "national", "office", "76.72", "89.87", "verified"),
    ("97110x3", "2024-07-15", "national", "office", "73.89", "87.87", "verified"),
    ("97110/CQ", "2024-07-15", "national", "office", "24.90", "24.90", "verified"),
    ("97810 97811", "2024-07-15", "VT", "office", "65.26", "65.26", "verified"),
    ("99213x10", "2024-07-15", "national", "office", "908.70", "908.70", "verified"),
    ("99213", "2024-07-15", "national", "hospital", "65.24", "65.24", "verified"),
    ("99213/npp", "2024-07-15", "national", "office", "77.24", "77.24", "secondary"),
    ("90834", "2024-07-15", "national", "office", "103.19", "103.19", "verified"),
    ("90834/counselor", "2024-07-15", "national", "office", "77.39", "77.39", "secondary"),
    ("G3002 G3003", "2024-07-15", "national", "office", "112.84", "112.84", "verified"),
    ("98941 97010", "2024-07-15", "national", "office", "39.28", "39.28", "verified"),
    ("98941", "2024-02-15", "national", "office", "38.64", "38.64", "verified"),
    ("98941", "2024-03-08", "national", "office", "38.64", "38.64", "memory"),
    ("98941", "2024-03-09", "national", "office", "39.28", "39.28", "memory"),
    ("98941", "2024-11-15", "national", "office", "39.28", "39.28", "derived"),
    ("98941", "2026-03-02", "national", "office", "none", "none", "unknown"),
    ("98941", "2027-03-01", "national", "office", "none", "none", "unknown"),
]


def line(text: str) -> DayLine:
    """Read a line such as 97110x2/CQ."""
    what, *marks = text.split("/")
    code, _, units = what.partition("x")
    return DayLine(
        code,
        int(units or 1),
        modifiers=tuple(mark for mark in marks if mark not in RATIOS),
        factors=tuple(RATIOS[mark] for mark in marks if mark in RATIOS),
    )


@pytest.mark.parametrize(("lines", "day", "place", "site", "allowed", "uncut", "sure"), ROWS)
def test_a_day(lines: str, day: str, place: str, site: str, allowed: str, uncut: str, sure: str) -> None:
    """What the lines of a day pay."""
    found = price_day(
        [line(text) for text in lines.split()],
        schedule=shipped_schedule(),
        day=dt.date.fromisoformat(day),
        locality=place,
        site="facility" if site == "hospital" else "non-facility",
    )
    assert found.status.value == sure
    assert found.complete == (allowed != "none")
    if found.complete:
        assert (found.allowed, found.allowed + found.reduction) == (Money.parse(allowed), Money.parse(uncut))
