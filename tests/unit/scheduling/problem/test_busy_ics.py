"""Calendar files: recurring and whole-day entries, what does not count, zones, and what is refused where."""

from __future__ import annotations

import io

import pytest
from tests.unit.scheduling.problems import tiny

from allay.base.errors import InvalidInput, NotFound
from allay.interop.calendars import MADE_BY
from allay.scheduling.problem.busy.ics import OWN, read_busy_ics


def calendar(*lines: str) -> bytes:
    """A calendar with the lines in it."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *lines, "END:VCALENDAR", ""]
    ).encode()


def event(*lines: str, uid: str = "1") -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]


def busy(*lines: str, weeks: int = 1, **opening: str) -> list[str]:
    """What a calendar with the lines keeps busy."""
    problem = tiny(weeks=weeks, **opening)
    found = read_busy_ics(io.BytesIO(calendar(*lines)), problem, who="pt-1", name="c.ics").busy
    assert {*found} <= {"pt-1"}
    return [f"{each.start:%m-%d %H:%M}-{each.end:%m-%d %H:%M}" for each in found.get("pt-1", ())]


NINE = ("DTSTART;TZID=America/New_York:20270104T090000", "DTEND;TZID=America/New_York:20270104T100000")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (NINE, ["01-04 09:00-01-04 10:00"]),
        (("DTSTART:20270104T090000", "DTEND:20270104T100000"), ["01-04 09:00-01-04 10:00"]),
        (("DTSTART:20270104T140000Z", "DTEND:20270104T150000Z"), ["01-04 09:00-01-04 10:00"]),
        (("DTSTART;TZID=Europe/Vienna:20270104T150000", "DURATION:PT90M"), ["01-04 09:00-01-04 10:30"]),
        (
            ("DTSTART;TZID=Eastern Standard Time:20270104T090000", "DURATION:PT1H"),
            ["01-04 09:00-01-04 10:00"],
        ),
        (("DTSTART;VALUE=DATE:20270105",), ["01-05 00:00-01-06 00:00"]),
        (("DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270107"), ["01-05 00:00-01-07 00:00"]),
        (("DTSTART:20270104T090000",), []),
        ((*NINE, "STATUS:CANCELLED"), []),
        ((*NINE, "TRANSP:TRANSPARENT"), []),
        ((*NINE, "STATUS:TENTATIVE", "TRANSP:OPAQUE"), ["01-04 09:00-01-04 10:00"]),
        (("DTSTART:20261201T090000", "DTEND:20261201T100000"), []),
        (("DTSTART:20261225T090000", "DTEND:20270105T100000"), ["12-25 09:00-01-05 10:00"]),
    ],
)
def test_single_entries(lines, expected):
    assert busy(*event(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=DAILY"], "04 05 06 07 08 09 10"),
        (["RRULE:FREQ=DAILY;COUNT=2"], "04 05"),
        (["RRULE:FREQ=DAILY;UNTIL=20270106T140000Z"], "04 05 06"),
        (["RRULE:FREQ=DAILY;UNTIL=20270106T135959Z"], "04 05"),
        (["RRULE:FREQ=DAILY;UNTIL=20270106"], "04 05 06"),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO,WE"], "04 06"),
        (
            ["RRULE:FREQ=DAILY", "EXDATE;TZID=America/New_York:20270105T090000,20270107T090000"],
            "04 06 08 09 10",
        ),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20270105T140000Z"], "04 06"),
        (["RDATE;TZID=America/New_York:20270108T090000"], "04 08"),
        (["RDATE;VALUE=PERIOD:20270108T140000Z/PT1H"], "04 08"),
        (["RRULE:FREQ=MONTHLY;BYDAY=2FR"], "04 08"),
    ],
)
def test_recurring_entries(lines, days):
    assert busy(*event(*NINE, *lines)) == [f"01-{day} 09:00-01-{day} 10:00" for day in days.split()]


def test_a_series_that_began_years_ago_stays_at_its_hour_when_the_clocks_change():
    lines = ("DTSTART;TZID=America/New_York:20150706T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    assert busy(*event(*lines), weeks=2) == ["01-04 09:00-01-04 10:00", "01-11 09:00-01-11 10:00"]


def test_a_series_of_another_zone_moves_when_only_one_of_both_changes_its_clocks():
    lines = ("DTSTART;TZID=Europe/Vienna:20270308T150000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    found = busy(*event(*lines), start="2027-03-08", weeks=4)
    assert [each[6:11] for each in found] == ["09:00", "10:00", "10:00", "09:00"]


def test_a_whole_day_each_year():
    assert busy(*event("DTSTART;VALUE=DATE:19990106", "RRULE:FREQ=YEARLY")) == ["01-06 00:00-01-07 00:00"]


def test_an_entry_that_moves_one_start_of_a_series_takes_its_place():
    moved = event(
        "RECURRENCE-ID;TZID=America/New_York:20270105T090000", "DTSTART:20270105T190000Z", "DURATION:PT1H"
    )
    found = busy(*event(*NINE, "RRULE:FREQ=DAILY;COUNT=3"), *moved)
    assert found == ["01-04 09:00-01-04 10:00", "01-05 14:00-01-05 15:00", "01-06 09:00-01-06 10:00"]


def test_a_start_of_a_series_that_is_cancelled_falls_out():
    gone = event("RECURRENCE-ID:20270105T140000Z", "DTSTART:20270105T140000Z", "STATUS:CANCELLED")
    found = busy(*event(*NINE, "RRULE:FREQ=DAILY;COUNT=3"), *gone)
    assert [each[:5] for each in found] == ["01-04", "01-06"]


def test_free_busy_periods():
    lines = [
        "BEGIN:VFREEBUSY",
        "FREEBUSY:20270104T140000Z/PT1H,20270105T140000Z/20270105T153000Z",
        "FREEBUSY;FBTYPE=FREE:20270106T140000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270107T140000Z/PT1H",
        "END:VFREEBUSY",
    ]
    expected = ["01-04 09:00-01-04 10:00", "01-05 09:00-01-05 10:30", "01-07 09:00-01-07 10:00"]
    assert busy(*lines) == expected


def test_the_words_of_a_calendar_are_not_taken_over():
    found = read_busy_ics(
        io.BytesIO(calendar(*event(*NINE, "SUMMARY:Visit at the dentist"))), tiny(), who="room"
    )
    assert [each.reason for each in found.busy["room"]] == [None]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["DTSTART:20270104T090000", "DTEND:20270104T080000"],
            "c.ics:4: DTEND: expected a time after 2027-01-04 09:00, found 2027-01-04 08:00",
        ),
        (["DTSTART:20270104T090000", "DURATION:-PT1H"], "c.ics:4: DURATION: expected a duration that is not"),
        (["SUMMARY:x"], "c.ics:4: DTSTART: expected one value, found none"),
        ([*NINE, "DURATION:PT1H", NINE[0]], "c.ics:4: DTSTART: expected one value, found 2"),
        (["DTSTART:yesterday"], "c.ics:4: DTSTART: expected a value that can be read, found "),
        (
            ["DTSTART;TZID=Mars/Base:20270104T090000", "DURATION:PT1H"],
            "DTSTART: expected a known time zone, found 'M",
        ),
        ([*NINE, "RRULE:FREQ=SOMETIMES"], "c.ics:4: RRULE: expected a value that can be read"),
        (
            [*NINE, "RRULE:FREQ=SECONDLY"],
            "c.ics:4: RRULE: expected a rule of days, weeks, months or years, found SEC",
        ),
        (
            [*NINE, "RRULE:FREQ=DAILY;INTERVAL=0"],
            "c.ics:4: RRULE: expected an INTERVAL of at least 1, found 0",
        ),
        ([*NINE, "RRULE:COUNT=3"], "c.ics:4: RRULE: expected a rule that can be read"),
        (
            [*NINE, "RRULE:FREQ=DAILY", "EXDATE;TZID=Mars/Base:20270104T090000"],
            "EXDATE: expected a known time zone",
        ),
        (
            ["DTSTART:00010104T090000", "DURATION:PT1H"],
            "c.ics:4: DTSTART: expected a date or time from 1900 to 8999",
        ),
        (
            ["RECURRENCE-ID;RANGE=THISANDFUTURE:20270104T090000", *NINE],
            "c.ics:4: RECURRENCE-ID: expected one start, found this and all later ones",
        ),
    ],
)
def test_bad_entries_are_refused_with_their_line(lines, expected):
    with pytest.raises(InvalidInput) as refused:
        busy(*event(*lines))
    assert expected in str(refused.value)


def test_every_bad_entry_is_named():
    bad = event("DTSTART:20270104T090000", "DTEND:20270104T080000")
    with pytest.raises(InvalidInput) as refused:
        busy(*bad, *event(*NINE), *bad)
    assert [problem.at for problem in refused.value.problems] == ["4", "14"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"who,start,end\n",
        b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"\xff\xfe",
    ],
)
def test_what_is_no_calendar_is_refused(data):
    with pytest.raises(InvalidInput, match=r"c\.ics:1: \(file\): expected"):
        read_busy_ics(io.BytesIO(data), tiny(), who="pt-1", name="c.ics")


def test_the_calendar_of_nobody_is_refused():
    with pytest.raises(NotFound, match="did you mean 'pt-1'"):
        read_busy_ics(io.BytesIO(calendar()), tiny(), who="pt1")


def test_entries_written_for_this_problem_are_not_of_another_calendar():
    own = event(*NINE, uid="tiny/ana-manual/1/practitioner/pt-1@allay.invalid")
    other = event(*NINE, uid="tiny-2/ana-manual/1/practitioner/pt-1@allay.invalid")
    assert busy(*own) == []
    assert busy(*own, *other) == ["01-04 09:00-01-04 10:00"]


def test_what_the_export_writes_is_known_as_our_own():
    assert f"@{MADE_BY}" == OWN
