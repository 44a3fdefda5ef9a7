"""Repair: free a few dozen visits of a discipline on two days, hold the rest, solve exactly, and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from allay.scheduling.solving.assignment.options import Option, options_of
from allay.scheduling.solving.effort import Limit
from allay.scheduling.solving.repair.model import exact_model, solve_exact
from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.week.cost import week_cost
from allay.scheduling.solving.week.task import WeekTask

MOST_FREE = 45
"""Visits freed at once, as in the first measurements."""


def repair(
    task: WeekTask,
    placed: Mapping[int, PlacedVisit],
    *,
    bound: int,
    limit: Limit,
    steps: int,
) -> dict[int, PlacedVisit]:
    """Improve a week step by step, until it costs no more than its bound or the steps are done.

    Parameters
    ----------
    task : WeekTask
    placed : mapping of int to PlacedVisit
        What each visit has now; visits without a place are missing.
    bound : int
        No week with this template costs less: reaching it ends the repair.
    limit : Limit
        Of each step; the seed decides which visits are freed.
    steps : int
        At most.

    Returns
    -------
    dict of int to PlacedVisit
        Never costs more than `placed`.
    """
    options = options_of(task)
    best, cost = dict(placed), week_cost(task, placed)
    rng = np.random.default_rng([limit.seed, task.week])
    fruitless = 0
    for step in range(steps):
        targets = targets_of(task, best)
        if cost <= bound or not targets or fruitless >= 2 * len(targets) + 6:
            break
        target = targets[step % len(targets)] if step < len(targets) else int(rng.choice(targets))
        days, free = neighborhood(task, options, best, target, rng)
        model = exact_model(task, options, days=days, placed=best, free=free)
        found = solve_exact(model, replace(limit, seed=limit.seed + step), hint=best)
        if found is not None and found.total < cost:
            best, cost, fruitless = dict(found.placed), found.total, 0
        else:
            fruitless += 1
    return best


def targets_of(task: WeekTask, placed: Mapping[int, PlacedVisit]) -> list[int]:
    """Visits without a place first, then those that cost a trip of their own, the dearest first."""
    missing = [at for at in range(len(task.visits)) if at not in placed]
    missing.sort(key=lambda at: -task.visits[at].price)
    trips = [
        at
        for at, each in placed.items()
        if each.mode == "onsite" and (task.visits[at].patient, each.day) not in task.on_site
    ]
    trips.sort(key=lambda at: (-task.weights[task.visits[at].patient], at))
    return missing + trips


def neighborhood(
    task: WeekTask,
    options: Sequence[Option],
    placed: Mapping[int, PlacedVisit],
    target: int,
    rng: np.random.Generator,
) -> tuple[frozenset[int], frozenset[int]]:
    """Choose two days, and the visits that may move: the target, and those of its discipline there.

    Returns
    -------
    days, visits : frozenset of int
    """
    visit = task.visits[target]
    possible = sorted({option.day for option in options if option.visit == target})
    wanted = [day for day in possible if (visit.patient, day) in task.on_site] or possible
    days = {int(rng.choice(wanted))} if wanted else set()
    if target in placed:
        days.add(placed[target].day)
    others = [day for day in range(len(task.dates)) if day not in days]
    if len(days) < 2 and others:
        days.add(int(rng.choice(others)))
    alike = list(_alike(task, placed, target, days))
    if len(alike) > MOST_FREE:
        alike = sorted(rng.choice(alike, MOST_FREE, replace=False).tolist())
    missing = [at for at in range(len(task.visits)) if at not in placed]
    return frozenset(days), frozenset({target, *alike, *missing})


def _alike(task: WeekTask, placed: Mapping[int, PlacedVisit], target: int, days: set[int]) -> Iterator[int]:
    """Visits on the days with the target's discipline, or of its patient."""
    wanted = task.visits[target]
    for at, each in placed.items():
        visit = task.visits[at]
        if each.day in days and (visit.discipline == wanted.discipline or visit.patient == wanted.patient):
            yield at
