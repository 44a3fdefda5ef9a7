"""Who is there for a meeting, to the minute, and what is fixed at its time: no slot is rounded here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.grid import Grid

Somebody = Practitioner | Patient | Room
Span = tuple[dt.datetime, dt.datetime]


def there(who: Somebody, span: Span) -> bool:
    """Say whether somebody, or a room, is there for the whole of a time of one day, bookings aside.

    Examples
    --------
    >>> nine = dt.datetime(2027, 1, 4, 9)
    >>> hours = tuple(
    ...     {"weekday": "monday", "start": dt.time(*one), "end": dt.time(*two)}
    ...     for one, two in (((9, 0), (9, 30)), ((9, 30), (9, 50))))
    >>> anna = Practitioner(id="anna", disciplines=("PT",), hours=hours)
    >>> [there(anna, (nine, nine + dt.timedelta(minutes=minutes))) for minutes in (45, 50, 60)]
    [True, True, False]
    """
    start, end = span
    if any(away.start < end and start < away.end for away in who.away):
        return False
    if not who.hours:
        return not isinstance(who, Practitioner)
    day, until = start.date(), start.time()
    # Windows that touch or overlap join: follow them from the start for as long as they go on.
    for window in sorted(who.hours, key=lambda one: one.start):
        begun = (window.first is None or window.first <= day) and (window.last is None or day <= window.last)
        if begun and window.weekday == WEEKDAYS[day.weekday()] and window.start <= until < window.end:
            until = window.end
    return until >= end.time() and end.date() == day


@dataclass(slots=True)
class Presence:
    """Everybody's calendar and what is fixed in a week, to the minute.

    `busy` has the times of each patient, practitioner and room, by kind and id.
    """

    grid: Grid
    busy: dict[tuple[type[Somebody], str], list[Span]] = field(default_factory=lambda: defaultdict(list))

    def book(self, sessions: Iterable[Session]) -> None:
        """Take the times of booked sessions."""
        problem, slot = self.grid.problem, dt.timedelta(minutes=self.grid.problem.opening.slot_minutes)
        for session in sessions:
            series = problem.series[self.grid.series_index[session.series]]
            service = self.grid.service[series.service]
            end = session.start + dt.timedelta(minutes=service.minutes)
            self.take(Practitioner, session.lead, (session.start, end))
            self.take(Patient, series.patient, (session.start, end))
            if session.room is not None:
                self.take(Room, session.room, (session.start, end))
            if session.second is not None and service.linked and service.linked.presence != "general":
                held = end if service.linked.presence == "full" else min(end, session.start + slot)
                self.take(Practitioner, session.second, (session.start, held))

    def take(self, kind: type[Somebody], name: str, span: Span) -> None:
        """Note that something is fixed at a time."""
        self.busy[kind, name].append(span)

    def free(self, who: Somebody, span: Span) -> bool:
        """Whether somebody is there for a whole time, and nothing is fixed in it."""
        return there(who, span) and not any(
            start < span[1] and span[0] < end for start, end in self.busy.get((type(who), who.id), ())
        )
