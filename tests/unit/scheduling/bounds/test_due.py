"""What is due when, and between which times it may start."""

from __future__ import annotations

import datetime as dt

from tests.unit.scheduling.problems import tiny

from allay.scheduling.plan.plan import Session
from allay.scheduling.solving.due import DueSession, due_sessions, due_week
from allay.scheduling.solving.grid import grid_of

SERIES = {"id": "m", "patient": "cy", "service": "manual", "sessions": 6, "per_week": 2}


def due(week: int, *placed: Session, bookings: tuple = (), **fields: object) -> tuple[DueSession, ...]:
    problem = tiny(weeks=4, series=[{**SERIES, **fields}], bookings=list(bookings))
    return due_sessions(problem, grid_of(problem), week, placed)


def held(number: int, day: str, hour: int = 9) -> Session:
    start = dt.datetime.fromisoformat(f"{day}T{hour:02d}:00")
    return Session(series="m", number=number, start=start, lead="pt-1", room="room")


def numbers(found: tuple[DueSession, ...]) -> list[int]:
    return [one.number for one in found]


def test_numbers_come_due_week_by_week_and_stay_until_the_window_ends() -> None:
    assert numbers(due(0)) == [1, 2]
    assert numbers(due(1)) == [1, 2, 3, 4]
    assert numbers(due(3)) == [1, 2, 3, 4, 5, 6]
    assert numbers(due(1, last="2027-01-10")) == []
    assert numbers(due(0, first="2027-01-11")) == []
    assert numbers(due(1, first="2027-01-13")) == [1, 2]


def test_the_due_week_counts_from_the_week_of_the_first_day() -> None:
    problem = tiny(weeks=4, series=[{**SERIES, "first": "2027-01-13"}])
    assert [due_week(problem, problem.series[0], number) for number in (1, 2, 3, 5)] == [1, 1, 2, 3]


def test_what_is_placed_is_not_due_and_bounds_its_neighbors() -> None:
    later = due(1, held(1, "2027-01-05"), held(4, "2027-01-14"), min_gap_hours=48)
    assert numbers(later) == [2, 3]
    assert later[0].earliest == dt.datetime(2027, 1, 7, 9)
    assert later[0].latest == dt.datetime(2027, 1, 12, 9)
    assert (later[0].lead_before, later[0].lead, later[0].due_week) == ("pt-1", None, 0)


def test_what_a_later_number_has_overtaken_is_not_due_any_more() -> None:
    assert numbers(due(1, held(2, "2027-01-05"))) == [3, 4]
    assert numbers(due(0, held(2, "2027-01-05"))) == [1]


def test_bookings_count_as_placed() -> None:
    booked = {"series": "m", "number": 2, "start": "2027-01-12T09:00", "lead": "pt-1", "room": "room"}
    assert numbers(due(0, bookings=(booked,))) == [1]
    assert numbers(due(1, bookings=(booked,))) == [1, 3, 4]


def test_continuity_that_is_required_names_the_only_lead() -> None:
    assert due(1, held(1, "2027-01-05"), continuity="require")[0].lead == "pt-1"
    assert due(1, held(1, "2027-01-05"), continuity="prefer")[0].lead is None
    assert due(0, practitioner="pt-1")[0].lead == "pt-1"
