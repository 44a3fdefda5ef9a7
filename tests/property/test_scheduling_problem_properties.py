"""Statements about problems that hold for every input: seats, windows of series, busy times, bad files."""

from __future__ import annotations

import datetime as dt
import io
import json
import string

from hypothesis import given
from hypothesis import strategies as st
from icalendar import vRecur
from tests.unit.scheduling.problem.planting import good
from tests.unit.scheduling.problems import MONDAY, json_of, tiny

from allay.base.errors import InvalidInput
from allay.interop.fhir_slots import read_fhir_slots
from allay.scheduling.problem.busy.busy import BusyTimes, with_busy_times
from allay.scheduling.problem.busy.csv import read_busy_csv
from allay.scheduling.problem.busy.ics import read_busy_ics
from allay.scheduling.problem.busy.recurrence import starts_of
from allay.scheduling.problem.care import Series
from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.checks.index import ProblemIndex
from allay.scheduling.problem.checks.series import sessions_that_fit
from allay.scheduling.problem.reading import read_problem
from allay.scheduling.problem.seats import overfull_risk, seats_offered
from allay.scheduling.problem.times import Away

START = dt.datetime(2027, 1, 1)
SOMEBODY = st.sampled_from(["pt-1", "psy-1", "room", "hall", "ana", "cy"])
MINUTES = st.integers(0, 14 * 24 * 60)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def aways(draw):
    start = START + dt.timedelta(minutes=draw(MINUTES))
    return Away(start=start, end=start + dt.timedelta(minutes=draw(st.integers(1, 3000))))


BUSY = st.dictionaries(SOMEBODY, st.lists(aways(), max_size=6).map(tuple), max_size=4)


@given(st.integers(1, 60), st.floats(0, 0.5), st.floats(0.001, 0.9), st.floats(0.001, 0.9))
def test_seats_keep_the_risk_and_grow_with_it(capacity, no_show, risk, other):
    members = seats_offered(capacity, no_show, risk=risk)
    assert members >= capacity
    assert overfull_risk(members, capacity, no_show) <= risk
    if no_show:
        assert overfull_risk(members + 1, capacity, no_show) > risk
    low, high = sorted((risk, other))
    assert seats_offered(capacity, no_show, risk=low) <= seats_offered(capacity, no_show, risk=high)


@given(st.integers(1, 40), st.floats(0, 0.5), st.floats(0, 0.5))
def test_more_who_stay_away_never_make_fewer_seats(capacity, one, other):
    low, high = sorted((one, other))
    assert seats_offered(capacity, low) <= seats_offered(capacity, high)


@given(BUSY)
def test_importing_twice_changes_nothing_more(busy):
    times = BusyTimes(busy)
    once = with_busy_times(tiny(), times)
    assert with_busy_times(once, times) == once


@given(BUSY, BUSY)
def test_importing_in_either_order_makes_the_same_absences(one, other):
    def absences(problem):
        return [{*each.away} for each in (*problem.practitioners, *problem.rooms, *problem.patients)]

    first = with_busy_times(with_busy_times(tiny(), BusyTimes(one)), BusyTimes(other))
    last = with_busy_times(with_busy_times(tiny(), BusyTimes(other)), BusyTimes(one))
    assert absences(first) == absences(last)


@given(BUSY)
def test_absences_never_make_a_problem_without_bookings_bad(busy):
    assert check_problem(with_busy_times(tiny(), BusyTimes(busy))) == ()


@given(st.lists(st.tuples(SOMEBODY, MINUTES, st.integers(1, 3000)), min_size=1, max_size=8))
def test_a_table_and_slots_of_the_same_times_are_the_same(rows):
    lines, slots = ["who,start,end"], []
    for number, (who, minute, length) in enumerate(rows):
        start = (START + dt.timedelta(minutes=minute)).replace(tzinfo=dt.UTC)
        end = start + dt.timedelta(minutes=length)
        lines.append(f"{who},{start.isoformat()},{end.isoformat()}")
        slot = {"resourceType": "Slot", "status": "busy", "start": start.isoformat(), "end": end.isoformat()}
        slots.append(slot | {"schedule": {"reference": f"Schedule/{number}"}})
        slots.append({"resourceType": "Schedule", "id": str(number), "actor": [{"reference": f"X/{who}"}]})
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in slots]}
    table = read_busy_csv(io.BytesIO("\n".join(lines).encode()), tiny())
    fhir = read_fhir_slots(io.BytesIO(json.dumps(bundle).encode()), tiny())
    assert with_busy_times(tiny(), table) == with_busy_times(tiny(), fhir)


