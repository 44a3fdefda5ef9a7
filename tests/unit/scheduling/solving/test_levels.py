"""Levels 2 and 3 by themselves: what the bound knows, what a day drops, how a repair gets it back."""

from __future__ import annotations

import pytest
from tests.unit.scheduling.problems import hours, tiny, tree

from allay.scheduling.instances import generate
from allay.scheduling.solving.assignment.assignment import assignment_model, solve_assignment
from allay.scheduling.solving.assignment.options import options_of
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.effort import Limit
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.repair.model import exact_model, solve_exact
from allay.scheduling.solving.repair.repair import repair
from allay.scheduling.solving.sequencing.sequencing import sequence_day, sequence_week
from allay.scheduling.solving.week.cost import week_cost
from allay.scheduling.solving.week.task import WeekTask, week_task

pytest.importorskip("ortools")
LIMIT = Limit(work=5, linear=2)


def task_of(**changes: object) -> WeekTask:
    problem = tiny(**changes)
    grid = grid_of(problem)
    return week_task(grid, 0, template=simple_template(grid))[0]


def morning_task() -> WeekTask:
    """Two patients who can come in the first of three hours, one in the others: days fit, times do not."""
    staff = tree()["practitioners"][:1]
    staff[0]["hours"] = hours("08:00", "11:00", "monday")
    patients = [
        {"id": name, "hours": hours(start, end, "monday"), "trip_weight": weight}
        for name, start, end, weight in (
            ("ana", "08:00", "09:00", 1),
            ("ben", "08:00", "09:00", 3),
            ("cy", "09:00", "11:00", 1),
        )
    ]
    series = [{"id": name, "patient": name, "service": "manual"} for name in ("ana", "ben", "cy")]
    return task_of(practitioners=staff, patients=patients, series=series, cohorts=[])


def test_days_alone_do_not_see_what_counted_times_see() -> None:
    task = morning_task()
    plain = solve_assignment(assignment_model(task), LIMIT)
    timed = solve_assignment(assignment_model(task, timed=range(5)), LIMIT)
    assert (plain.bound, plain.proven) == (1 + 3 + 1, True)
    assert (timed.bound, timed.proven) == (1 + 1 + 50, True)


def test_a_day_that_does_not_fit_leaves_out_as_little_as_it_can() -> None:
    task = morning_task()
    day = sequence_day(task, 0, options_of(task), LIMIT)
    assert (len(day.placed), len(day.dropped), day.proven) == (2, 1, True)


def test_an_exact_model_proves_what_counted_times_prove() -> None:
    task = morning_task()
    model = exact_model(task, options_of(task), days=range(5), placed={}, free=range(3))
    found = solve_exact(model, LIMIT)
    assert found is not None
    assert (found.total, found.bound, found.proven) == (52, 52, True)


def test_visits_of_different_lengths_share_a_practitioner_by_slots() -> None:
    staff = tree()["practitioners"][:1]
    staff[0]["hours"] = hours("08:00", "10:30", "monday")
    services = [
        {"id": "long", "discipline": "pt", "minutes": 90, "room_type": "treatment"},
        {"id": "short", "discipline": "pt", "minutes": 60, "room_type": "treatment"},
    ]
    patients = [{"id": f"p{number}"} for number in range(3)]
    series = [
        {"id": "long", "patient": "p0", "service": "long"},
        {"id": "short-1", "patient": "p1", "service": "short"},
        {"id": "short-2", "patient": "p2", "service": "short"},
    ]
    task = task_of(practitioners=staff, services=services, patients=patients, series=series, cohorts=[])
    found = solve_assignment(assignment_model(task), LIMIT)
    # Two and a half hours hold the long one and a short one, or two short ones.
    assert (found.bound, found.total, found.proven) == (52, 52, True)


def test_patients_wait_as_little_as_they_can() -> None:
    series = [
        {"id": "cy-manual", "patient": "cy", "service": "manual"},
        {"id": "cy-talk", "patient": "cy", "service": "talk"},
    ]
    task = task_of(series=series, cohorts=[], patients=[{"id": "cy"}])
    options = [option for option in options_of(task) if option.day == 0]
    day = sequence_day(task, 0, options, LIMIT, hint={0: 0, 1: 10}, idle=LIMIT)
    first, second = sorted(each.slot for each in day.placed)
    assert second - first == 2


@pytest.mark.parametrize("family", ["small-clinic", "scarce-rooms"])
def test_repair_gets_back_nearly_all_that_was_taken_out(family: str) -> None:
    problem = generate(family, patients=40, seed=3)
    grid = grid_of(problem)
    task, _ = week_task(grid, 0, template=simple_template(grid))
    found = solve_assignment(assignment_model(task, timed=range(5)), LIMIT)
    days = sequence_week(task, [found.options[at] for at in found.chosen.values()], LIMIT, threads=1)
    placed = {each.visit: each for day in days for each in day.placed}
    best = week_cost(task, placed)
    some = [each for at, each in placed.items() if at % 9]
    fewer = {each.visit: each for each in some}
    again = repair(task, fewer, bound=best, limit=Limit(1, linear=2), steps=10)
    assert week_cost(task, fewer) > best + 100
    assert len(again) == len(placed)
    assert week_cost(task, again) <= 1.05 * best
