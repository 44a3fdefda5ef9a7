"""Busy times from a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.sources import WHOLE_FILE, Readable, read_bytes, text_bytes
from allay.scheduling.problem.busy.busy import ONE_DAY, WEEK, BusyTimes, local_moment, somebody
from allay.scheduling.problem.busy.csv import YEARS
from allay.scheduling.problem.busy.recurrence import starts_of
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Away

Component = Any  # of icalendar, whose properties have as many types as it knows
OWN = "@allay.invalid"  # ends the UID of every entry we write, after the id of its problem and a slash
READ = ("VEVENT", "VFREEBUSY")
NEEDED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY")
_BEGIN = re.compile(rb"^BEGIN:(VEVENT|VFREEBUSY)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def read_busy_ics(
    source: Readable, problem: SchedulingProblem, *, who: str, name: str | None = None
) -> BusyTimes:
    """Read when somebody has something else from a calendar file.

    Recurring entries are unrolled over the horizon; a day alone is taken whole. Entries that are cancelled,
    or that leave their time free (`TRANSP:TRANSPARENT`), are passed over. Times are moved to the problem's
    zone; those without a zone are local. Entries that Allay itself wrote for this problem are no other
    calendar's, and are passed over too. The words of entries are not taken over: a calendar is private, and
    a problem is read by many.

    Parameters
    ----------
    source : path or binary stream
    problem : SchedulingProblem
    who : str
        The practitioner, room or patient whose calendar it is.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        For what is no calendar, and for each entry without a start, with an end before it, in an unknown time
        zone, or with a rule that cannot be read; with the line on which the entry begins.
    NotFound, InvalidValue
        For an id of nobody, or of several.

    Examples
    --------
    >>> import io
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), patients=(),
    ...     practitioners=({"id": "pt-1", "disciplines": ("pt",)},))
    >>> text = '''BEGIN:VCALENDAR
    ... VERSION:2.0
    ... PRODID:example
    ... BEGIN:VEVENT
    ... UID:1
    ... DTSTART:20270104T140000Z
    ... DTEND:20270104T150000Z
    ... RRULE:FREQ=DAILY;COUNT=2
    ... END:VEVENT
    ... END:VCALENDAR
    ... '''
    >>> times = read_busy_ics(io.BytesIO(text.encode()), problem, who="pt-1")
    >>> [each.start.isoformat() for each in times.busy["pt-1"]]
    ['2027-01-04T09:00:00', '2027-01-05T09:00:00']
    """
    somebody(problem, who)
    data, label = read_bytes(source, name=name)
    data = text_bytes(data, name=label)
    lines = [str(data.count(b"\n", 0, found.start()) + 1) for found in _BEGIN.finditer(data)]
    components = _components(data, label)
    if len(lines) != len(components):
        lines = ["1"] * len(components)  # folded or otherwise odd, and still readable
    overridden = _overridden(components)
    problems: list[Problem] = []
    found: set[tuple[dt.datetime, dt.datetime]] = set()
    for line, component in zip(lines, components, strict=True):
        uid = str(component.get("UID", ""))
        if uid.startswith(f"{problem.id}/") and uid.endswith(OWN):
            continue
        try:
            found |= {*_spans(component, overridden, _Horizon.of(problem))}
        except _Wrong as wrong:
            problems.append(Problem(label, line, wrong.field, wrong.expected, wrong.found))
    if problems:
        raise InvalidInput(problems)
    return BusyTimes(
        {who: tuple(Away(start=start, end=end) for start, end in sorted(found))} if found else {}
    )


class _Wrong(InvalidValue):
    """What is wrong in a property of an entry."""

    def __init__(self, field: str, *, expected: str, found: str) -> None:
        super().__init__(expected=expected, found=found)
        self.field = field


@dataclass(frozen=True, slots=True)
class _Horizon:
    """The days to plan, and the zone of local times."""

    start: dt.datetime
    end: dt.datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, problem: SchedulingProblem) -> _Horizon:
        start = dt.datetime.combine(problem.opening.start, dt.time())
        return cls(start, start + WEEK * problem.opening.weeks * ONE_DAY, ZoneInfo(problem.opening.timezone))


@dataclass(frozen=True, slots=True)
class _Moment:
    """A time of an entry: on the clock, in which zone, and whether it is a whole day."""

    clock: dt.datetime
    zone: dt.tzinfo
    whole_day: bool

    def clock_in(self, zone: dt.tzinfo) -> dt.datetime:
        return self.clock if self.whole_day else _move(self.clock, self.zone, zone)


def _move(clock: dt.datetime, from_: dt.tzinfo, to: dt.tzinfo) -> dt.datetime:
    return clock.replace(tzinfo=from_).astimezone(to).replace(tzinfo=None)


def _components(data: bytes, label: str) -> list[Component]:
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except Exception as wrong:  # whatever the parser stumbles over, the file is unreadable
        first = str(wrong).splitlines()[0][:120] if str(wrong) else type(wrong).__name__
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "a calendar (iCalendar)", first)) from None
    if not calendars or any(each.name != "VCALENDAR" for each in calendars):
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "a calendar (BEGIN:VCALENDAR)", "none"))
    return [each for calendar in calendars for each in calendar.subcomponents if each.name in READ]


def _overridden(components: Iterable[Component]) -> Mapping[str, list[Any]]:
    """Which starts of a recurring entry are told by an entry of their own, by the entry's UID."""
    found: dict[str, list[Any]] = defaultdict(list)
    for each in components:
        if "RECURRENCE-ID" in each and not dict(each.errors).get("RECURRENCE-ID"):
            found[str(each.get("UID"))] += _all(each, "RECURRENCE-ID")
    return found


