"""First fit: what a booking desk does that takes requests as they come."""

from __future__ import annotations

from allay.scheduling.plan.plan import CohortPlace, Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.book import DayBook
from allay.scheduling.solving.baselines.choice import places_left, session_at
from allay.scheduling.solving.baselines.fill import fill
from allay.scheduling.solving.due import DueSession


def first_fit(problem: SchedulingProblem, template: tuple[CohortPlace, ...] | None = None) -> Plan:
    """Fill a plan in the order of the file: each session on the earliest day and time that is free.

    Every rule is kept; nothing is done to save trips. It is the peer any plan must beat.

    Parameters
    ----------
    problem : SchedulingProblem
    template : tuple of CohortPlace, optional
        When cohorts meet and who belongs to them; without it a simple one is made.

    Returns
    -------
    Plan
        Complete, with its score and without bounds; the same each time. Time grows with sessions times
        practitioners and rooms of each one's discipline and type; 450 sessions take about 0.3 s.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> plan = first_fit(generate("a4", patients=30, seed=1))
    >>> plan.method, plan.score.unserved, len(plan.template)
    ('first-fit', 0, 3)
    """
    return fill(problem, template, method="first-fit", order=lambda book, due, days: due, pick=earliest)


def earliest(book: DayBook, due: DueSession, days: list[int]) -> Session | None:
    """Put a session at the earliest day and time, with the first practitioner who is free then.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.due import due_sessions
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = generate("a4", patients=20, seed=1)
    >>> grid = grid_of(problem)
    >>> session = earliest(day_book(grid), due_sessions(problem, grid, 0, ())[0], [0, 1, 2, 3, 4])
    >>> session is not None and session.start.isoformat()
    '2027-01-04T08:00:00'
    """
    found = places_left(book, due, days)
    if not found:
        return None
    # argmax of booleans: the first True, in the order of days and slots.
    first = min(found, key=lambda choice: int(choice.where.ravel().argmax()))
    day, slot = divmod(int(first.where.ravel().argmax()), book.grid.slots)
    return session_at(book, due, first.way, days[day], slot)
