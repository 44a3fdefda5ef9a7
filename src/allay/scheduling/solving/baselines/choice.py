"""Where a session can go: for each way to give it, the days and slots at which it may start."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import Service
from allay.scheduling.solving.baselines.book import DayBook
from allay.scheduling.solving.due import DueSession, window_of
from allay.scheduling.solving.grid import Bools, Ints, starts
from allay.scheduling.solving.limits import Way, seconds_of, ways_of


@dataclass(frozen=True, slots=True)
class PlacesLeft:
    """A way to give a session, and where it may start.

    Attributes
    ----------
    way : Way
    where : bool[d, S]
        For the days looked at.
    """

    way: Way
    where: Bools


def places_left(book: DayBook, due: DueSession, days: list[int]) -> list[PlacesLeft]:
    """List where a session can go on some days of one week, without breaking a rule.

    Parameters
    ----------
    book : DayBook
    due : DueSession
        Which session; what was placed since it was listed is heeded.
    days : list of int
        Days of the grid, all in the week in which it is to be placed.

    Returns
    -------
    list of PlacesLeft
        In the order of `ways_of`; those that can start nowhere are left out. Time grows with practitioners
        of the discipline and rooms of the type, times days times slots.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.due import due_sessions
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = generate("a4", patients=20, seed=1)
    >>> grid = grid_of(problem)
    >>> due = due_sessions(problem, grid, 0, ())[0]
    >>> found = places_left(day_book(grid), due, [0, 1, 2, 3, 4])
    >>> found[0].where.shape
    (5, 18)
    """
    grid = book.grid
    patient = grid.patient_index[due.patient.id]
    length = grid.length(due.service.id)
    common = starts(book.patient[patient, days], length) & _in_time(book, due, days)
    common &= np.array([not book.forbids(patient, day, due.service.id) for day in days])[:, None]
    if not common.any():
        return []
    on_site: Bools | None = None
    found = []
    for way in ways_of(grid, due.series, lead=_required(book, due)):
        where = common & starts(book.practitioner[way.lead, days], length)
        if way.mode == "onsite":
            if on_site is None:
                on_site = _room_free(book, due.service, days, length)
                on_site &= np.array([not book.full(patient, day) for day in days])[:, None]
            where = where & on_site
            if due.service.linked is not None and where.any():
                where &= _second_free(book, due, way.lead, days).any(axis=0)
        if where.any():
            found.append(PlacesLeft(way, where))
    return found


def session_at(book: DayBook, due: DueSession, way: Way, day: int, slot: int) -> Session:
    """Make the session at a place found by `places_left`: in the first room, with the first second there."""
    grid = book.grid
    room = second = None
    if way.mode == "onsite":
        length = grid.length(due.service.id)
        span = slice(slot, slot + length)
        room = next(
            one.id
            for at, one in enumerate(grid.problem.rooms)
            if one.type == due.service.room_type and book.room[at, day, span].all()
        )
        if due.service.linked is not None:
            free = _second_free(book, due, way.lead, [day])[:, 0, slot]
            which = seconds_of(grid, due.service, way.lead, due.patient)[int(np.argmax(free))]
            second = grid.problem.practitioners[which].id
    return Session(
        series=due.series.id,
        number=due.number,
        start=grid.time_of(day, slot),
        lead=grid.problem.practitioners[way.lead].id,
        second=second,
        room=room,
        mode=way.mode,
    )


def lead_before(book: DayBook, due: DueSession) -> str | None:
    """Who gave the last session placed with a lower number."""
    known = book.placed.get(due.series.id, {})
    lower = [number for number in known if number < due.number]
    return known[max(lower)].lead if lower else None


def priced_points(book: DayBook, due: DueSession, days: list[int]) -> Ints:
    """Points that priced same-day rules would take on each day, int64[d]."""
    patient = book.grid.patient_index[due.patient.id]
    found = np.zeros(len(days), dtype=np.int64)
    for rule in book.rules[patient]:
        if rule.effect == "priced" and due.service.id in rule.services:
            points = book.grid.problem.points(rule)
            for place, day in enumerate(days):
                # A day that has lost already loses nothing more.
                lost = book.pairs(rule, patient, day)
                found[place] += points if not lost and book.pairs(rule, patient, day, due.service.id) else 0
    return found


def _required(book: DayBook, due: DueSession) -> str | None:
    known = book.placed.get(due.series.id)
    if due.series.continuity == "require" and known:
        return next(iter(known.values())).lead
    return due.lead


def _in_time(book: DayBook, due: DueSession, days: list[int]) -> Bools:
    """Say which starts are inside the window, after what comes before and before what comes after."""
    first, last = window_of(book.grid.problem, due.series)
    gap = dt.timedelta(hours=due.series.min_gap_hours)
    known = book.placed.get(due.series.id, {})
    early = [each.start + gap for number, each in known.items() if number < due.number]
    late = [each.start - gap for number, each in known.items() if number > due.number]
    earliest = max([dt.datetime.combine(first, dt.time.min), *early])
    latest = min([dt.datetime.combine(last, dt.time.max), *late])
    begins = np.array([book.grid.time_of(day, 0) for day in days], dtype="datetime64[m]")
    steps = np.arange(book.grid.slots) * book.grid.problem.opening.slot_minutes
    times = begins[:, None] + steps.astype("timedelta64[m]")
    found: Bools = (times >= np.datetime64(earliest)) & (times <= np.datetime64(latest))
    return found


def _room_free(book: DayBook, service: Service, days: list[int], length: int) -> Bools:
    """Say where some room of the type is free throughout, bool[d, S]."""
    which = [at for at, room in enumerate(book.grid.problem.rooms) if room.type == service.room_type]
    found = np.zeros((len(days), book.grid.slots), dtype=np.bool_)
    for free in starts(book.room[which][:, days], length):
        found |= free
    return found


def _second_free(book: DayBook, due: DueSession, lead: int, days: list[int]) -> Bools:
    """Say where each second practitioner can be there as the linked visit asks, bool[k, d, S]."""
    grid = book.grid
    length = grid.length(due.service.id)
    linked = due.service.linked
    which = list(seconds_of(grid, due.service, lead, due.patient))
    if linked is None or not which:
        return np.zeros((1, len(days), grid.slots), dtype=np.bool_)
    there = starts(grid.practitioner_free[which][:, days], length)
    room_left = book.linked[which][:, days] < np.minimum(book.ratio[which][:, days], linked.max_ratio)
    there &= starts(room_left, length)
    if linked.presence == "full":
        there &= starts(book.practitioner[which][:, days], length)
    elif linked.presence == "start":
        there &= book.practitioner[which][:, days]
    return there
