"""The bound given a template: a total below which no plan with these cohorts can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from allay.scheduling.plan.plan import Bound, CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.assignment.assignment import assignment_model
from allay.scheduling.solving.effort import Limit
from allay.scheduling.solving.freebound.freebound import WEEK_LIMIT
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.solver import cp_model, solver_of
from allay.scheduling.solving.week.left import unless_left_out
from allay.scheduling.solving.week.task import week_task

NOISE = 1e-6


def bound_given(
    problem: SchedulingProblem,
    template: Sequence[CohortPlace],
    *,
    seed: int = 0,
    effort: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> Bound:
    """Bound the total of every plan with a template from below.

    The sum of the weeks' level 2 (days and practitioners without clock times), where a session that could
    still follow in a later week pays the least that can cost.

    Parameters
    ----------
    problem : SchedulingProblem
        One that its checks accept.
    template : sequence of CohortPlace
    seed : int
    effort : float
        Factor on the deterministic limit of each week's search.
    progress : callable, optional
        Called with the weeks done and all weeks.

    Returns
    -------
    Bound
        `kind` is `given_template`. When a search ends at its limit, its own bound is taken, which is valid as
        well; `proven` says that none did. Time grows with weeks, and with sessions times days of each.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> import datetime as dt
    >>> hours = ({"weekday": "monday", "start": dt.time(8), "end": dt.time(9)},)
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "gym"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": hours},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 2, "per_week": 2},))
    >>> bound_given(problem, ())
    Bound(kind='given_template', value=51, proven=True)
    """
    grid = grid_of(problem, loose=True)
    total, proven = 0, True
    for week in range(problem.opening.weeks):
        task, _ = week_task(grid, week, template=template, relaxed=True)
        made = assignment_model(task)
        solver = solver_of(seed=seed, limit=WEEK_LIMIT * effort)
        status = solver.solve(made.model)
        least = solver.best_objective_bound if status != cp_model().INFEASIBLE else 0.0
        value = task.constant + (max(0, math.ceil(least - NOISE)) if math.isfinite(least) else 0)
        limit = Limit(WEEK_LIMIT * effort, seed=seed, linear=2)
        found = value, status == cp_model().OPTIMAL
        value, solved = unless_left_out(grid, week, template, found, limit=limit)
        total += value
        proven &= solved
        if progress is not None:
            progress(week + 1, problem.opening.weeks)
    return Bound(kind="given_template", value=total, proven=proven)
