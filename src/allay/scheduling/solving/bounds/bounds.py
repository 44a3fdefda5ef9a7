"""The bound given a template: a total below which no plan with these cohorts can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from allay.scheduling.plan.plan import Bound, CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.effort import Effort, Search
from allay.scheduling.solving.freebound.freebound import WEEK_LIMIT
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.solver import cp_model
from allay.scheduling.solving.week.bound import WeekBounds


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
        well; `proven` says that none did. Weeks alike are bounded once. Time grows with the others, and with
        sessions times days of each.

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
    cp_model()  # says what to install if it is not there
    bounds = WeekBounds(grid_of(problem, loose=True), template)
    search = Search(replace(Effort(), plain=WEEK_LIMIT * effort), seed=seed)
    total, proven = 0, True
    for week in range(problem.opening.weeks):
        value, solved = bounds.best(week, search)
        total += value
        proven &= solved
        if progress is not None:
            progress(week + 1, problem.opening.weeks)
    return Bound(kind="given_template", value=total, proven=proven)
