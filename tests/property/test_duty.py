"""Who is on duty: what must hold for every week of shifts, every set of absences and every moment."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from allay_web.worklist.due import due_words, end_of_day, local_day
from allay_web.worklist.duty import TO_MIDNIGHT, Duty, Shift, duty_at, overlapping

zones = st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu", "UTC"]).map(ZoneInfo)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC))
users = st.integers(1, 4)


@st.composite
def shifts(draw):
    minutes = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True)))
    starts, ends = (dt.time(m // 60, m % 60) for m in minutes)
    deputy = draw(st.none() | users)
    return Shift(draw(st.integers(1, 7)), starts, ends, draw(users), deputy)


@given(st.lists(shifts(), max_size=6), st.sets(users), moments, zones)
def test_whoever_is_on_duty_is_named_in_a_shift_of_that_moment_and_there(week, absent, at, zone):
    local = at.astimezone(zone)
    duty = duty_at(week, absent=absent, local=local)
    if duty is None:
        return
    now = [shift for shift in week if shift.covers(local)]
    assert duty.owner_id not in absent
    assert duty.deputy_id not in absent
    assert any(duty.owner_id in {shift.owner_id, shift.deputy_id} for shift in now)


@given(st.lists(shifts(), max_size=6), moments, zones)
def test_nobody_is_on_duty_outside_the_hours_and_somebody_always_within_them(week, at, zone):
    local = at.astimezone(zone)
    covered = any(shift.covers(local) for shift in week)
    assert (duty_at(week, absent=set(), local=local) is not None) == covered


@given(shifts(), moments, zones)
def test_with_everybody_away_nobody_is_on_duty(shift, at, zone):
    everybody = {shift.owner_id, shift.deputy_id}
    assert duty_at([shift], absent=everybody, local=at.astimezone(zone)) is None


@given(shifts(), shifts(), moments, zones)
def test_shifts_that_do_not_overlap_never_cover_one_moment(one, other, at, zone):
    local = at.astimezone(zone)
    if overlapping(one, [other]) is None and TO_MIDNIGHT not in {one.ends, other.ends}:
        assert not (one.covers(local) and other.covers(local))


@given(shifts(), st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_a_shift_covers_its_start_and_not_its_end(shift, day):
    day += dt.timedelta(days=shift.weekday - day.isoweekday())
    assert shift.covers(dt.datetime.combine(day, shift.starts))
    at_end = shift.covers(dt.datetime.combine(day, shift.ends))
    assert at_end == (shift.ends == TO_MIDNIGHT)


@given(moments, zones)
def test_a_day_ends_within_itself_and_is_late_on_the_next(at, zone):
    day = local_day(at, zone=zone)
    end = end_of_day(day, zone=zone)
    assert local_day(end, zone=zone) == day
    assert local_day(end + dt.timedelta(seconds=1), zone=zone) == day + dt.timedelta(days=1)
    assert due_words(end, at=end + dt.timedelta(seconds=1), zone=zone) == "1 day late"


def test_an_absent_owner_leaves_the_deputy_without_a_deputy():
    shift = Shift(1, dt.time(8), dt.time(17), owner_id=1, deputy_id=2)
    assert duty_at([shift], absent={1}, local=dt.datetime(2026, 11, 23, 9)) == Duty(2, None)
