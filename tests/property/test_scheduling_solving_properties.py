"""The solver: plans keep every rule, bounds hold, more capacity and fewer rules never make a week worse."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_scheduling_baselines_properties import troubled
from tests.unit.scheduling.bounds.plainsearch import best_total
from tests.unit.scheduling.bounds.verysmall import very_small

from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.instances.family import FAMILIES
from allay.scheduling.plan.plan import Bound, Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.solve import solve

EXAMPLES = 12
EFFORT = 0.25
seeds = st.integers(0, 10**6)


@st.composite
def problems(draw: st.DrawFn, *, most: int = 18, weeks: int = 2) -> SchedulingProblem:
    """A generated problem with absences, bookings, other rules and tastes thrown in."""
    made = generate(
        draw(st.sampled_from(FAMILIES)),
        patients=draw(st.integers(1, most)),
        seed=draw(seeds),
        weeks=draw(st.integers(1, weeks)),
    )
    return troubled(made, np.random.default_rng(draw(seeds)))


def given_bound(plan: Plan) -> Bound:
    return next(bound for bound in plan.bounds if bound.kind == "given_template")


@settings(max_examples=2 * EXAMPLES)
@given(seed=seeds, slots=st.integers(1, 3))
def test_without_groups_the_plan_is_the_best_of_all(seed: int, slots: int) -> None:
    problem = very_small(seed, slots=slots, group=False)
    plan = solve(problem)
    assert plan.score.total == best_total(problem)
    assert check_plan(problem, plan).violations == ()


@settings(max_examples=EXAMPLES)
@given(seed=seeds, slots=st.integers(1, 2))
def test_with_a_group_no_plan_beats_the_best_of_all(seed: int, slots: int) -> None:
    problem = very_small(seed, slots=slots)
    plan = solve(problem)
    assert plan.score.total >= best_total(problem)
    assert check_plan(problem, plan).violations == ()


@settings(max_examples=EXAMPLES)
@given(problem=problems())
def test_every_plan_keeps_every_rule_and_lies_above_its_bounds(problem: SchedulingProblem) -> None:
    plan = solve(problem, effort=EFFORT)
    report = check_plan(problem, plan)
    assert report.violations == ()
    assert report.score == plan.score
    assert all(bound.value <= plan.score.total for bound in plan.bounds)


@settings(max_examples=EXAMPLES // 2)
@given(problem=problems(most=10), seed=st.integers(0, 5))
def test_the_same_seed_gives_the_same_plan_whatever_the_threads(
    problem: SchedulingProblem, seed: int
) -> None:
    plan = solve(problem, effort=EFFORT, seed=seed)
    assert solve(problem, effort=EFFORT, seed=seed, workers=1) == plan


@settings(max_examples=EXAMPLES)
@given(problem=problems(most=14), which=seeds)
def test_more_capacity_never_raises_the_bound_of_a_template(problem: SchedulingProblem, which: int) -> None:
    template = simple_template(grid_of(problem))
    before = bound_given(problem, template)
    staff, rooms = problem.practitioners, problem.rooms
    for change in (
        {"practitioners": (*staff, staff[which % len(staff)].model_copy(update={"id": "another"}))},
        {"rooms": (*rooms, rooms[which % len(rooms)].model_copy(update={"id": "more"}))},
    ):
        after = bound_given(problem.model_copy(update=change), template)
        assert before.proven
        assert after.proven
        assert after.value <= before.value


@settings(max_examples=EXAMPLES)
@given(problem=problems(most=14), which=seeds)
def test_a_same_day_rule_less_never_raises_the_bound_of_a_template(
    problem: SchedulingProblem, which: int
) -> None:
    rules = problem.same_day
    if rules:
        at = which % len(rules)
        template = simple_template(grid_of(problem))
        fewer = problem.model_copy(update={"same_day": (*rules[:at], *rules[at + 1 :])})
        assert bound_given(fewer, template).value <= bound_given(problem, template).value


@settings(max_examples=EXAMPLES // 2)
@given(seed=seeds)
def test_a_same_day_rule_less_never_adds_trips_to_a_proven_plan(seed: int) -> None:
    problem = generate("a4", patients=12, seed=seed)
    before = solve(problem, effort=EFFORT)
    after = solve(problem.model_copy(update={"same_day": ()}), effort=EFFORT, template=before.template)
    if _proven(before) and _proven(after):
        assert after.score.total <= before.score.total
        if before.score.unserved == after.score.unserved:
            assert after.score.trip_points <= before.score.trip_points


def _proven(plan: Plan) -> bool:
    return plan.score.total == given_bound(plan).value
