"""The free bound: a total below which no plan of a problem can be."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from allay.scheduling.plan.plan import Bound
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import booked_sessions, due_week, week_of
from allay.scheduling.solving.freebound.model import build_week
from allay.scheduling.solving.freebound.needs import (
    GroupClass,
    bookings_of,
    group_classes,
    group_days,
    group_needs,
    group_starts,
    needs_of,
    occupied,
    surely_due,
)
from allay.scheduling.solving.freebound.week import WeekModel
from allay.scheduling.solving.grid import Bools, Grid, grid_of, starts
from allay.scheduling.solving.solver import cp_model, solver_of

WEEK_LIMIT = 20.0
"""Deterministic seconds for one week at effort 1."""


def bound_free(
    problem: SchedulingProblem,
    *,
    seed: int = 0,
    effort: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Bound:
    """Bound the total of every plan of a problem from below.

    The sum of the weeks' relaxed optima; what is relaxed, and why each constraint holds in every plan, is
    said in `freebound_model`. Weeks share nothing in it: a session that could still follow in a later week
    pays the least that can cost.

    Parameters
    ----------
    problem : SchedulingProblem
        One that its checks accept.
    seed : int
    effort : float
        Factor on the deterministic limit of each week's search.
    progress : callable, optional
        Called with the weeks done and all weeks.

    Returns
    -------
    Bound
        `kind` is `free`. When a search ends at its limit, its own bound is taken, which is valid as well;
        `proven` says that none did. Time grows with weeks, and with sessions times days of each.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> import datetime as dt
    >>> hours = tuple(
    ...     {"weekday": day, "start": dt.time(8), "end": dt.time(9)} for day in ("monday", "friday"))
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "gym"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": hours},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 3, "per_week": 3},))
    >>> bound_free(problem)
    Bound(kind='free', value=52, proven=True)
    """
    laid = grid_of(problem, loose=True)
    grid = occupied(laid, booked_sessions(problem))
    classes = group_classes(grid)
    total, proven = _booked_late(problem), True
    for week in range(problem.opening.weeks):
        there = laid.practitioner_free
        value, optimal = _bound_week(grid, week, classes, there=there, seed=seed, effort=effort)
        total += value
        proven &= optimal
        if progress is not None:
            progress(week + 1, problem.opening.weeks)
    return Bound(kind="free", value=total, proven=proven)


def _booked_late(problem: SchedulingProblem) -> int:
    """Points of bookings held in a later week than they are due."""
    series = {each.id: each for each in problem.series}
    late = sum(
        max(0, week_of(problem, each.start.date()) - due_week(problem, series[each.series], each.number))
        for each in problem.bookings
    )
    return late * problem.weights.late


def _bound_week(
    grid: Grid, week: int, classes: tuple[GroupClass, ...], *, there: Bools, seed: int, effort: float
) -> tuple[int, bool]:
    model = cp_model().CpModel()
    part = WeekModel(grid, grid.days_of(week), needs_of(grid, week), classes, there=there)
    _attendance(model, part, week)
    build_week(model, part, bookings_of(grid, week))
    model.minimize(sum(part.costs))
    solver = solver_of(seed=seed, limit=WEEK_LIMIT * effort)
    status = solver.solve(model)
    if status == cp_model().INFEASIBLE:
        # Only bookings that contradict rules do this: nothing can be said then.
        return part.constant, False
    value = math.ceil(solver.best_objective_bound - 1e-6) if part.costs else 0
    return part.constant + max(0, value), status == cp_model().OPTIMAL


def _attendance(model: Any, part: WeekModel, week: int) -> None:
    """For each group that a patient needs: one meeting of the week, or pay if one is surely due."""
    grid, classes = part.grid, part.classes
    able = [group_starts(grid, group) for group in classes]
    unserved = grid.problem.weights.unserved
    wanted = group_needs(grid, classes)
    attended: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for which, group in enumerate(classes):
        patients = [need.patient for need in wanted if which in need.open_to]
        length = grid.length(group.cohort.service)
        for day in group_days(grid, group, part.days):
            free = starts(grid.patient_free[patients, day], length) & able[which][day]
            for number, column in enumerate(largest_columns(free)):
                for at in np.flatnonzero(column):
                    attends = model.new_bool_var("")
                    part.present[which, day, number].append(attends)
                    part.attend[patients[at], which, day].append(attends)
                    attended[patients[at], group.cohort.kind].append(attends)
    for need in wanted:
        of_kind = [which for which, group in enumerate(classes) if group.cohort.kind == need.kind]
        due = [surely_due(grid, classes[which], week) for which in need.open_to or of_kind]
        owed = all(due) if need.open_to else any(due)
        listed = attended[need.patient, need.kind]
        if not listed:
            part.constant += unserved * owed
            part.unable += bool(need.open_to)
            continue
        missed = model.new_bool_var("")
        model.add_exactly_one([*listed, missed])
        part.costs.append(unserved * owed * missed)


def largest_columns(free: Bools) -> list[Bools]:
    """Columns that are not empty and not within another one, each once, in order.

    Of the starts of a meeting only those matter for a bound that lose nobody whom another start has.

    Examples
    --------
    >>> rows = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], dtype=bool)
    >>> [column.astype(int).tolist() for column in largest_columns(rows)]
    [[1, 1, 0], [0, 1, 1]]
    """
    columns = [column for column in dict.fromkeys(tuple(each) for each in free.T.tolist()) if any(column)]
    kept = [
        column
        for column in columns
        if not any(
            other != column and all(two or not one for one, two in zip(column, other, strict=True))
            for other in columns
        )
    ]
    return [np.array(column, dtype=np.bool_) for column in kept]