@given(st.lists(st.sampled_from(DAYS), unique=True, min_size=1), MINUTES)
def test_a_weekly_rule_is_a_plain_walk_over_days(days, minute):
    start, until = START + dt.timedelta(minutes=minute), START + dt.timedelta(days=40)
    rule = vRecur.from_ical("FREQ=WEEKLY;BYDAY=" + ",".join(days))
    found = list(starts_of(start, rules=[rule], more=[], but=[], until=until, zone=dt.UTC))
    walk = [start + dt.timedelta(days=number) for number in range(60)]
    assert found == [x for x in walk if x <= until and (x == start or DAYS[x.weekday()] in days)]


@st.composite
def windowed(draw):
    """A program open two hours a day, and a series with a window in it."""
    problem = tiny(weeks=draw(st.integers(1, 3)), opens="08:00", closes="10:00", slot_minutes=60)
    first = MONDAY + dt.timedelta(days=draw(st.integers(0, 20)))
    series = Series(
        id="s",
        patient="ana",
        service="manual",
        sessions=draw(st.integers(1, 8)),
        per_week=draw(st.integers(1, 4)),
        min_gap_hours=draw(st.integers(0, 100)),
        first=first,
        last=first + dt.timedelta(days=draw(st.integers(0, 20))),
    )
    return problem, series


@given(windowed())
def test_as_many_sessions_fit_as_the_longest_chain_of_starts(both):
    problem, series = both
    index = ProblemIndex.of(problem)
    assert sessions_that_fit(series, index.services["manual"], index) == longest_chain(problem, series)


def longest_chain(problem, series):
    """The same by trying every start after every start, number by number."""
    origin = dt.datetime.combine(MONDAY, dt.time())
    hours = [origin + dt.timedelta(hours=number) for number in range(24 * 7 * problem.opening.weeks)]
    allowed = [
        hour
        for hour in hours
        if hour.hour in (8, 9) and hour.weekday() < 5 and series.first <= hour.date() <= series.last
    ]
    first_week = (series.first - MONDAY).days // 7
    gap = dt.timedelta(hours=max(1, series.min_gap_hours))
    ends = [origin - dt.timedelta(days=365)]
    for number in range(series.sessions):
        due = origin + dt.timedelta(weeks=first_week + number // series.per_week)
        ends = [hour for hour in allowed if hour >= due and any(hour - end >= gap for end in ends)]
        if not ends:
            return number
    return series.sessions


ODD = ["2027-01-05T09:00", "08:00", "ana", "pt-1", 7, -1, 10**9, 1.5]
JSON = st.recursive(
    st.none() | st.booleans() | st.sampled_from(ODD) | st.text(string.printable, max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a/b", ""]), inner),
    max_leaves=6,
)


@st.composite
def spoiled(draw):
    """A problem with something odd at a random place."""
    plain = good()
    node = plain
    while True:
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if not isinstance(node[key], dict | list) or not node[key] or draw(st.booleans()):
            node[key] = draw(JSON)
            return plain
        node = node[key]


@given(spoiled())
def test_a_spoiled_problem_is_read_or_refused_and_nothing_else_happens(plain):
    try:
        problem = read_problem(io.BytesIO(json_of(plain)))
    except InvalidInput:
        return
    assert check_problem(problem) == ()


LINES = """BEGIN:VEVENT
END:VEVENT
UID:1
DTSTART:20270104T090000
DTSTART;VALUE=DATE:20270104
DTEND:20270104T100000Z
DURATION:PT1H
DURATION:P1W
DURATION:x
RRULE:FREQ=DAILY
RRULE:FREQ=WEEKLY;BYDAY=XX
RRULE:FREQ=DAILY;COUNT=0
RRULE:FREQ=MONTHLY;BYMONTHDAY=99
RRULE:FREQ=DAILY;UNTIL=x
EXDATE:20270105
RDATE;VALUE=PERIOD:20270105T090000Z/PT1H
RECURRENCE-ID:20270105T090000
STATUS:CANCELLED
BEGIN:VFREEBUSY
END:VFREEBUSY
FREEBUSY:20270104T090000Z/PT1H
FREEBUSY:x
BEGIN:VTIMEZONE
END:VTIMEZONE
TZID:a
:
X;=:""".splitlines()


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_a_spoiled_calendar_is_read_or_refused_and_nothing_else_happens(lines):
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])
    try:
        read_busy_ics(io.BytesIO(text.encode()), tiny(), who="pt-1")
    except InvalidInput:
        return
