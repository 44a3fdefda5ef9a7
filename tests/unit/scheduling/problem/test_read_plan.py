"""Reading a plan: one of another problem is refused, and so is what the problem does not have."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.unit.scheduling.problem.planting import put
from tests.unit.scheduling.problems import tiny

from allay.base.errors import InvalidInput
from allay.scheduling.plan.plan import Plan, Score
from allay.scheduling.problem.reading import read_plan


def plan(**changes: Any) -> dict[str, Any]:
    """A plan of the tiny problem; each name is a place such as `sessions__0__lead`."""
    plain: dict[str, Any] = {
        "allay_version": "1",
        "problem": "tiny",
        "problem_digest": tiny().digest(),
        "method": "first-fit",
        "score": dict.fromkeys(Score.model_fields, 0),
        "template": [
            {"cohort": "pain-1", "weekday": "tuesday", "start": "09:00", "lead": "psy-1", "room": "hall"}
            | {"members": ["ana"]}
        ],
        "meetings": [{"cohort": "pain-1", "start": "2027-01-05T09:00", "lead": "psy-1", "room": "hall"}],
        "sessions": [
            {"series": "cy-manual", "number": 1, "start": "2027-01-05T09:00", "lead": "pt-1", "room": "room"}
        ],
        "unserved_sessions": [{"series": "ana-manual", "number": 2}],
        "unserved_members": [{"patient": "ben", "week": 0}],
    }
    for name, value in changes.items():
        put(plain, name.split("__"), value)
    return plain


def read(plain: dict[str, Any]) -> Plan:
    return read_plan(io.BytesIO(json.dumps(plain).encode()), tiny(), name="plan.json")


def test_a_plan_of_the_problem_is_read():
    assert read(plan()).sessions[0].lead == "pt-1"


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        ({"problem": "other"}, "/problem: problem: expected a plan for 'tiny', found one for 'other'"),
        ({"problem_digest": "0" * 64}, "/problem_digest: problem_digest: expected the digest of 'tiny' as"),
        ({"template__0__cohort": "pain"}, "/template/0/cohort: cohort: expected a cohort of the problem, f"),
        ({"template__0__lead": "psy"}, "/template/0/lead: lead: expected a practitioner of the problem, fo"),
        ({"template__0__room": "h"}, "/template/0/room: room: expected a room of the problem, found 'h' (t"),
        ({"template__0__members": ["an"]}, "/template/0/members/0: 0: expected a patient of the problem, f"),
        ({"meetings__0__cohort": "x"}, "/meetings/0/cohort: cohort: expected a cohort of the problem"),
        ({"meetings__0__lead": "x"}, "/meetings/0/lead: lead: expected a practitioner of the problem"),
        ({"meetings__0__room": "x"}, "/meetings/0/room: room: expected a room of the problem"),
        ({"meetings__0__absent": ["x"]}, "/meetings/0/absent/0: 0: expected a patient of the problem"),
        ({"sessions__0__series": "x"}, "/sessions/0/series: series: expected a series of the problem"),
        ({"sessions__0__lead": "x"}, "/sessions/0/lead: lead: expected a practitioner of the problem"),
        ({"sessions__0__second": "x"}, "/sessions/0/second: second: expected a practitioner of the problem"),
        ({"sessions__0__room": "x"}, "/sessions/0/room: room: expected a room of the problem"),
        (
            {"sessions__0__number": 2},
            "/sessions/0/number: number: expected a number from 1 to 1, the sessions of cy-manual, found 2",
        ),
        ({"unserved_sessions__0__series": "x"}, "/unserved_sessions/0/series: series: expected a series of"),
        ({"unserved_sessions__0__number": 3}, "/unserved_sessions/0/number: number: expected a number from"),
        ({"unserved_members__0__patient": "x"}, "/unserved_members/0/patient: patient: expected a patient"),
        ({"unserved_members__0__cohort": "x"}, "/unserved_members/0/cohort: cohort: expected a cohort of t"),
        ({"sessions__0__start": "9999-12-31T23:30:00"}, "/sessions/0/start: start: expected a start before"),
        ({"meetings__0__start": "9999-12-31T23:30:00"}, "/meetings/0/start: start: expected a start before"),
        ({"unserved_members__0__week": 1}, "/unserved_members/0/week: week: expected a week from 0 to 0, f"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_problem_is_refused_with_its_place(planted, expected):
    with pytest.raises(InvalidInput) as refused:
        read(plan(**planted))
    (problem,) = refused.value.problems
    assert str(problem).startswith("plan.json:" + expected)


def test_all_of_it_is_told_at_once():
    with pytest.raises(InvalidInput) as refused:
        read(plan(sessions__0__lead="x", meetings__0__room="y", unserved_members__0__week=7))
    assert refused.value.total == 3


def test_a_changed_problem_has_another_digest():
    with pytest.raises(InvalidInput, match="the problem has changed since"):
        read(plan(problem_digest=tiny(weeks=2).digest()))
