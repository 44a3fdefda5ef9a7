"""Bad input planted in a good problem, one at a time: what is said, and at which place."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.unit.scheduling.problem import planted_care, planted_fixed
from tests.unit.scheduling.problem.planting import LINKED, booked, good
from tests.unit.scheduling.problems import hours, json_of, tiny, tree

from allay.base.errors import InvalidInput
from allay.scheduling.problem.checks.checks import check_problem
from allay.scheduling.problem.reading import read_problem

ALL = [*planted_care.PLANTED, *planted_fixed.PLANTED]


def said(plain: dict[str, Any]) -> list[str]:
    """What is said about a problem, without the name of the file."""
    with pytest.raises(InvalidInput) as refused:
        read_problem(io.BytesIO(json_of(plain)), name="p.json")
    return [f"{each.at}: {each.expected} | {each.found}" for each in refused.value.problems]


def test_the_problem_in_which_errors_are_planted_is_good():
    assert check_problem(tiny()) == ()
    read_problem(io.BytesIO(json_of(good())))


@pytest.mark.parametrize(("planted", "expected"), ALL, ids=[expected.split(": ")[0] for _, expected in ALL])
def test_planted_error_is_refused_with_its_place(planted, expected):
    found = said(good(**planted))
    assert any(each.startswith(expected) for each in found), "\n".join(found)


def test_all_errors_are_told_at_once_in_the_order_of_the_file():
    plain = good(rooms__0__type="gym", series__2__patient="bne", bookings__0__number=7)
    plain["patients"][0]["avoids"] = ["nobody"]
    places = [each.split(": ")[0] for each in said(plain)]
    order = ["/services/0/room_type", "/patients/0/avoids/0", "/series/2/patient", "/bookings/0/number"]
    assert [place for place in places if place in order] == order


def test_only_fifty_are_kept_and_all_are_counted():
    plain = tree()
    plain["patients"] += [{"id": "ana"} for _ in range(70)]
    with pytest.raises(InvalidInput) as refused:
        read_problem(io.BytesIO(json_of(plain)))
    assert (len(refused.value.problems), refused.value.total) == (50, 70)


@pytest.mark.parametrize(
    "change",
    [
        {"practitioners__1__away": [{"start": "2027-01-04T00:00", "end": "2027-01-09T00:00"}]},
        {"practitioners__0__hours__more": hours("07:00", "07:30", "monday")[:0]},
        {"practitioners__0__hours": [], "bookings": []},
        {"patients__0__away": [{"start": "2027-01-04T00:00", "end": "2027-02-09T00:00"}]},
        {"series__more": [{"id": f"s{n}", "patient": "ben", "service": "talk"} for n in range(60)]},
        {"patients__0__hours": hours("06:00", "23:00")},
        {"practitioners__0__hours": hours("07:10", "12:50"), "patients__0__hours": hours("08:00", "12:00")},
        {"same_day": [{"id": "r", "payers": ["nobody-has-it"], "services": ["talk", "manual"]}]},
        {"series__0__last": "2028-01-01", "series__0__first": "2020-01-01"},
    ],
    ids=[
        "lead on leave",
        "no more hours",
        "no hours",
        "patient away",
        "overloaded",
        "patient early and late",
        "hours off the grid",
        "payer of nobody",
        "window beyond the horizon",
    ],
)
def test_what_merely_cannot_all_be_served_is_good_input(change):
    read_problem(io.BytesIO(json_of(good(**change))))


def test_touching_things_are_no_clash():
    bookings = [booked(), booked(series="ana-manual", start="2027-01-05T11:00")]
    read_problem(io.BytesIO(json_of(good(bookings=bookings))))


def test_a_second_who_is_there_for_the_start_only_is_free_afterwards():
    changes = {
        "services__0__linked": {**LINKED, "presence": "start", "max_ratio": 2},
        "bookings": [
            booked(second="psy-1", start="2027-01-06T09:00"),
            {**planted_fixed.TALK, "start": "2027-01-06T09:30"},
        ],
        "rooms__more": {"id": "room-2", "type": "treatment"},
    }
    changes["bookings"][1]["room"] = "room-2"
    read_problem(io.BytesIO(json_of(good(**changes))))


def test_yaml_is_read_too_and_errors_name_its_line():
    plain = good(series__2__patient="bne")
    lines = [f"{key}: {json.dumps(value)}" for key, value in plain.items()]
    with pytest.raises(InvalidInput) as refused:
        read_problem(io.BytesIO("\n".join(lines).encode()), name="p.yaml")
    (problem,) = refused.value.problems
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("series"))
    assert (problem.at, problem.field) == (str(line), "/series/2/patient")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "expected"),
        (b"[1]", "expected"),
        (b'{"id": "p"}', "/opening"),
        (b'{"id": "a b"', "expected"),
        (json_of({**tree(), "wishes": 1}), "wishes: expected one of the keys"),
        (
            json_of(
                {
                    **tree(),
                    "rooms": [{"id": "a", "type": "b", "hours": [{"weekday": "monday", "start": "08:00Z"}]}],
                }
            ),
            "a local time as HH:MM",
        ),
        (
            json_of({**tree(), "bookings": [booked(start="2027-01-05T09:00-05:00")]}),
            "a local time as YYYY-MM-DDTHH:MM",
        ),
    ],
)
def test_wrong_shapes_are_refused(text, expected):
    with pytest.raises(InvalidInput, match=expected):
        read_problem(io.BytesIO(text), name="p.json")


@pytest.mark.parametrize(
    ("planted", "place"),
    [
        ({"weights": {"unserved": 10**30}}, "/weights/unserved: "),
        ({"weights": {"late": 1_000_001}}, "/weights/late: "),
        ({"weights": {"continuity": 1_000_001, "preference": 10**9}}, "/weights/continuity: "),
        (
            {"same_day": [{"id": "r", "services": ["manual", "manual"], "lost_cents": 10**25}]},
            "/same_day/0/lost_cents: ",
        ),
    ],
)
def test_points_beyond_what_a_solver_can_count_are_refused(planted, place):
    (first, *_) = said({**tree(), **planted})
    assert first.startswith(place)


def test_a_million_points_are_taken():
    read_problem(io.BytesIO(json_of({**tree(), "weights": {"unserved": 1_000_000, "late": 1_000_000}})))
