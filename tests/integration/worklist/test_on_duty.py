"""Who answers safety alerts: night, weekend, absences, the edges of shifts, of days and of summer time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from tests.integration import factories as make

from allay_web.worklist.duty import Duty
from allay_web.worklist.queries import on_duty, responsible

pytestmark = pytest.mark.django_db

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = dt.date(2026, 11, 23)


def at(day, clock, zone=NEW_YORK):
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone).astimezone(dt.UTC)


@pytest.fixture
def place():
    """A program in New York with an owner and a deputy on Mondays from eight to five."""
    program = make.program()
    owner, deputy = make.member(program, "coordinator"), make.member(program, "clinician")
    make.shift(program, owner, deputy)
    return program, owner, deputy


@pytest.mark.parametrize(
    ("day", "clock", "somebody"),
    [
        (MONDAY, "08:00", True),
        (MONDAY, "07:59:59", False),
        (MONDAY, "16:59:59", True),
        (MONDAY, "17:00", False),
        (MONDAY, "23:30", False),  # night
        (MONDAY, "02:00", False),
        (MONDAY - dt.timedelta(days=1), "10:00", False),  # Sunday
        (MONDAY + dt.timedelta(days=5), "10:00", False),  # Saturday
        (MONDAY + dt.timedelta(days=7), "10:00", True),
    ],
)
def test_hours(place, day, clock, somebody):
    program, owner, deputy = place
    expected = Duty(owner.user_id, deputy.user_id) if somebody else None
    assert on_duty(program, at(day, clock)) == expected


def test_a_program_without_shifts_has_nobody_on_duty():
    assert on_duty(make.program(), make.NOW) is None


def test_the_deputy_of_an_absent_owner_owns(place):
    program, owner, deputy = place
    make.absence(program, owner, MONDAY, MONDAY)
    assert on_duty(program, at(MONDAY, "10:00")) == Duty(deputy.user_id, None)


def test_an_absent_deputy_takes_nothing_over(place):
    program, owner, deputy = place
    make.absence(program, deputy, MONDAY - dt.timedelta(days=3), MONDAY)
    assert on_duty(program, at(MONDAY, "10:00")) == Duty(owner.user_id, None)


def test_with_both_away_nobody_is_on_duty(place):
    program, owner, deputy = place
    for who in (owner, deputy):
        make.absence(program, who, MONDAY, MONDAY)
    assert on_duty(program, at(MONDAY, "10:00")) is None


@pytest.mark.parametrize(("first", "last"), [(-1, -1), (1, 1)])
def test_an_absence_on_the_day_before_or_after_changes_nothing(place, first, last):
    program, owner, deputy = place
    make.absence(program, owner, MONDAY + dt.timedelta(days=first), MONDAY + dt.timedelta(days=last))
    assert on_duty(program, at(MONDAY, "10:00")) == Duty(owner.user_id, deputy.user_id)


def test_an_absence_is_a_day_of_the_program_not_of_utc():
    """Seven in the evening of Monday in Honolulu is Tuesday in UTC."""
    program = make.program(time_zone="Pacific/Honolulu")
    owner = make.member(program)
    make.shift(program, owner, starts=dt.time(18), ends=dt.time(23))
    evening = at(MONDAY, "19:00", ZoneInfo("Pacific/Honolulu"))
    assert evening.date() == MONDAY + dt.timedelta(days=1)
    assert on_duty(program, evening) == Duty(owner.user_id)
    make.absence(program, owner, MONDAY, MONDAY)
    assert on_duty(program, evening) is None


def test_somebody_who_left_counts_as_absent(place):
    program, owner, deputy = place
    owner.is_active = False
    owner.save()
    assert on_duty(program, at(MONDAY, "10:00")) == Duty(deputy.user_id)


def test_somebody_whose_role_may_not_act_counts_as_absent(place):
    program, owner, deputy = place
    owner.role = "analyst"
    owner.save()
    assert on_duty(program, at(MONDAY, "10:00")) == Duty(deputy.user_id)


def test_the_same_hour_lies_elsewhere_in_another_time_zone(place):
    program, _, _ = place
    there = make.program(time_zone="America/Los_Angeles")
    make.shift(there, make.member(there))
    nine_in_new_york = at(MONDAY, "09:00")
    assert on_duty(program, nine_in_new_york) is not None
    assert on_duty(there, nine_in_new_york) is None


def test_a_shift_keeps_its_hours_by_the_clock_on_the_wall_when_summer_time_ends():
    program = make.program()
    make.shift(program, make.member(program), weekday=7)
    saturday_summer, sunday_winter = dt.date(2026, 10, 31), dt.date(2026, 11, 1)
    assert on_duty(program, at(sunday_winter, "08:00")) is not None
    assert at(sunday_winter, "08:00").hour - at(saturday_summer, "08:00").hour == 1
    assert on_duty(program, at(sunday_winter, "08:00") - dt.timedelta(seconds=1)) is None


def test_both_hours_between_one_and_two_belong_to_a_shift_when_clocks_go_back():
    program = make.program()
    make.shift(program, make.member(program), weekday=7, starts=dt.time(1), ends=dt.time(2))
    first = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)  # 01:30 in summer time
    moments = [first + dt.timedelta(hours=hours) for hours in (-1, 0, 1, 2)]
    assert [on_duty(program, moment) is not None for moment in moments] == [False, True, True, False]


def test_a_shift_within_the_hour_that_is_left_out_in_spring_never_happens():
    program = make.program()
    make.shift(program, make.member(program), weekday=7, starts=dt.time(2), ends=dt.time(3))
    before = dt.datetime(2027, 3, 14, 6, 59, 59, tzinfo=dt.UTC)  # 01:59:59, and the next second is 03:00
    assert on_duty(program, before) is None
    assert on_duty(program, before + dt.timedelta(seconds=1)) is None


def test_a_shift_to_the_end_of_the_day_meets_the_one_from_midnight():
    program = make.program()
    late, early = make.member(program), make.member(program)
    make.shift(program, late, starts=dt.time(20), ends=dt.time(23, 59))
    make.shift(program, early, weekday=2, starts=dt.time(0), ends=dt.time(8))
    assert on_duty(program, at(MONDAY, "23:59:59")) == Duty(late.user_id)
    assert on_duty(program, at(MONDAY + dt.timedelta(days=1), "00:00")) == Duty(early.user_id)


def test_outside_the_hours_a_present_director_is_responsible(place):
    program, _, _ = place
    away, here = make.member(program, "director"), make.member(program, "director")
    make.absence(program, away, MONDAY, MONDAY)
    assert responsible(program, at(MONDAY, "22:00")).owner_id == here.user_id


def test_without_a_director_anybody_who_may_act_is_responsible(place):
    program, owner, deputy = place
    assert responsible(program, at(MONDAY, "22:00")) == Duty(owner.user_id, deputy.user_id)


def test_with_nobody_left_the_oldest_member_is_responsible():
    program = make.program()
    analyst = make.member(program, "analyst")
    assert responsible(program, make.NOW).owner_id == analyst.user_id
