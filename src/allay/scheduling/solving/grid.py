"""The grid: who and what is free in which slot of which open day, as boolean arrays."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from allay.scheduling.problem.care import Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS, Away, Hours

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
WEEK = 7
MINUTE = 60


class _Calendar(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def hours(self) -> tuple[Hours, ...]: ...
    @property
    def away(self) -> tuple[Away, ...]: ...


@dataclass(frozen=True, slots=True)
class Grid:
    """Free slots of a problem: calendars only, without what a plan or a booking occupies.

    Attributes
    ----------
    problem : SchedulingProblem
    days : tuple of datetime.date, length D
        Open days of the horizon, in order.
    week_of, weekday_of : int64[D]
        Week of each day from 0, and its weekday (Monday 0).
    slots : int
        Slots of a day, S; slot `s` begins `s * slot_minutes` after opening.
    practitioner_free : bool[K, D, S]
    patient_free : bool[P, D, S]
    room_free : bool[R, D, S]
    practitioner_index, patient_index, room_index, cohort_index, series_index : mapping of str to int
        Place of an id in the problem's tuples, and so in the arrays.
    service : mapping of str to Service
    """

    problem: SchedulingProblem
    days: tuple[dt.date, ...]
    week_of: Ints
    weekday_of: Ints
    slots: int
    practitioner_free: Bools
    patient_free: Bools
    room_free: Bools
    practitioner_index: Mapping[str, int]
    patient_index: Mapping[str, int]
    room_index: Mapping[str, int]
    cohort_index: Mapping[str, int]
    series_index: Mapping[str, int]
    service: Mapping[str, Service]

    def length(self, service: str) -> int:
        """Whole slots that a session or meeting of the service takes."""
        return -(-self.service[service].minutes // self.problem.opening.slot_minutes)

    def days_of(self, week: int) -> list[int]:
        """Indices of the open days of a week."""
        return [int(day) for day in np.flatnonzero(self.week_of == week)]

    def time_of(self, day: int, slot: int) -> dt.datetime:
        """Local time at which a slot of a day begins."""
        opens = dt.datetime.combine(self.days[day], self.problem.opening.opens)
        return opens + dt.timedelta(minutes=slot * self.problem.opening.slot_minutes)

    def place_of(self, start: dt.datetime) -> tuple[int, int]:
        """Day and slot that begin at a local time on the grid; `ValueError` on a day that is not open."""
        opens = self.problem.opening.opens
        minutes = (start.hour - opens.hour) * MINUTE + start.minute - opens.minute
        return self.days.index(start.date()), minutes // self.problem.opening.slot_minutes


def grid_of(problem: SchedulingProblem, *, loose: bool = False) -> Grid:
    """Lay the calendars of a problem on its grid.

    Parameters
    ----------
    problem : SchedulingProblem
        One that its checks accept.
    loose : bool
        Whether a slot counts as free when only a part of it is: never less than what is really free, as
        bounds need it. Otherwise a slot is free when it lies wholly inside hours and outside every absence.

    Returns
    -------
    Grid
        Time and memory grow with people and rooms times days times slots; 300 patients over 16 weeks take
        some tens of milliseconds.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "closes": dt.time(10)}, rooms=(), services=(),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": (
    ...         {"weekday": "monday", "start": dt.time(8, 15), "end": dt.time(10)},)},),
    ...     patients=({"id": "a"},))
    >>> grid = grid_of(problem)
    >>> grid.practitioner_free[0].astype(int)[:2].tolist(), grid.patient_free.shape
    ([[0, 1, 1, 1], [0, 0, 0, 0]], (1, 5, 4))
    >>> grid.time_of(0, 1).isoformat(), grid.place_of(grid.time_of(1, 3))
    ('2027-01-04T08:30:00', (1, 3))
    >>> grid_of(problem, loose=True).practitioner_free[0, 0].astype(int).tolist()
    [1, 1, 1, 1]
    """
    opening = problem.opening
    dates = [opening.start + dt.timedelta(days=day) for day in range(WEEK * opening.weeks)]
    weekdays = {WEEKDAYS.index(name) for name in opening.weekdays}
    days = tuple(date for date in dates if date.weekday() in weekdays)
    minutes = _minutes(opening.closes) - _minutes(opening.opens)
    slots = max(
        0, math.ceil(minutes / opening.slot_minutes) if loose else int(minutes // opening.slot_minutes)
    )
    laid = _Laid(days, slots, opening.opens, opening.slot_minutes, loose)
    return Grid(
        problem=problem,
        days=days,
        week_of=np.array([(date - opening.start).days // WEEK for date in days], dtype=np.int64),
        weekday_of=np.array([date.weekday() for date in days], dtype=np.int64),
        slots=slots,
        practitioner_free=laid.free(problem.practitioners, always=False),
        patient_free=laid.free(problem.patients, always=True),
        room_free=laid.free(problem.rooms, always=True),
        practitioner_index=_index(problem.practitioners),
        patient_index=_index(problem.patients),
        room_index=_index(problem.rooms),
        cohort_index={each.id: at for at, each in enumerate(problem.cohorts)},
        series_index={each.id: at for at, each in enumerate(problem.series)},
        service={service.id: service for service in problem.services},
    )


def starts(free: Bools, length: int) -> Bools:
    """Say at which slots something that takes `length` slots can begin; the last axis is that of slots.

    Examples
    --------
    >>> starts(np.array([True, True, True, False, True]), 2).astype(int).tolist()
    [1, 1, 0, 0, 0]
    """
    found = np.zeros_like(free)
    count = free.shape[-1] - length + 1
    if count > 0:
        found[..., :count] = free[..., :count]
        for step in range(1, length):
            found[..., :count] &= free[..., step : step + count]
    return found


def runs(free: Bools) -> list[tuple[int, int]]:
    """List the maximal free runs of one day: first slot, and the slot after the last.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int8), [0]))))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class _Laid:
    days: tuple[dt.date, ...]
    slots: int
    opens: dt.time
    slot_minutes: int
    loose: bool

    def free(self, owners: Iterable[_Calendar], *, always: bool) -> Bools:
        listed = tuple(owners)
        found = np.zeros((len(listed), len(self.days), self.slots), dtype=np.bool_)
        for at, owner in enumerate(listed):
            self._hours(found[at], owner.hours, always=always)
            self._away(found[at], owner.away)
        return found

    def _hours(self, free: Bools, hours: tuple[Hours, ...], *, always: bool) -> None:
        if not hours:
            free[:] = always
            return
        dated = any(window.first or window.last for window in hours)
        rows: dict[int, Bools] = {}
        for at, day in enumerate(self.days):
            weekday = day.weekday()
            if dated or weekday not in rows:
                rows[weekday] = self._row(
                    window
                    for window in hours
                    if window.weekday == WEEKDAYS[weekday]
                    and (window.first is None or window.first <= day)
                    and (window.last is None or day <= window.last)
                )
            free[at] = rows[weekday]

    def _row(self, windows: Iterable[Hours]) -> Bools:
        row = np.zeros(self.slots, dtype=np.bool_)
        joined: list[tuple[float, float]] = []
        for start, end in sorted((_minutes(window.start), _minutes(window.end)) for window in windows):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(joined[-1][1], end)
            else:
                joined.append((start, end))
        for start, end in joined:
            row[self._inside(start, end, loose=self.loose)] = True
        return row

    def _away(self, free: Bools, away: tuple[Away, ...]) -> None:
        for time in away:
            for at, day in enumerate(self.days):
                if time.start.date() <= day <= time.end.date():
                    begins = dt.datetime.combine(day, dt.time())
                    start = (time.start - begins).total_seconds() / MINUTE
                    end = (time.end - begins).total_seconds() / MINUTE
                    # Of a strict grid, every slot that an absence touches is lost.
                    free[at, self._inside(start, end, loose=not self.loose)] = False

    def _inside(self, start: float, end: float, *, loose: bool) -> slice:
        first = (start - _minutes(self.opens)) / self.slot_minutes
        after = (end - _minutes(self.opens)) / self.slot_minutes
        low, high = (math.floor(first), math.ceil(after)) if loose else (math.ceil(first), math.floor(after))
        return slice(min(max(low, 0), self.slots), min(max(high, 0), self.slots))


def _minutes(time: dt.time) -> float:
    return time.hour * MINUTE + time.minute + time.second / MINUTE + time.microsecond / (MINUTE * 1_000_000)


def _index(owners: Iterable[_Calendar]) -> dict[str, int]:
    return {owner.id: at for at, owner in enumerate(owners)}
