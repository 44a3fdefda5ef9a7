"""The visits of a week: sessions to be placed, with what each way to give them, or not to, costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allay.scheduling.problem.care import LinkedVisit
from allay.scheduling.solving.due import DueSession, window_of
from allay.scheduling.solving.grid import Grid, starts
from allay.scheduling.solving.limits import Way, seconds_of, ways_of
from allay.scheduling.solving.week.masks import between, starts_in

Masks = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A session to be placed in the week, with numbers in place of names.

    Attributes
    ----------
    series, number : int
        Place of the series in the problem, and the session's number in it.
    patient : int
    service, discipline : str
    length : int
        Slots.
    price : int
        Points of not serving it this week.
    starts : tuple of int
        Possible starts of each day of the week, for the patient and the series alone.
    ways : tuple of Way
        By whom and how.
    costs : tuple of int
        Points of each way.
    room_type : str or None
    linked : LinkedVisit or None
    seconds : mapping of a lead to tuple of int
        Who may be second of a linked visit.
    """

    series: int
    number: int
    patient: int
    service: str
    discipline: str
    length: int
    price: int
    starts: tuple[int, ...]
    ways: tuple[Way, ...]
    costs: tuple[int, ...]
    room_type: str | None
    linked: LinkedVisit | None
    seconds: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two visits of one series in the week: `later` starts at least `gap` minutes after `earlier`.

    `change` is what another practitioner costs; None when it must be the same.
    """

    earlier: int
    later: int
    gap: int
    change: int | None


def visit_of(
    grid: Grid,
    due: DueSession,
    week: int,
    dates: Sequence[dt.date],
    patient: Masks,
    *,
    relaxed: bool,
    reach: Mapping[str, int],
) -> Visit:
    """Read a session that is due as a visit of a week; `patient` has the free slots of all patients."""
    problem, series = grid.problem, due.series
    at = grid.patient_index[series.patient]
    length = grid.length(series.service)
    possible = []
    for day, date in enumerate(dates):
        opens = dt.datetime.combine(date, problem.opening.opens)
        slot = dt.timedelta(minutes=problem.opening.slot_minutes)
        low, high = -((opens - due.earliest) // slot), (due.latest - opens) // slot
        possible.append(between(starts_in(patient[at][day], length), low, high))
    ways = ways_of(grid, series, lead=due.lead)
    return Visit(
        series=grid.series_index[series.id],
        number=due.number,
        patient=at,
        service=series.service,
        discipline=due.service.discipline,
        length=length,
        price=_price(grid, due, week, relaxed=relaxed, reach=reach),
        starts=tuple(possible),
        ways=ways,
        costs=tuple(_cost(grid, due, way, relaxed=relaxed) for way in ways),
        room_type=due.service.room_type,
        linked=due.service.linked,
        seconds={
            way.lead: seconds_of(grid, due.service, way.lead, problem.patients[at])
            for way in ways
            if due.service.linked is not None
        },
    )


def reach_of(grid: Grid) -> dict[str, int]:
    """Find the last week in which each series could be given at all, by calendars of patient and staff.

    Returns
    -------
    dict of str to int
        By id; -1 where it never can. Time grows with series times practitioners of a discipline, and days.
    """
    found: dict[str, int] = {}
    for series in grid.problem.series:
        first, last = window_of(grid.problem, series)
        inside = np.array([first <= date <= last for date in grid.days], dtype=np.bool_)
        free = grid.patient_free[grid.patient_index[series.patient]]
        able = np.zeros(len(grid.days), dtype=np.bool_)
        for lead in dict.fromkeys(way.lead for way in ways_of(grid, series)):
            both = starts(free & grid.practitioner_free[lead], grid.length(series.service))
            able |= both.any(axis=1)
        weeks = grid.week_of[able & inside]
        found[series.id] = int(weeks.max()) if weeks.size else -1
    return found


def _price(grid: Grid, due: DueSession, week: int, *, relaxed: bool, reach: Mapping[str, int]) -> int:
    """Points of not serving a session now: later it costs `late` more, or it is lost.

    A plan does not put off what it can serve: for it, being late costs more than the trip it may save.
    """
    weights = grid.problem.weights
    late = min(weights.late, weights.unserved)
    if min(due.last_week, reach.get(due.series.id, due.last_week)) > week:
        return late if relaxed else min(max(late, 1) + due.patient.trip_weight, max(weights.unserved, late))
    return max(weights.unserved - (week - due.due_week) * weights.late, late, 0 if relaxed else 1)


def _cost(grid: Grid, due: DueSession, way: Way, *, relaxed: bool) -> int:
    problem = grid.problem
    lead = problem.practitioners[way.lead].id
    cost = 0
    # Of a relaxed week, whoever gave a session before is known only if that is the one just before.
    known = due.lead_before is not None and (not relaxed or _booked(grid, due.series.id, due.number - 1))
    if due.series.continuity == "prefer" and known and lead != due.lead_before:
        cost += problem.weights.continuity
    liked = due.patient.prefers
    if lead not in liked and any(
        due.service.discipline in one.disciplines for one in problem.practitioners if one.id in liked
    ):
        cost += problem.weights.preference
    return cost


def _booked(grid: Grid, series: str, number: int) -> bool:
    return any(each.series == series and each.number == number for each in grid.problem.bookings)


def pairs_of(grid: Grid, visits: Sequence[Visit]) -> Iterable[Pair]:
    """List the pairs of visits that belong to one series; those of a series stand together."""
    for at, one in enumerate(visits):
        for after in range(at + 1, len(visits)):
            other = visits[after]
            if other.series != one.series:
                break
            series = grid.problem.series[one.series]
            change: int | None = 0
            if series.continuity == "require":
                change = None
            elif series.continuity == "prefer" and other.number == one.number + 1:
                change = grid.problem.weights.continuity
            yield Pair(at, after, series.min_gap_hours * 60, change)