def _spans(
    component: Component, overridden: Mapping[str, list[Any]], horizon: _Horizon
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Local times within the horizon at which an entry keeps somebody busy."""
    if str(component.get("STATUS", "")).upper() == "CANCELLED":
        return
    if str(component.get("TRANSP", "")).upper() == "TRANSPARENT":
        return
    for field, message in component.errors:
        if field in NEEDED:
            raise _Wrong(field, expected="a value that can be read", found=str(message))
    every = (
        _periods(component, horizon)
        if component.name == "VFREEBUSY"
        else _of_event(component, overridden, horizon)
    )
    for start, end in every:
        if start < end and start < horizon.end and horizon.start < end:
            yield start, end


def _of_event(
    event: Component, overridden: Mapping[str, list[Any]], horizon: _Horizon
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    start = _moment(event, "DTSTART", horizon)
    length = _length(event, start, horizon)
    if "RECURRENCE-ID" in event:
        if str(_single(event, "RECURRENCE-ID").params.get("RANGE", "")).upper() == "THISANDFUTURE":
            raise _Wrong("RECURRENCE-ID", expected="one start", found="this and all later ones")
        starts: Iterable[dt.datetime] = [start.clock]
    else:
        starts = _recurring(event, start, overridden.get(str(event.get("UID")), []), horizon)
    for clock in starts:
        if start.whole_day:
            yield clock, clock + length
        else:
            yield _move(clock, start.zone, horizon.zone), _move(clock + length, start.zone, horizon.zone)


def _recurring(event: Component, start: _Moment, told: list[Any], horizon: _Horizon) -> Iterable[dt.datetime]:
    def clocks(values: Iterable[Any], field: str) -> list[dt.datetime]:
        moments = [_moment_of(at, params, field, horizon) for at, params in values]
        return [each.clock_in(start.zone) for each in moments]

    but = [
        *clocks(_dates(event, "EXDATE"), "EXDATE"),
        *clocks(((each.dt, each.params) for each in told), "RECURRENCE-ID"),
    ]
    try:
        yield from starts_of(
            start.clock,
            rules=_all(event, "RRULE"),
            more=clocks(_dates(event, "RDATE"), "RDATE"),
            but=but,
            until=horizon.end + ONE_DAY,  # a day for the distance between zones
            zone=start.zone,
        )
    except _Wrong:
        raise
    except InvalidValue as wrong:
        raise _Wrong("RRULE", expected=wrong.expected, found=wrong.found) from None


def _length(event: Component, start: _Moment, horizon: _Horizon) -> dt.timedelta:
    if "DTEND" in event:
        end = _moment(event, "DTEND", horizon)
        length = end.clock_in(start.zone) - start.clock
        if length < dt.timedelta():
            raise _Wrong(
                "DTEND",
                expected=f"a time after {start.clock:%Y-%m-%d %H:%M}",
                found=f"{end.clock:%Y-%m-%d %H:%M}",
            )
        return length
    if "DURATION" in event:
        length = _single(event, "DURATION").dt
        if length < dt.timedelta():
            raise _Wrong("DURATION", expected="a duration that is not negative", found=str(length))
        return dt.timedelta(seconds=length.total_seconds())
    return ONE_DAY if start.whole_day else dt.timedelta()


def _periods(component: Component, horizon: _Horizon) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    for value in _all(component, "FREEBUSY"):
        kind = str(value.params.get("FBTYPE", "BUSY")).upper()
        for period in [] if kind == "FREE" else getattr(value, "dts", [value]):
            first, last = period.dt
            start = _moment_of(first, {}, "FREEBUSY", horizon)
            clock = start.clock + last if isinstance(last, dt.timedelta) else None
            end = clock or _moment_of(last, {}, "FREEBUSY", horizon).clock_in(start.zone)
            if end < start.clock:
                raise _Wrong(
                    "FREEBUSY",
                    expected=f"an end after {start.clock:%Y-%m-%d %H:%M}",
                    found=f"{end:%Y-%m-%d %H:%M}",
                )
            yield _move(start.clock, start.zone, horizon.zone), _move(end, start.zone, horizon.zone)


def _all(component: Component, field: str) -> list[Any]:
    value: Any = component.get(field)
    return [] if value is None else value if isinstance(value, list) else [value]


def _dates(component: Component, field: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    for value in _all(component, field):
        for each in getattr(value, "dts", [value]):
            yield each.dt, value.params


def _single(component: Component, field: str) -> Any:
    every = _all(component, field)
    if len(every) != 1:
        raise _Wrong(field, expected="one value", found=str(len(every) or "none"))
    return every[0]


def _moment(component: Component, field: str, horizon: _Horizon) -> _Moment:
    value = _single(component, field)
    return _moment_of(value.dt, value.params, field, horizon)


def _moment_of(at: Any, params: Mapping[str, Any], field: str, horizon: _Horizon) -> _Moment:
    at = at[0] if isinstance(at, tuple) else at  # a period (RDATE): its start
    if not isinstance(at, dt.date) or at.year not in YEARS:
        raise _Wrong(field, expected=f"a date or time from {YEARS.start} to {YEARS.stop - 1}", found=str(at))
    if not isinstance(at, dt.datetime):
        return _Moment(dt.datetime.combine(at, dt.time()), horizon.zone, whole_day=True)
    if at.tzinfo is None and params.get("TZID"):
        raise _Wrong(field, expected="a known time zone", found=repr(str(params["TZID"])))
    zone = at.tzinfo or horizon.zone
    return _Moment(
        local_moment(at, horizon.zone) if zone is horizon.zone else at.replace(tzinfo=None), zone, False
    )
