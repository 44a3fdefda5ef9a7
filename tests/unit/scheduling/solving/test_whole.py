"""The joint model of small problems: its bound is below every plan, its templates are better and lawful."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.bounds.plainsearch import best_total
from tests.unit.scheduling.bounds.verysmall import very_small
from tests.unit.scheduling.problems import hours, tiny

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.effort import Search
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.solve import solve
from allay.scheduling.solving.whole.whole import WholeWeek, is_small, whole_week

pytest.importorskip("ortools")
MANY = 10_000


def joint(problem: SchedulingProblem, template: tuple[CohortPlace, ...] = ()) -> WholeWeek:
    return whole_week(
        problem,
        loose=grid_of(problem, loose=True),
        strict=grid_of(problem),
        template=template,
        total=MANY,
        floor=0,
        search=Search(),
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_joint_model_finds_the_best_of_all_plans_and_proves_it(seed: int) -> None:
    problem = very_small(seed, slots=2)
    found, best = joint(problem), best_total(problem)
    assert (found.total, found.bound, found.proven) == (best, best, True)


@pytest.mark.parametrize("seed", range(30))
def test_a_plan_with_its_template_costs_what_the_joint_model_says(seed: int) -> None:
    problem = very_small(seed, slots=2)
    found = joint(problem)
    plan = solve(problem, template=found.template)
    assert check_plan(problem, plan).violations == ()
    assert plan.score.total == found.total


def test_a_small_clinic_gets_a_lawful_plan_above_its_bound_and_the_same_each_time() -> None:
    problem = generate("small-clinic", patients=24, seed=2)
    assert is_small(problem)
    plan = solve(problem, effort=0.1)
    free = plan.bounds[1]
    assert check_plan(problem, plan).violations == ()
    assert free.kind == "free"
    assert free.value <= plan.score.total
    assert plan == solve(problem, effort=0.1)


def test_the_template_names_who_may_lead_a_group_and_not_who_stands_in() -> None:
    # Only Zoe, who speaks their language, may be named; she is away, and with an interpreter Anna stands in.
    all_day = [{"start": "2027-01-04T08:00:00", "end": "2027-01-04T17:00:00"}]
    there = hours("08:00", "09:00", "monday")
    problem = tiny(
        weekdays=["monday"],
        slot_minutes=60,
        practitioners=[
            {"id": "anna", "disciplines": ["psy"], "languages": ["es"], "hours": there},
            {"id": "zoe", "disciplines": ["psy"], "hours": there, "away": all_day},
        ],
        services=[{"id": "group", "discipline": "psy", "minutes": 60, "room_type": "group"}],
        patients=[{"id": "ana", "group": "pain"}, {"id": "ben", "group": "pain"}],
        series=[],
    )
    found = joint(problem)
    assert [(one.lead, one.members) for one in found.template] == [("zoe", ("ana", "ben"))]
    plan = solve(problem, template=found.template)
    assert check_plan(problem, plan).violations == ()
    assert ([one.lead for one in plan.meetings], plan.score.total) == (["anna"], found.total)


def test_several_weeks_many_patients_and_groups_alone_are_not_for_the_joint_model() -> None:
    assert not is_small(generate("small-clinic", patients=24, seed=1, weeks=2))
    assert not is_small(generate("a4", patients=80, seed=1))
