"""Duty: who answers safety alerts, hour by hour.

A week with one shift, Mondays from 08:00 to 17:00, owner Chen and deputy Lee. The hours are those of the
program's own clock. Where nobody is on duty, a patient is not asked item 9 of the PHQ-9 on their own.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay_web.worklist.duty import Shift, duty_at

CHEN, LEE = 1, 2
NAMES = {CHEN: "Chen", LEE: "Lee", None: ""}
MONDAY = Shift(1, dt.time(8), dt.time(17), owner_id=CHEN, deputy_id=LEE)
DAYS = {"Sunday": 22, "Monday": 23, "Tuesday": 24}

HOURS = [
    ("Monday", "07:59", "", ""),
    ("Monday", "08:00", "Chen", "Lee"),
    ("Monday", "12:00", "Chen", "Lee"),
    ("Monday", "16:59", "Chen", "Lee"),
    ("Monday", "17:00", "", ""),
    ("Monday", "23:00", "", ""),
    ("Tuesday", "03:00", "", ""),
    ("Tuesday", "12:00", "", ""),
    ("Sunday", "12:00", "", ""),
]

AWAY = [
    ("nobody", "Chen", "Lee"),
    ("Chen", "Lee", ""),
    ("Lee", "Chen", ""),
    ("Chen, Lee", "", ""),
]


def look(day: str, clock: str, away: str) -> tuple[str, str]:
    """Owner and deputy at a time of that week, with these people away."""
    local = dt.datetime.combine(dt.date(2026, 11, DAYS[day]), dt.time.fromisoformat(clock))
    absent = {person for person, name in NAMES.items() if person and name in away}
    duty = duty_at([MONDAY], absent=absent, local=local)
    return (NAMES[duty.owner_id], NAMES[duty.deputy_id]) if duty else ("", "")


@pytest.mark.parametrize(("day", "clock", "owner", "deputy"), HOURS)
def test_hours(day, clock, owner, deputy):
    """A shift's start belongs to it and its end does not."""
    assert look(day, clock, "nobody") == (owner, deputy)


@pytest.mark.parametrize(("away", "owner", "deputy"), AWAY)
def test_away(away, owner, deputy):
    """Monday at noon: the deputy of an absent owner owns; with both away nobody is on duty."""
    assert look("Monday", "12:00", away) == (owner, deputy)
