"""Calendars on the grid: slots that are wholly free, or free in part."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.unit.scheduling.problems import MONDAY, hours, tiny

from allay.scheduling.solving.grid import grid_of, runs, starts


def practitioner(*, loose: bool = False, **fields: object) -> list[list[int]]:
    """Free slots by day of a practitioner, with hourly slots from 8 to 12."""
    staff = [{"id": "k", "disciplines": ["pt"], **fields}]
    problem = tiny(practitioners=staff, closes="12:00", slot_minutes=60, cohorts=[], series=[])
    return grid_of(problem, loose=loose).practitioner_free[0].astype(int).tolist()


def test_without_hours_a_practitioner_is_never_there_and_patients_and_rooms_always() -> None:
    assert practitioner() == [[0, 0, 0, 0]] * 5
    grid = grid_of(tiny())
    assert grid.patient_free.all()
    assert grid.room_free.all()


def test_windows_that_touch_join() -> None:
    split = [*hours("08:00", "09:30", "monday"), *hours("09:30", "11:00", "monday")]
    assert practitioner(hours=split)[0] == [1, 1, 1, 0]
    apart = [*hours("08:00", "09:30", "monday"), *hours("09:31", "11:00", "monday")]
    assert practitioner(hours=apart)[0] == [1, 0, 1, 0]
    assert practitioner(hours=apart, loose=True)[0] == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("start", "end", "strict", "loose"),
    [
        ("08:00", "09:00", [0, 1, 1, 1], [0, 1, 1, 1]),
        ("08:30", "09:30", [0, 0, 1, 1], [1, 1, 1, 1]),
        ("08:59", "11:01", [0, 0, 0, 0], [1, 0, 0, 1]),
        ("06:00", "07:00", [1, 1, 1, 1], [1, 1, 1, 1]),
        ("07:00", "18:00", [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_an_absence_takes_every_slot_it_touches(
    start: str, end: str, strict: list[int], loose: list[int]
) -> None:
    away = [{"start": f"2027-01-05T{start}", "end": f"2027-01-05T{end}"}]
    assert practitioner(hours=hours(), away=away)[1] == strict
    assert practitioner(hours=hours(), away=away, loose=True)[1] == loose
    assert practitioner(hours=hours(), away=away)[0] == [1, 1, 1, 1]


def test_an_absence_may_last_days() -> None:
    away = [{"start": "2027-01-05T10:00", "end": "2027-01-07T09:00"}]
    assert practitioner(hours=hours(), away=away)[1:4] == [[1, 1, 0, 0], [0, 0, 0, 0], [0, 1, 1, 1]]


def test_hours_hold_on_the_days_they_name() -> None:
    some = [{**hours("08:00", "12:00", "monday")[0], "first": "2027-01-11", "last": "2027-01-17"}]
    staff = [{"id": "k", "disciplines": ["pt"], "hours": some}]
    grid = grid_of(tiny(practitioners=staff, weeks=3, cohorts=[], series=[]))
    assert np.flatnonzero(grid.practitioner_free[0].any(axis=1)).tolist() == [5]
    assert grid.days[5] == dt.date(2027, 1, 11)
    assert grid.week_of.tolist() == [0] * 5 + [1] * 5 + [2] * 5


def test_weeks_begin_on_the_day_of_the_start() -> None:
    grid = grid_of(tiny(start="2027-01-06", weeks=2))
    assert [day.isoformat() for day in grid.days[:4]] == [
        "2027-01-06",
        "2027-01-07",
        "2027-01-08",
        "2027-01-11",
    ]
    assert grid.weekday_of[:4].tolist() == [2, 3, 4, 0]
    assert grid.week_of[:6].tolist() == [0, 0, 0, 0, 0, 1]
    assert grid.days_of(1) == [5, 6, 7, 8, 9]


def test_a_day_that_is_no_whole_number_of_slots_ends_early_or_late() -> None:
    problem = tiny(closes="16:45")
    assert grid_of(problem).slots == 17
    assert grid_of(problem, loose=True).slots == 18


def test_times_and_places_are_each_others_way_back() -> None:
    grid = grid_of(tiny(weeks=2))
    for day in range(len(grid.days)):
        for slot in range(grid.slots):
            assert grid.place_of(grid.time_of(day, slot)) == (day, slot)
    assert grid.time_of(0, 3) == dt.datetime.combine(MONDAY, dt.time(9, 30))
    assert (grid.length("manual"), grid.length("group")) == (2, 4)


def test_starts_and_runs_agree_with_a_plain_count() -> None:
    draw = np.random.default_rng(7)
    for _ in range(50):
        free = draw.random(12) < 0.7
        listed = [at for first, end in runs(free) for at in range(first, end)]
        assert listed == np.flatnonzero(free).tolist()
        for length in (1, 2, 5, 13):
            plain = [bool(at + length <= 12 and free[at : at + length].all()) for at in range(12)]
            assert starts(free, length).tolist() == plain
