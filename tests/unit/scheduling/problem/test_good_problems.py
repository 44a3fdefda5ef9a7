"""What looks like a contradiction and is none, and contradictions told once or each."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.unit.scheduling.problem.planting import LINKED, MEETS, booked, good
from tests.unit.scheduling.problems import hours, json_of, problem_of, tiny

from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.checks.index import ProblemIndex
from allay.scheduling.problem.reading import read_problem

DAY = "2027-01-05T"
SECOND_PT = {"id": "pt-2", "disciplines": ["pt"], "hours": hours()}
SECOND_ROOM = {"id": "room-2", "type": "treatment"}
TALK = booked(series="ben-talk", lead="psy-1", room="room-2")


def away(start: str, end: str) -> list[dict[str, str]]:
    return [{"start": DAY + start, "end": DAY + end}]


GOOD: dict[str, dict[str, Any]] = {
    "hours that touch are one": {
        "practitioners__0__hours": hours("08:00", "09:30", "tuesday") + hours("09:30", "17:00", "tuesday")
    },
    "hours that touch are one, the later first": {
        "practitioners__0__hours": hours("09:30", "17:00", "tuesday") + hours("08:00", "09:30", "tuesday")
    },
    "the gap to the hour": {
        "series__0__min_gap_hours": 48,
        "bookings": [
            booked(series="ana-manual", start="2027-01-06T09:00"),
            booked(series="ana-manual", number=2, start="2027-01-08T09:00"),
        ],
    },
    "hours of other dates do not cross": {
        "practitioners__0__hours": [
            {**hours("08:00", "17:00", "tuesday")[0], "last": "2027-01-06"},
            {**hours("09:00", "17:00", "tuesday")[0], "first": "2027-01-07"},
        ]
    },
    "away until the booking": {"practitioners__0__away": away("08:00", "09:00")},
    "away from the end of the booking on": {"practitioners__0__away": away("10:00", "12:00")},
    "a priced rule may be broken": {
        "same_day": [{"id": "r", "services": ["manual", "manual"], "effect": "priced", "lost_cents": 100}],
        "series__3__sessions": 2,
        "series__3__per_week": 2,
        "bookings__more": booked(number=2, start=DAY + "14:00"),
    },
    "a rule of another payer": {
        "same_day": [{"id": "r", "payers": ["medicaid"], "services": ["manual", "manual"]}],
        "series__3__sessions": 2,
        "series__3__per_week": 2,
        "bookings__more": booked(number=2, start=DAY + "14:00"),
    },
    "telehealth is no trip": {
        "patients__0__most_trips": 1,
        "bookings": [
            booked(series="ana-talk", lead="psy-1", room=None, mode="telehealth", start="2027-01-04T09:00")
        ],
    },
    "a second on site only is free for other things": {
        "cohorts__0__meets": None,
        "services__0__linked": {**LINKED, "presence": "general", "max_ratio": 2},
        "rooms__more": SECOND_ROOM,
        "bookings": [booked(second="psy-1"), TALK],
    },
    "a second within the ratio": {
        "cohorts__0__meets": None,
        "services__0__linked": {**LINKED, "presence": "general", "max_ratio": 2},
        "rooms__more": SECOND_ROOM,
        "practitioners__more": SECOND_PT,
        "bookings": [
            booked(second="psy-1"),
            booked(series="ana-manual", lead="pt-2", room="room-2", second="psy-1"),
        ],
    },
    "a lead who is away for a part of the meeting has a substitute": {
        "practitioners__1__away": away("10:00", "11:00"),
        "rooms__more": SECOND_ROOM,
        "bookings": [TALK],
    },
    "a cohort that ended before": {
        "cohorts__more": {
            "id": "old",
            "kind": "pain",
            "service": "group",
            "min_size": 1,
            "max_size": 3,
            "meets": MEETS,
            "last": "2027-01-04",
        }
    },
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_contradiction_is_read(name):
    read_problem(io.BytesIO(json_of(good(**GOOD[name]))))


def test_a_member_who_stands_twice_is_told_once():
    found = check_problem(problem_of(good(cohorts__0__members=["ana", "ana"])))
    assert [keys for keys, _, _ in found] == [("cohorts", 0, "members", 1)]


def test_each_that_clashes_with_one_long_thing_is_told():
    talks = [{**TALK, "start": DAY + "09:30"}, {**TALK, "start": DAY + "10:30"}]
    talks[1] |= {"series": "ana-talk"}
    plain = good(bookings=talks, rooms__more=SECOND_ROOM, cohorts__0__members=[])
    found = check_problem(problem_of(plain))
    assert [keys for keys, _, _ in found] == [("bookings", 0, "lead"), ("bookings", 1, "lead")]


def test_sessions_of_one_day_do_not_overlap():
    change = {
        "id": "s",
        "patient": "ben",
        "service": "manual",
        "sessions": 3,
        "per_week": 3,
        "last": "2027-01-04",
    }
    problem = tiny(opens="08:00", closes="10:15", slot_minutes=15, series=[change])
    ((keys, expected, _),) = [each for each in check_problem(problem) if each[0][0] == "series"]
    assert keys == ("series", 0, "sessions")
    assert expected.startswith("at most 2 sessions")


def test_of_two_with_one_id_the_first_counts():
    problem = tiny(rooms=[{"id": "a", "type": "one"}, {"id": "a", "type": "two"}], patients=[{"id": "x"}] * 2)
    index = ProblemIndex.of(problem)
    assert index.rooms["a"] is problem.rooms[0]
    assert index.patients["x"] is problem.patients[0]
