"""Good greedy: what an experienced booking desk does that knows who travels far and when groups meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allay.scheduling.plan.plan import CohortPlace, Plan, Session
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.book import DayBook
from allay.scheduling.solving.baselines.choice import (
    PlacesLeft,
    lead_before,
    places_left,
    priced_points,
    session_at,
)
from allay.scheduling.solving.baselines.fill import fill
from allay.scheduling.solving.due import DueSession
from allay.scheduling.solving.grid import Ints


def good_greedy(problem: SchedulingProblem, template: tuple[CohortPlace, ...] | None = None) -> Plan:
    """Fill a plan for those far away first, on days when they come anyway: the group day, or one visited.

    Within a travel weight the sessions with the fewest places to go are first. Each goes where it adds the
    fewest points; among such places, beside what its practitioner does already, or as early as it can where
    the next one of its series has to keep a distance.

    Parameters
    ----------
    problem : SchedulingProblem
    template : tuple of CohortPlace, optional
        When cohorts meet and who belongs to them; without it a simple one is made.

    Returns
    -------
    Plan
        Complete, with its score and without bounds; the same each time. Time grows as that of `first_fit`,
        of which it takes about twice.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.firstfit import first_fit
    >>> problem = generate("a4", patients=60, seed=1)
    >>> good_greedy(problem).score.total < first_fit(problem).score.total
    True
    """
    return fill(problem, template, method="good-greedy", order=far_first, pick=cheapest)


def far_first(book: DayBook, due: Sequence[DueSession], days: list[int]) -> list[DueSession]:
    """Order sessions: greatest travel weight first, then the fewest places on days visited anyway.

    Sessions of one series stay together, in the order of their numbers.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.due import due_sessions
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = generate("a4", patients=20, seed=1)
    >>> grid = grid_of(problem)
    >>> ordered = far_first(day_book(grid), due_sessions(problem, grid, 0, ()), [0, 1, 2, 3, 4])
    >>> [each.patient.trip_weight for each in ordered][:3]
    [3, 3, 3]
    """
    keys: dict[str, tuple[int, int, int]] = {}
    for each in due:
        patient = book.grid.patient_index[each.patient.id]
        found = places_left(book, each, days)
        visited = book.on_site[patient, days]
        near = sum(int(choice.where[visited].sum()) for choice in found)
        far = sum(int(choice.where.sum()) for choice in found)
        key = (-each.patient.trip_weight, near, far)
        keys[each.series.id] = min(key, keys.get(each.series.id, key))
    place = {each.id: at for at, each in enumerate(book.grid.problem.series)}
    return sorted(due, key=lambda one: (keys[one.series.id], place[one.series.id], one.number))


def cheapest(book: DayBook, due: DueSession, days: list[int]) -> Session | None:
    """Put a session where it adds the fewest points; None when nothing fits, or unserved would cost less.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.due import due_sessions
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = generate("a4", patients=20, seed=1)
    >>> grid = grid_of(problem)
    >>> session = cheapest(day_book(grid), due_sessions(problem, grid, 0, ())[0], [0, 1, 2, 3, 4])
    >>> session is not None and session.mode
    'onsite'
    """
    priced = priced_points(book, due, days)
    best = None
    for order, choice in enumerate(places_left(book, due, days)):
        points = _points(book, due, choice, days) + priced
        places = np.argwhere(choice.where)
        loose = _loose(book, choice, days, book.grid.length(due.service.id))
        costs = points[places[:, 0]]
        gaps = loose[places[:, 0], places[:, 1]] * (due.series.min_gap_hours == 0)
        which = int(np.lexsort((places[:, 1], places[:, 0], gaps, costs))[0])
        day, slot = places[which].tolist()
        key = (int(costs[which]), int(gaps[which]), day, slot, order)
        if best is None or key < best[0]:
            best = key, choice.way
    if best is None or best[0][0] > book.grid.problem.weights.unserved:
        return None
    _, _, day, slot, _ = best[0]
    return session_at(book, due, best[1], days[day], slot)


def _points(book: DayBook, due: DueSession, choice: PlacesLeft, days: list[int]) -> Ints:
    """Points that a session adds on each day if it is given in this way, int64[d], without priced rules."""
    grid, weights = book.grid, book.grid.problem.weights
    lead = grid.problem.practitioners[choice.way.lead]
    points = np.zeros(len(days), dtype=np.int64)
    if choice.way.mode == "onsite":
        points += np.where(book.on_site[grid.patient_index[due.patient.id], days], 0, due.patient.trip_weight)
    before = lead_before(book, due)
    if due.series.continuity == "prefer" and before is not None and before != lead.id:
        points += weights.continuity
    liked = [
        one
        for one in due.patient.prefers
        if due.service.discipline in grid.problem.practitioners[grid.practitioner_index[one]].disciplines
    ]
    if liked and lead.id not in liked:
        points += weights.preference
    return points


def _loose(book: DayBook, choice: PlacesLeft, days: list[int], length: int) -> Ints:
    """Say for each start how many of its two neighbors in the lead's day stay free: fewer waste less."""
    free = book.practitioner[choice.way.lead, days].astype(np.int64)
    closed = np.zeros((len(days), length), dtype=np.int64)
    padded = np.concatenate([closed[:, :1], free, closed], axis=1)
    found: Ints = padded[:, : free.shape[1]] + padded[:, 1 + length : 1 + length + free.shape[1]]
    return found
