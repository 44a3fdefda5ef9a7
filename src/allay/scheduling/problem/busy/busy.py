"""Busy times of other calendars: whose, from when to when; and how they become absences of a problem."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

from allay.base.errors import InvalidValue, NotFound
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS, Away, Hours

WEEK = 7
ONE_DAY = dt.timedelta(days=1)
Span = tuple[dt.datetime, dt.datetime]
_LISTS = ("practitioners", "rooms", "patients")


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """When practitioners, rooms and patients have something else, and when they are free, by id.

    Attributes
    ----------
    busy : mapping of str to tuple of Away
        In local time of the problem.
    free : mapping of str to tuple of (start, end)
        Times that another calendar offers, which may take the place of a practitioner's weekly hours.

    Examples
    --------
    >>> lunch = Away(start=dt.datetime(2027, 1, 4, 12), end=dt.datetime(2027, 1, 4, 13))
    >>> BusyTimes({"pt-1": (lunch,)}).count
    1
    """

    busy: Mapping[str, tuple[Away, ...]]
    free: Mapping[str, tuple[Span, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def count(self) -> int:
        """How many busy times there are."""
        return sum(map(len, self.busy.values()))


def somebody(problem: SchedulingProblem, name: str) -> str:
    """Return the id of a practitioner, room or patient of a problem, if it names exactly one of them.

    Raises
    ------
    NotFound
        For an id of nobody, with the nearest ones.
    InvalidValue
        For an id that two of them have.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), patients=(),
    ...     practitioners=({"id": "pt-1", "disciplines": ("pt",)},))
    >>> somebody(problem, "pt1")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no practitioner, room or patient 'pt1'; did you mean 'pt-1'?
    """
    everybody: tuple[Practitioner | Room | Patient, ...]
    everybody = (*problem.practitioners, *problem.rooms, *problem.patients)
    known = [each.id for each in everybody]
    if name not in known:
        raise NotFound.among("practitioner, room or patient", name, known=known)
    if known.count(name) > 1:
        raise InvalidValue(
            expected="an id that only one has", found=f"{name!r}, which {known.count(name)} have"
        )
    return name


def local_moment(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return a moment in local time of a zone; without an offset it is local already.

    Examples
    --------
    >>> local_moment(dt.datetime(2027, 1, 4, 14, tzinfo=dt.UTC), ZoneInfo("America/New_York")).isoformat()
    '2027-01-04T09:00:00'
    """
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def with_busy_times(
    problem: SchedulingProblem, times: BusyTimes, *, free_hours: bool = False
) -> SchedulingProblem:
    """Return a problem whose practitioners, rooms and patients are away when they have something else.

    Busy times that do not touch an open hour of the horizon are left out, and so are those that stand in the
    problem already: importing twice changes nothing more. The result is not checked: bookings may now
    contradict it (`check_problem`).

    Parameters
    ----------
    problem : SchedulingProblem
    times : BusyTimes
    free_hours : bool
        Let free times take the place of the weekly hours of practitioners who have some; a practitioner
        whose free times all lie elsewhere has no hours then.

    Returns
    -------
    SchedulingProblem
        The time grows with the busy times, times the open days each touches.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), patients=(),
    ...     practitioners=({"id": "pt-1", "disciplines": ("pt",)},))
    >>> lunch = Away(start=dt.datetime(2027, 1, 4, 12), end=dt.datetime(2027, 1, 4, 13))
    >>> dinner = Away(start=dt.datetime(2027, 1, 4, 19), end=dt.datetime(2027, 1, 4, 20))
    >>> once = with_busy_times(problem, BusyTimes({"pt-1": (lunch, dinner)}))
    >>> len(once.practitioners[0].away), with_busy_times(once, BusyTimes({"pt-1": (lunch,)})) == once
    (1, True)
    """
    for name in (*times.busy, *times.free):
        somebody(problem, name)
    spans = _open_spans(problem)
    changed = {
        each: tuple(_changed(who, times, spans, free_hours=free_hours) for who in getattr(problem, each))
        for each in _LISTS
    }
    return problem.model_copy(update=changed)


def _changed(
    who: Practitioner | Room | Patient, times: BusyTimes, spans: Mapping[dt.date, Span], *, free_hours: bool
) -> Practitioner | Room | Patient:
    update: dict[str, object] = {}
    new = [each for each in times.busy.get(who.id, ()) if _touches(each, spans)]
    new = sorted({each: None for each in new if each not in who.away}, key=_order)
    if new:
        update["away"] = (*who.away, *new)
    if free_hours and isinstance(who, Practitioner) and who.id in times.free:
        update["hours"] = _hours(times.free[who.id], spans)
    return who.model_copy(update=update) if update else who


def _order(away: Away) -> tuple[dt.datetime, dt.datetime, str]:
    return away.start, away.end, away.reason or ""


def _open_spans(problem: SchedulingProblem) -> dict[dt.date, Span]:
    """From when until when the program is open, by open day of the horizon."""
    opening = problem.opening
    days = (opening.start + dt.timedelta(days=number) for number in range(WEEK * opening.weeks))
    return {
        day: (dt.datetime.combine(day, opening.opens), dt.datetime.combine(day, opening.closes))
        for day in days
        if WEEKDAYS[day.weekday()] in opening.weekdays
    }


def _touches(away: Away, spans: Mapping[dt.date, Span]) -> bool:
    return any(
        away.start < spans[day][1] and spans[day][0] < away.end for day in _days(away.start, away.end, spans)
    )


def _days(start: dt.datetime, end: dt.datetime, spans: Mapping[dt.date, Span]) -> list[dt.date]:
    """Open days of the horizon from a start to an end."""
    if end - start > ONE_DAY:
        return [day for day in spans if start.date() <= day <= end.date()]
    return [day for day in dict.fromkeys((start.date(), end.date())) if day in spans]


def _whole(start: dt.datetime) -> dt.datetime:
    """The first whole minute from a time on."""
    return start.replace(second=0) + dt.timedelta(minutes=start.second > 0)


def _hours(free: Iterable[Span], spans: Mapping[dt.date, Span]) -> tuple[Hours, ...]:
    """Free times of each open day as hours of that day alone; what overlaps or touches is one."""
    by_day: dict[dt.date, list[Span]] = defaultdict(list)
    for start, end in sorted(free):
        for day in _days(start, end, spans):
            first, last = max(_whole(start), spans[day][0]), min(end.replace(second=0), spans[day][1])
            joined = by_day[day]
            if first >= last:
                continue
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
    return tuple(
        Hours(weekday=WEEKDAYS[day.weekday()], start=first.time(), end=last.time(), first=day, last=day)
        for day in sorted(by_day)
        for first, last in by_day[day]
    )
