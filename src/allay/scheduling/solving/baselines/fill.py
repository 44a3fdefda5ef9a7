"""Filling a plan one session after another, and never moving it again: the frame of the baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import allay
from allay.scheduling.plan.plan import CohortPlace, Plan, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.book import DayBook, day_book
from allay.scheduling.solving.baselines.meetings import Met, meet
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.due import DueSession, due_sessions
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.score import score_of

Order = Callable[[DayBook, Sequence[DueSession], list[int]], Iterable[DueSession]]
Pick = Callable[[DayBook, DueSession, list[int]], Session | None]


def fill(
    problem: SchedulingProblem,
    template: tuple[CohortPlace, ...] | None,
    *,
    method: str,
    order: Order,
    pick: Pick,
) -> Plan:
    """Fill a plan: meetings first, then week by week each session that is due, where `pick` puts it.

    Parameters
    ----------
    problem : SchedulingProblem
    template : tuple of CohortPlace, optional
        A simple one is made without it.
    method : str
    order : callable
        Puts the sessions due in a week in order; gets the day book, the sessions and the week's days.
    pick : callable
        Chooses a place for one; None when there is none.

    Returns
    -------
    Plan
        With its score, without bounds. Time grows with sessions times practitioners and rooms of each one's
        discipline and type, times days and slots of a week.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.firstfit import earliest
    >>> problem = generate("a4", patients=20, seed=1)
    >>> fill(problem, None, method="first-fit", order=lambda book, due, days: due, pick=earliest).method
    'first-fit'
    """
    grid = grid_of(problem)
    places = simple_template(grid) if template is None else template
    book = day_book(grid)
    met = meet(book, places)
    for week in range(problem.opening.weeks):
        days = grid.days_of(week)
        if days:
            for due in order(book, due_sessions(problem, grid, week, book.sessions()), days):
                session = pick(book, due, days)
                if session is not None:
                    book.put_session(session)
    return _plan(problem, book, places, met, method)


def _plan(
    problem: SchedulingProblem, book: DayBook, template: tuple[CohortPlace, ...], met: Met, method: str
) -> Plan:
    sessions = book.sessions()
    unserved = tuple(
        UnservedSession(series=series.id, number=number)
        for series in problem.series
        for number in range(1, series.sessions + 1)
        if number not in book.placed.get(series.id, {})
    )
    return Plan(
        allay_version=allay.__version__,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method=method,
        template=template,
        meetings=met.meetings,
        sessions=sessions,
        unserved_sessions=unserved,
        unserved_members=met.unserved,
        score=score_of(
            problem,
            template=template,
            meetings=met.meetings,
            sessions=sessions,
            unserved_sessions=unserved,
            unserved_members=met.unserved,
        ),
        notes=not_placed(problem, template),
    )


def not_placed(problem: SchedulingProblem, template: tuple[CohortPlace, ...]) -> tuple[str, ...]:
    """Say which cohorts a template leaves out: the notes of a plan with it."""
    placed = {place.cohort for place in template}
    return tuple(f"cohort {one.id} is not placed" for one in problem.cohorts if one.id not in placed)
