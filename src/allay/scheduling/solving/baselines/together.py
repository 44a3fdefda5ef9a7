"""Groups of one patient beside each other, for the baselines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from allay.scheduling.problem.care import Cohort, SameDayRule
from allay.scheduling.solving.baselines.book import DayBook
from allay.scheduling.solving.limits import meeting_days

GroupTime = tuple[Cohort, int, int]
"""A cohort, the weekday and the slot at which it meets."""


def together(book: DayBook, patient: int, times: Sequence[GroupTime]) -> bool:
    """Say whether a patient may belong to cohorts that meet at some times, beside what is booked.

    Meetings he or she is at are not at one time, no rule forbids them on one day, and they are no trips too
    many. Meetings that a patient cannot come to anyway stand in nobody's way.

    Parameters
    ----------
    book : DayBook
        With the bookings only.
    patient : int
    times : sequence of GroupTime

    Returns
    -------
    bool
        Time grows with the meetings of all weeks.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = generate("a4", patients=20, seed=1)
    >>> book, cohort = day_book(grid_of(problem)), problem.cohorts[0]
    >>> [together(book, 0, [(cohort, 0, 0), (cohort, 0, slot)]) for slot in (0, 1, 8)]
    [False, False, True]
    """
    received: dict[int, list[str]] = defaultdict(list)
    taken: set[tuple[int, int]] = set()
    for cohort, weekday, slot in times:
        span = range(slot, slot + book.grid.length(cohort.service))
        for day in meeting_days(book.grid, cohort, weekday):
            if book.patient[patient, day, span.start : span.stop].all():
                slots = {(day, each) for each in span}
                if slots & taken:
                    return False
                taken |= slots
                received[day].append(cohort.service)
    return not _too_many(book, patient, received) and not any(
        rule.effect == "forbidden" and _holds(rule, [*services, *book.received.get((patient, day), ())])
        for day, services in received.items()
        for rule in book.rules[patient]
    )


def _too_many(book: DayBook, patient: int, days: dict[int, list[str]]) -> bool:
    most = book.grid.problem.patients[patient].most_trips
    if most is None:
        return False
    coming = book.on_site[patient].copy()
    coming[list(days)] = True
    weeks = {int(book.grid.week_of[day]) for day in days}
    return any(int(coming[book.grid.week_of == week].sum()) > most for week in weeks)


def _holds(rule: SameDayRule, services: list[str]) -> bool:
    one, other = rule.services
    return services.count(one) > 1 if one == other else one in services and other in services
