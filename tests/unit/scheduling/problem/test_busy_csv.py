"""Busy times from a table, and what becomes of them in a problem."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from tests.unit.scheduling.problems import tiny

from allay.base.errors import InvalidInput
from allay.scheduling.problem.busy.busy import BusyTimes, with_busy_times
from allay.scheduling.problem.busy.csv import read_busy_csv
from allay.scheduling.problem.people import Practitioner
from allay.scheduling.problem.times import Away


def table(*rows: str, header: str = "who,start,end,reason") -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows, ""]).encode())


def read(*rows: str, who: str | None = None, header: str = "who,start,end,reason") -> BusyTimes:
    return read_busy_csv(table(*rows, header=header), tiny(), who=who, name="b.csv")


def test_rows_become_absences_of_those_they_name():
    found = read(
        "pt-1,2027-01-04T12:00,2027-01-04T13:00,lunch",
        "hall,2027-01-05 08:00,2027-01-05 09:30,",
        "ana,2027-01-06T14:00:00Z,2027-01-06T15:00+00:00,school",
    )
    assert found.busy == {
        "pt-1": (Away(start=dt.datetime(2027, 1, 4, 12), end=dt.datetime(2027, 1, 4, 13), reason="lunch"),),
        "hall": (Away(start=dt.datetime(2027, 1, 5, 8), end=dt.datetime(2027, 1, 5, 9, 30)),),
        "ana": (Away(start=dt.datetime(2027, 1, 6, 9), end=dt.datetime(2027, 1, 6, 10), reason="school"),),
    }
    problem = with_busy_times(tiny(), found)
    assert problem.practitioners[0].away == found.busy["pt-1"]
    assert problem.rooms[1].away == found.busy["hall"]
    assert problem.patients[0].away == found.busy["ana"]
    assert problem.practitioners[1] == tiny().practitioners[1]


def test_days_are_whole_and_include_the_last():
    (away,) = read("pt-1,2027-01-04,2027-01-05,leave").busy["pt-1"]
    assert (away.start, away.end) == (dt.datetime(2027, 1, 4), dt.datetime(2027, 1, 6))


def test_rows_may_be_of_one_who_is_named_outside():
    found = read("2027-01-04,2027-01-04", who="room", header="start,end")
    assert list(found.busy) == ["room"]
    mixed = read(",2027-01-04,2027-01-04", "pt-1,2027-01-05,2027-01-05", who="room", header="who,start,end")
    assert list(mixed.busy) == ["room", "pt-1"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("pt-1,2027-01-04T12:00,2027-01-04T11:00,", "b.csv:2: end: expected a time after 2027-01-04 12:00,"),
        ("pt-1,2027-01-04T12:00,2027-01-04T12:00,", "b.csv:2: end: expected a time after"),
        ("pt-1,2027-01-05,2027-01-04,", "b.csv:2: end: expected a time after 2027-01-05 00:00"),
        ("pt-1,2027-01-04T12:00Z,2027-01-04T12:30+01:00,", "b.csv:2: end: expected a time after 2027-01-04"),
        ("pt1,2027-01-04,2027-01-04,", "b.csv:2: who: expected the id of a practitioner, room or patient,"),
        (",2027-01-04,2027-01-04,", "b.csv:2: who: expected the id of a practitioner, room or patient, fou"),
        ("pt-1,,2027-01-04,", "b.csv:2: start: expected a time as YYYY-MM-DDTHH:MM, or a day as YYYY-MM-DD"),
        ("pt-1,04.01.2027,2027-01-04,", "b.csv:2: start: expected a time as"),
        ("pt-1,2027-W01-1,2027-01-04,", "b.csv:2: start: expected a time as"),
        ("pt-1,2027-02-30,2027-03-04,", "b.csv:2: start: expected a time as"),
        ("pt-1,0001-01-01,2027-03-04,", "b.csv:2: start: expected a time as"),
        ("pt-1,2027-01-04,9999-12-31,", "b.csv:2: end: expected a time as"),
        ("pt-1,2027-01-04,2027-01-04," + "x" * 501, "b.csv:2: reason: expected at most 500 characters, fou"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_with_their_line(row, message):
    with pytest.raises(InvalidInput) as refused:
        read(row)
    assert str(refused.value).startswith(message)


def test_every_bad_row_is_named():
    with pytest.raises(InvalidInput) as refused:
        read("x,2027-01-04,2027-01-04,", "pt-1,2027-01-05,2027-01-05,", "pt-1,2027-01-05,2027-01-04,")
    assert [problem.at for problem in refused.value.problems] == ["2", "4"]


def test_a_name_that_two_have_is_refused():
    problem = tiny(rooms=[{"id": "pt-1", "type": "treatment"}, {"id": "hall", "type": "group", "seats": 12}])
    with pytest.raises(
        InvalidInput, match="who: expected an id that only one has, found 'pt-1', which 2 have"
    ):
        read_busy_csv(table("pt-1,2027-01-04,2027-01-04,"), problem)


@pytest.mark.parametrize("header", ["who,start", "who,start,end,why", "start,end"])
def test_other_columns_are_refused(header):
    with pytest.raises(InvalidInput):
        read("a,b,c,d"[: 2 * len(header.split(",")) - 1], header=header)


def span(day: int, start: int, end: int) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime(2027, 1, day, start), dt.datetime(2027, 1, day, end)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (dt.datetime(2027, 1, 4, 7), dt.datetime(2027, 1, 4, 8), False),
        (dt.datetime(2027, 1, 4, 7), dt.datetime(2027, 1, 4, 8, 1), True),
        (dt.datetime(2027, 1, 4, 17), dt.datetime(2027, 1, 4, 18), False),
        (dt.datetime(2027, 1, 4, 17), dt.datetime(2027, 1, 5, 8, 30), True),
        (dt.datetime(2027, 1, 9), dt.datetime(2027, 1, 10), False),
        (dt.datetime(2026, 12, 24), dt.datetime(2027, 1, 4, 8), False),
        (dt.datetime(2026, 12, 24), dt.datetime(2027, 1, 4, 9), True),
        (dt.datetime(2027, 1, 8, 16), dt.datetime(2027, 2, 8), True),
        (dt.datetime(2027, 1, 11), dt.datetime(2027, 2, 8), False),
    ],
)
def test_only_times_that_touch_an_open_hour_are_kept(start, end, kept):
    problem = with_busy_times(tiny(), BusyTimes({"pt-1": (Away(start=start, end=end),)}))
    assert (len(problem.practitioners[0].away) == 1) is kept


def test_free_times_take_the_place_of_weekly_hours_on_demand():
    free = (span(4, 6, 9), span(4, 9, 11), span(4, 13, 19), span(9, 9, 10), span(5, 8, 9))
    times = BusyTimes({}, {"pt-1": free, "room": free})
    assert with_busy_times(tiny(), times) == tiny()
    found = with_busy_times(tiny(), times, free_hours=True)
    assert [
        f"{h.weekday} {h.start:%H}-{h.end:%H} {h.first} {h.last}" for h in found.practitioners[0].hours
    ] == [
        "monday 08-11 2027-01-04 2027-01-04",
        "monday 13-17 2027-01-04 2027-01-04",
        "tuesday 08-09 2027-01-05 2027-01-05",
    ]
    assert found.rooms == tiny().rooms


def test_free_times_are_taken_in_whole_minutes():
    free = ((dt.datetime(2027, 1, 4, 9, 0, 30), dt.datetime(2027, 1, 4, 10, 0, 30)),)
    found = with_busy_times(tiny(), BusyTimes({}, {"pt-1": free}), free_hours=True)
    assert isinstance(found.practitioners[0], Practitioner)
    (hours,) = found.practitioners[0].hours
    assert (hours.start, hours.end) == (dt.time(9, 1), dt.time(10))
