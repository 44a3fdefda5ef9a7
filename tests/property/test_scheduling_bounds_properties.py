"""Bounds lie below every plan and move the right way; templates keep every rule, whatever comes between."""

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
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.freebound.freebound import bound_free
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.template.template import make_template

EXAMPLES = 10
seeds = st.integers(0, 10**6)


@st.composite
def problems(draw: st.DrawFn, *, most: int = 24) -> SchedulingProblem:
    """A generated problem with absences, bookings, other rules and tastes thrown in."""
    made = generate(
        draw(st.sampled_from(FAMILIES)),
        patients=draw(st.integers(1, most)),
        seed=draw(seeds),
        weeks=draw(st.integers(1, 2)),
    )
    return troubled(made, np.random.default_rng(draw(seeds)))


@settings(max_examples=EXAMPLES)
@given(seed=seeds, slots=st.integers(1, 2))
def test_the_free_bound_is_never_above_the_best_of_all_plans(seed: int, slots: int) -> None:
    problem = very_small(seed, slots=slots)
    assert bound_free(problem).value <= best_total(problem)


@settings(max_examples=EXAMPLES)
@given(problem=problems())
def test_no_plan_is_below_a_bound(problem: SchedulingProblem) -> None:
    free = bound_free(problem, effort=0.05)
    for plan in (first_fit(problem), good_greedy(problem)):
        assert free.value <= plan.score.total
        assert bound_given(problem, plan.template, effort=0.05).value <= plan.score.total


@settings(max_examples=EXAMPLES)
@given(problem=problems(), seed=st.integers(0, 3))
def test_every_template_keeps_every_rule_and_is_the_same_again(problem: SchedulingProblem, seed: int) -> None:
    template = make_template(problem, grid_of(problem), seed=seed, effort=0.1)
    plan = good_greedy(problem, template=template)
    assert check_plan(problem, plan).violations == ()
    assert plan.template == template
    assert make_template(problem, grid_of(problem), seed=seed, effort=0.1) == template


@settings(max_examples=EXAMPLES)
@given(problem=problems(most=16), which=seeds)
def test_more_capacity_never_raises_the_free_bound(problem: SchedulingProblem, which: int) -> None:
    before = bound_free(problem)
    staff, rooms = problem.practitioners, problem.rooms
    another = staff[which % len(staff)].model_copy(update={"id": "another"})
    present = staff[0].model_copy(update={"away": ()})
    more = rooms[which % len(rooms)].model_copy(update={"id": "more"})
    for change in (
        {"practitioners": (*staff, another)},
        {"practitioners": (present, *staff[1:])},
        {"rooms": (*rooms, more)},
    ):
        after = bound_free(problem.model_copy(update=change))
        if before.proven and after.proven:
            assert after.value <= before.value


@settings(max_examples=EXAMPLES)
@given(problem=problems(most=16), which=seeds)
def test_a_rule_less_never_raises_the_free_bound(problem: SchedulingProblem, which: int) -> None:
    rules = problem.same_day
    if rules:
        at = which % len(rules)
        before = bound_free(problem)
        after = bound_free(problem.model_copy(update={"same_day": (*rules[:at], *rules[at + 1 :])}))
        if before.proven and after.proven:
            assert after.value <= before.value
