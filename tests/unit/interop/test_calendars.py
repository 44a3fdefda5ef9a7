"""Timelines as iCalendar files, held against the rules of RFC 5545 and read back by another reader."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from allay.interop.calendars import calendar_bytes
from allay.programs.definitions.activity import zone_named
from allay.programs.definitions.catalog import all_definitions, get
from allay.programs.definitions.timeline import timeline

START = dt.date(2026, 3, 2)
LONGEST = 75  # octets of a line without its end, RFC 5545 section 3.1


@pytest.mark.parametrize("definition", all_definitions(), ids=lambda each: each.reference)
def test_lines_are_folded_and_end_as_the_standard_has_it(definition):
    data = calendar_bytes(timeline(definition, START))
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= LONGEST for line in lines)
    assert data.count(b"\n") == data.count(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2] == b"END:VCALENDAR"


@pytest.mark.parametrize("definition", all_definitions(), ids=lambda each: each.reference)
def test_every_activity_is_read_back(definition):
    found = timeline(definition, START)
    events = list(Calendar.from_ical(calendar_bytes(found)).walk("VEVENT"))
    assert len(events) == len(found.activities)
    assert len({str(event["UID"]) for event in events}) == len(events)
    for event, activity in zip(events, found.activities, strict=True):
        assert str(event["SUMMARY"]).startswith(activity.title)
        assert (str(event["STATUS"]) == "CONFIRMED") == (activity.certainty == "planned")
        first = event.decoded("DTSTART")
        assert (first.date() if isinstance(first, dt.datetime) else first) == activity.date
        assert event.decoded("DTEND") > first


def test_commas_semicolons_and_backslashes_are_escaped():
    found = timeline(get("ppact"), START)
    odd = found.activities[0]._replace(title="a, b; c\\d\nnext")
    data = calendar_bytes(type(found)(found.definition, START, found.end, (), (odd,), ()))
    assert b"SUMMARY:a\\, b\\; c\\\\d\\nnext" in data
    assert str(Calendar.from_ical(data).walk("VEVENT")[0]["SUMMARY"]) == "a, b; c\\d\nnext"


def test_times_are_utc_with_a_zone_and_floating_without():
    found = timeline(get("starter"), START)
    zoned = calendar_bytes(found, zone=zone_named("America/New_York"))
    assert b"DTSTART:20260303T150000Z" in zoned  # 10:00, five hours behind
    assert b"DTSTART:20260310T140000Z" in zoned  # 10:00, four hours behind
    assert b"DTSTART:20260310T100000\r\n" in calendar_bytes(found)


def test_whole_days_end_on_the_next_day():
    found = timeline(get("ppact"), START)
    phase = next(iter(Calendar.from_ical(calendar_bytes(found)).walk("VEVENT")))
    assert (phase.decoded("DTSTART"), phase.decoded("DTEND")) == (START, START + dt.timedelta(weeks=12))


def test_the_same_timeline_gives_the_same_bytes_and_an_episode_its_own_identifiers():
    found = timeline(get("ppact"), START)
    assert calendar_bytes(found) == calendar_bytes(timeline(get("ppact"), START))
    ours, theirs = (calendar_bytes(found, episode=name) for name in ("one", "two"))
    uids = [{str(e["UID"]) for e in Calendar.from_ical(data).walk("VEVENT")} for data in (ours, theirs)]
    assert not uids[0] & uids[1]
