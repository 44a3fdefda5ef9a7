"""Totals: what plans with one template score when all weeks are planned anew, beside their bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Score, Session, UnservedMember, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.score import score_of


@dataclass(frozen=True, slots=True)
class PlannedTotal:
    """What was planned with a template, its score, and what no plan with the template scores less than."""

    sessions: tuple[Session, ...]
    meetings: tuple[Meeting, ...]
    members: tuple[UnservedMember, ...]
    score: Score
    bound: int


def planned_total(
    problem: SchedulingProblem, template: Sequence[CohortPlace], *, seed: int = 0, effort: float = 1.0
) -> PlannedTotal:
    """Plan all weeks of a problem with a template.

    Parameters
    ----------
    problem : SchedulingProblem
    template : sequence of CohortPlace
    seed : int
    effort : float
        Factor on the limits of the solver.

    Returns
    -------
    PlannedTotal
        Time: that of solving each week, some ten seconds for 300 patients.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=8, seed=1)
    >>> plan = good_greedy(problem)
    >>> found = planned_total(problem, plan.template, effort=0.1)
    >>> found.bound <= found.score.total <= plan.score.total
    True
    """
    from allay.scheduling.solving.effort import Effort, Search
    from allay.scheduling.solving.solver import cp_model
    from allay.scheduling.solving.week.bound import WeekBounds
    from allay.scheduling.solving.week.week import solve_week

    cp_model()  # says what to install if it is not there
    grid, bounds = grid_of(problem), WeekBounds(grid_of(problem, loose=True), template)
    search = Search(Effort().scaled(effort), seed=seed)
    weeks = []
    placed: list[Session] = []
    for week in range(problem.opening.weeks):
        found = solve_week(
            problem, grid, week, template=template, before=placed, search=search, bounds=bounds
        )
        weeks.append(found)
        placed += found.sessions
    meetings = tuple(one for week in weeks for one in week.meetings)
    members = tuple(one for week in weeks for one in week.unserved_members)
    return PlannedTotal(
        sessions=tuple(placed),
        meetings=meetings,
        members=members,
        score=scored(problem, template, tuple(placed), meetings, members),
        bound=sum(week.bound for week in weeks),
    )


def scored(
    problem: SchedulingProblem,
    template: Sequence[CohortPlace],
    sessions: tuple[Session, ...],
    meetings: tuple[Meeting, ...],
    members: tuple[UnservedMember, ...],
) -> Score:
    """Score sessions and meetings by the rules of a problem; what is missing is unserved.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> scored(problem, plan.template, plan.sessions, plan.meetings, plan.unserved_members) == plan.score
    True
    """
    return score_of(
        problem,
        template=template,
        meetings=meetings,
        sessions=sessions,
        unserved_sessions=unserved_of(problem, sessions),
        unserved_members=members,
    )


def unserved_of(problem: SchedulingProblem, sessions: tuple[Session, ...]) -> tuple[UnservedSession, ...]:
    """List the sessions of all series that are not among those given.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> unserved_of(problem, plan.sessions) == plan.unserved_sessions
    True
    """
    held = {(each.series, each.number) for each in sessions}
    return tuple(
        UnservedSession(series=series.id, number=number)
        for series in problem.series
        for number in range(1, series.sessions + 1)
        if (series.id, number) not in held
    )
