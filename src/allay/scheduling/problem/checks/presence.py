"""Who is there when: weekly hours and absences, read for single times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allay.scheduling.problem.checks.index import clock_text, minutes_of, span_text
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.times import WEEKDAYS, Hours

Somebody = Patient | Practitioner | Room


def windows_of(hours: Sequence[Hours], day: dt.date) -> list[tuple[int, int]]:
    """Windows of weekly hours on a day, in minutes since midnight; windows that touch are one.

    Examples
    --------
    >>> monday = [
    ...     Hours(weekday="monday", start=dt.time(8), end=dt.time(12)),
    ...     Hours(weekday="monday", start=dt.time(12), end=dt.time(14)),
    ... ]
    >>> windows_of(monday, dt.date(2027, 1, 4)), windows_of(monday, dt.date(2027, 1, 5))
    ([(480, 840)], [])
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(
        (minutes_of(each.start), minutes_of(each.end)) for each in hours if _holds_on(each, day)
    ):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def hours_hold(who: Somebody, day: dt.date, start: int, end: int) -> bool:
    """Whether weekly hours hold a time of a day, given in minutes since midnight.

    Without hours a patient or a room is there always, a practitioner never.

    Examples
    --------
    >>> hours_hold(Room(id="a", type="b"), dt.date(2027, 1, 4), 540, 600)
    True
    """
    if not who.hours:
        return not isinstance(who, Practitioner)
    return any(first <= start and end <= last for first, last in windows_of(who.hours, day))


def why_not_there(who: Somebody, start: dt.datetime, end: dt.datetime) -> str | None:
    """Say why somebody, or a room, is not there for the whole of a time of one day; None if he or she is.

    Examples
    --------
    >>> nine, ten = dt.datetime(2027, 1, 4, 9), dt.datetime(2027, 1, 4, 10)
    >>> why_not_there(Practitioner(id="k", disciplines=("pt",)), nine, ten)
    'k has no hours'
    """
    day = start.date()
    from_, until = minutes_of(start.time()), minutes_of(end.time())
    if not hours_hold(who, day, from_, until):
        if not who.hours:
            return f"{who.id} has no hours"
        windows = [f"{clock_text(a)} to {clock_text(b)}" for a, b in windows_of(who.hours, day)]
        name = WEEKDAYS[day.weekday()].capitalize()
        return (
            f"{who.id} is there on {name} {day} only from " + " and ".join(windows)
            if windows
            else (f"{who.id} is not there on {name} {day}")
        )
    for away in who.away:
        if away.start < end and start < away.end:
            reason = f" ({away.reason})" if away.reason else ""
            return f"{who.id} is away from {span_text(away.start, away.end)}{reason}"
    return None


def _holds_on(hours: Hours, day: dt.date) -> bool:
    return (
        WEEKDAYS[day.weekday()] == hours.weekday
        and (hours.first is None or hours.first <= day)
        and (hours.last is None or day <= hours.last)
    )
