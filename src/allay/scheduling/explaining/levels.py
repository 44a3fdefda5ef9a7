"""Levels: what the best relaxed weeks of a problem come to, with a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.grid import grid_of

if TYPE_CHECKING:
    from allay.scheduling.solving.assignment.assignment import WeekAssignment
    from allay.scheduling.solving.week.task import WeekTask

Count = Annotated[int, Field(ge=0)]


class Level(Strict):
    """What the best relaxed weeks found come to: days, practitioners and rules, but no clock times or rooms.

    The weeks found hold every meeting that can be held as usual. Where leaving one out might cost less, the
    bound is lower.

    Attributes
    ----------
    bound : int
        Points that no plan with this template goes below, whichever meetings it leaves out.
    points : int
        Of the relaxed weeks found; the same as `bound` when `proven`.
    trips, trip_points, unserved : int
        Of those weeks.
    proven : bool
    """

    bound: Count
    points: Count
    trips: Count
    trip_points: Count
    unserved: Count
    proven: bool


def level_of(
    problem: SchedulingProblem,
    template: Sequence[CohortPlace],
    *,
    weeks: Iterable[int] | None = None,
    seed: int = 0,
    effort: float = 1.0,
) -> Level:
    """Solve the relaxed weeks of a problem with a template, and add them up.

    Parameters
    ----------
    problem : SchedulingProblem
    template : sequence of CohortPlace
    weeks : iterable of int, optional
        Only these, from 0.
    seed : int
    effort : float
        Factor on the deterministic limit of a week.

    Returns
    -------
    Level
        Weeks alike are solved once. Time grows with the others, and with visits times practitioners times
        days of each.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> level = level_of(problem, plan.template)
    >>> level.proven, level.bound == level.points <= plan.score.total
    (True, True)
    """
    from allay.scheduling.solving.effort import Effort, Search
    from allay.scheduling.solving.solver import cp_model
    from allay.scheduling.solving.week.bound import WeekBounds
    from allay.scheduling.solving.week.task import week_task

    cp_model()  # says what to install if it is not there
    bounds = WeekBounds(grid_of(problem, loose=True), template)
    search = Search(Effort().scaled(effort), seed=seed)
    levels = []
    for week in range(problem.opening.weeks) if weeks is None else weeks:
        _, met = week_task(bounds.grid, week, template=template, relaxed=True)
        absent = sum(len(meeting.absent) for meeting in met.meetings)
        found = bounds.plain(week, search)
        bound, _ = bounds.best(week, search)
        levels.append(_level(bounds.task(week), found, bound, len(met.unserved) + absent))
    return Level(
        bound=sum(each.bound for each in levels),
        points=sum(each.points for each in levels),
        trips=sum(each.trips for each in levels),
        trip_points=sum(each.trip_points for each in levels),
        unserved=sum(each.unserved for each in levels),
        proven=all(each.proven for each in levels),
    )


def _level(task: WeekTask, found: WeekAssignment, bound: int, unserved_members: int) -> Level:
    chosen = [found.options[at] for at in found.chosen.values()]
    days = {(task.visits[each.visit].patient, each.day) for each in chosen if each.mode == "onsite"}
    days |= task.on_site
    return Level(
        bound=bound,
        points=found.total,
        trips=len(days),
        trip_points=sum(task.weights[patient] for patient, _ in days),
        unserved=len(task.visits) - len(found.chosen) + unserved_members,
        proven=found.proven and bound == found.total,
    )
