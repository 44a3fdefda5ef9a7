"""Whom a patient avoids: never second in the room of a linked visit, and never the lead of a group joined."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.problems import hours, tiny

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.solve import solve

pytest.importorskip("ortools")
WAYS = pytest.mark.parametrize("plan_of", [first_fit, good_greedy, lambda problem: solve(problem, workers=1)])


def linked_visit(presence: str, *seconds: str) -> SchedulingProblem:
    linked = {"discipline": "md", "billable": "second", "presence": presence}
    visit = {"id": "v", "discipline": "pt", "minutes": 60, "room_type": "treatment", "linked": linked}
    return tiny(
        services=[visit],
        practitioners=[
            {"id": "pt-1", "disciplines": ["pt"], "hours": hours()},
            *({"id": name, "disciplines": ["md"], "hours": hours()} for name in seconds),
        ],
        patients=[{"id": "cy", "avoids": ["md-1"]}, {"id": "ben"}],
        cohorts=[],
        series=[{"id": name, "patient": name, "service": "v"} for name in ("cy", "ben")],
    )


@WAYS
@pytest.mark.parametrize("presence", ["full", "start", "general"])
def test_somebody_else_is_second(plan_of, presence: str) -> None:
    problem = linked_visit(presence, "md-1", "md-2")
    plan = plan_of(problem)
    seconds = {each.series: each.second for each in plan.sessions}
    assert check_plan(problem, plan).ok
    assert set(seconds) == {"cy", "ben"}
    assert presence == "general" or seconds["cy"] == "md-2"


@WAYS
@pytest.mark.parametrize(("presence", "served"), [("full", False), ("start", False), ("general", True)])
def test_with_nobody_else_the_visit_is_not_served_unless_the_second_is_not_in_the_room(
    plan_of, presence: str, served: bool
) -> None:
    problem = linked_visit(presence, "md-1")
    plan = plan_of(problem)
    assert check_plan(problem, plan).ok
    assert {each.series for each in plan.sessions} == ({"cy", "ben"} if served else {"ben"})


@WAYS
@pytest.mark.parametrize("listed", [False, True])
def test_only_who_is_a_member_already_is_led_by_whom_he_or_she_avoids(plan_of, listed: bool) -> None:
    cohort = {"id": "c", "kind": "pain", "service": "group", "min_size": 1, "lead": "psy-1"}
    problem = tiny(
        patients=[{"id": "ana", "group": "pain", "avoids": ["psy-1"]}, {"id": "ben", "group": "pain"}],
        cohorts=[{**cohort, "members": ["ana"] if listed else []}],
        series=[],
    )
    plan = plan_of(problem)
    assert check_plan(problem, plan).ok
    assert plan.template[0].members == (("ana", "ben") if listed else ("ben",))
