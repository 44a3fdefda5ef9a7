"""A re-plan keeps every rule and the past, calls no more than planning anew, and is the same again."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.scheduling.checking.perturbed import perturbed
from tests.unit.scheduling.problems import problem_of
from tests.unit.scheduling.replanning.changed import crowded, fewest, sick

from allay.base.errors import InvalidInput
from allay.scheduling.checking.checker import check_plan
from allay.scheduling.instances import generate
from allay.scheduling.instances.family import FAMILIES
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.reading import check_problem
from allay.scheduling.solving.baselines.firstfit import first_fit
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.replanning.changes import changes_between, notified
from allay.scheduling.solving.replanning.replan import Replan, replan

EXAMPLES = 12
seeds = st.integers(0, 10**6)


def shaken(problem: SchedulingProblem, seed: int) -> SchedulingProblem:
    """A problem in which some have fallen ill, left, canceled or come, or need more or fewer sessions."""
    rng = np.random.default_rng(seed)
    tree = json.loads(problem.model_dump_json())
    for number in range(int(rng.integers(1, 4))):
        day = problem.opening.start + dt.timedelta(days=int(rng.integers(0, 7 * problem.opening.weeks)))
        until = day + dt.timedelta(days=int(rng.integers(1, 4)))
        away = {"start": f"{day}T00:00:00", "end": f"{until}T00:00:00"}
        what = str(rng.choice(["practitioners", "rooms", "patients", "gone", "new", "dose"]))
        if what in tree:
            tree[what][int(rng.integers(len(tree[what])))]["away"].append(away)
        elif what == "gone":
            _leave(tree, tree["patients"][int(rng.integers(len(tree["patients"])))]["id"])
        elif tree["series"]:
            series = tree["series"][int(rng.integers(len(tree["series"])))]
            if what == "dose":
                series["sessions"] = max(1, series["sessions"] + int(rng.integers(-1, 2)))
            else:
                like = next(one for one in tree["patients"] if one["id"] == series["patient"])
                tree["patients"].append({**like, "id": f"new-{number}"})
                tree["series"].append({**series, "id": f"more-{number}", "patient": f"new-{number}"})
    return SchedulingProblem.model_validate_json(json.dumps(tree))


def _leave(tree: dict, name: str) -> None:
    gone = {one["id"] for one in tree["series"] if one["patient"] == name}
    tree["patients"] = [one for one in tree["patients"] if one["id"] != name]
    tree["series"] = [one for one in tree["series"] if one["id"] not in gone]
    tree["bookings"] = [one for one in tree["bookings"] if one["series"] not in gone]
    for cohort in tree["cohorts"]:
        cohort["members"] = [one for one in cohort["members"] if one != name]


def untouched(found: Replan, before: Plan, problem: SchedulingProblem) -> None:
    """Who is in no change has everything as it was, rooms too."""
    owner = {one.id: one.patient for one in problem.series}
    concerned = {one.patient for one in found.changes}
    booked = {(one.series, one.number) for one in problem.bookings}

    def of_others(plan: Plan) -> set:
        return {
            one
            for one in plan.sessions
            if owner.get(one.series, "gone") not in {*concerned, "gone"}
            and (one.series, one.number) not in booked
        }

    assert of_others(found.plan) == of_others(before)


@settings(max_examples=EXAMPLES)
@given(seed=seeds, luck=seeds, day=st.none() | st.integers(0, 20))
def test_of_a_problem_with_everything_in_it_every_rule_and_the_past_are_kept(
    seed: int, luck: int, day: int | None
) -> None:
    problem = perturbed(seed)
    now = shaken(problem, luck)
    assume(not list(check_problem(now)))
    before = (first_fit if seed % 2 else good_greedy)(problem)
    last = 7 * now.opening.weeks - 1
    since = None if day is None else now.opening.start + dt.timedelta(days=min(day, last))
    try:
        found = replan(now, before, since=since, effort=0.2)
    except InvalidInput as error:
        refused = error.problems
    else:
        refused = ()
    # Only the past can contradict the problem as it is now.
    assert all("as it is before" in one.expected for one in refused)
    assume(not refused)
    report = check_plan(now, found.plan)
    assert report.violations == ()
    assert report.score == found.plan.score
    assert found.plan.bounds[0].value <= found.plan.score.total
    untouched(found, before, now)
    if since is not None:
        known = {one.id: one.sessions for one in now.series}
        booked = {(one.series, one.number) for one in now.bookings}
        past = [
            {
                one
                for one in plan.sessions
                if one.start.date() < since
                and one.number <= known.get(one.series, 0)
                and (one.series, one.number) not in booked
            }
            for plan in (before, found.plan)
        ]
        assert past[0] == past[1]


@settings(max_examples=EXAMPLES)
@given(family=st.sampled_from(FAMILIES), patients=st.integers(2, 14), seed=seeds, luck=seeds)
def test_no_more_are_called_than_by_planning_anew_where_as_many_are_served(
    family: str, patients: int, seed: int, luck: int
) -> None:
    problem = generate(family, patients=patients, seed=seed)
    now = shaken(problem, luck)
    assume(not list(check_problem(now)))
    before = good_greedy(problem)
    found = replan(now, before, effort=0.2)
    assert check_plan(now, found.plan).violations == ()
    again = replan(now, before, effort=0.2)
    assert again.plan.model_dump_json() == found.plan.model_dump_json()
    assert again.changes == found.changes
    # Another template is another question: groups do not change in a re-plan.
    anew = good_greedy(now, template=found.plan.template)
    called = notified(changes_between(now, before, anew, since=now.opening.start))
    if found.proven_fewest:
        lost = found.plan.score.unserved, len(found.notified)
        assert lost <= (anew.score.unserved, len(called))


@settings(max_examples=EXAMPLES)
@given(seed=seeds)
def test_a_problem_that_has_not_changed_keeps_its_plan(seed: int) -> None:
    problem = perturbed(seed)
    before = good_greedy(problem)
    found = replan(problem, before, effort=0.2)
    assert (found.changes, found.notified) == ((), ())
    assert found.plan.score == before.score
    assert set(found.plan.sessions) == set(before.sessions)
    assert set(found.plan.meetings) == set(before.meetings)
    assert found.plan.template == before.template


@settings(max_examples=EXAMPLES)
@given(seed=seeds)
def test_of_all_plans_of_a_tiny_problem_none_is_better(seed: int) -> None:
    tree = crowded(seed)
    problem = problem_of(tree)
    assume(not list(check_problem(problem)))
    before = first_fit(problem)
    sick(tree, seed)
    now = problem_of(tree)
    assume(not list(check_problem(now)))
    found = replan(now, before, effort=0.2)
    assert (len(found.plan.unserved_sessions), len(found.notified)) == fewest(now, before)
