"""What the picture of a week shows: lanes with working time and absences, and blocks upon them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from allay.base.errors import NotFound
from allay.scheduling.appointments.appointments import Appointment, appointments_of
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.people import Practitioner, Room
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS, Away, Hours

__all__ = ["By", "Lane", "WeekBlock", "WeekView", "Window", "week_view"]

By = Literal["practitioner", "room"]
Role = Literal["session", "meeting", "second", "supervision"]
HOUR = 60
DAYS = 7


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes after midnight of one day, by its place among the days of the week."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeekBlock:
    """An appointment on one lane.

    `role` says what it is there: `second` for the second practitioner of a linked visit, `supervision` where
    that one need only be on site.
    """

    window: Window
    role: Role
    appointment: Appointment

    @property
    def discipline(self) -> str:
        """Whose color it has."""
        return self.appointment.service.discipline


@dataclass(frozen=True, slots=True)
class Lane:
    """A practitioner, a room, or one of the lanes of telehealth: `working` time less `away`, and blocks."""

    id: str
    note: str
    working: tuple[Window, ...]
    away: tuple[Window, ...]
    blocks: tuple[WeekBlock, ...]

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes that are taken, and minutes there are without absences."""
        taken = _length(_joined(one.window for one in self.blocks if one.role != "supervision"))
        return taken, _length(self.working) - _length(self.away)


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week of a plan, to be drawn.

    Attributes
    ----------
    week : int
        From 0.
    days : tuple of datetime.date
        The days on which the program is open, and others on which something is planned.
    opens, closes : int
        Minutes after midnight, around everything that is shown.
    lanes : tuple of Lane
    appointments : tuple of Appointment
        Of the week, by time.
    """

    problem: SchedulingProblem
    plan: Plan
    by: By
    week: int
    days: tuple[dt.date, ...]
    opens: int
    closes: int
    lanes: tuple[Lane, ...]
    appointments: tuple[Appointment, ...]

    @property
    def disciplines(self) -> tuple[str, ...]:
        """Those of all services, in the order of the problem: each keeps its color from week to week."""
        return tuple(dict.fromkeys(one.discipline for one in self.problem.services))


def week_view(problem: SchedulingProblem, plan: Plan, *, week: int = 0, by: By = "practitioner") -> WeekView:
    """Gather a week of a plan.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    week : int
        From 0.
    by : {'practitioner', 'room'}
        What the lanes are. Telehealth, which has no room, has lanes of its own below those of rooms.

    Raises
    ------
    NotFound
        A week outside the problem's horizon.

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> view = week_view(problem, plan)
    >>> len(view.days), view.opens, view.lanes
    (5, 480, ())
    """
    opening = problem.opening
    if not 0 <= week < opening.weeks:
        raise NotFound(f"there is no week {week}; weeks count from 0 to {opening.weeks - 1}")
    first = opening.start + dt.timedelta(days=DAYS * week)
    dates = [first + dt.timedelta(days=day) for day in range(DAYS)]
    held = [one for one in appointments_of(problem, plan) if first <= one.start.date() <= dates[-1]]
    used = {one.start.date() for one in held}
    days = tuple(one for one in dates if WEEKDAYS[one.weekday()] in opening.weekdays or one in used)
    opens = min([_minute(opening.opens), *(_minute(one.start.time()) for one in held)])
    closes = max([_minute(opening.closes), *(_window(one, days).end for one in held)])
    span = (opens // HOUR * HOUR, -(-closes // HOUR) * HOUR)
    if by == "practitioner":
        lanes = tuple(_of_practitioner(problem, one, held, days, span) for one in problem.practitioners)
    else:
        lanes = (*(_of_room(problem, one, held, days, span) for one in problem.rooms), *_remote(held, days))
    return WeekView(problem, plan, by, week, days, *span, lanes, tuple(held))


def _minute(time: dt.time) -> int:
    return time.hour * HOUR + time.minute


def _window(one: Appointment, days: Sequence[dt.date]) -> Window:
    start = _minute(one.start.time())
    return Window(days.index(one.start.date()), start, start + one.service.minutes)


def _of_practitioner(
    problem: SchedulingProblem,
    practitioner: Practitioner,
    held: Sequence[Appointment],
    days: Sequence[dt.date],
    span: tuple[int, int],
) -> Lane:
    blocks = []
    for one in held:
        if practitioner.id == one.lead:
            role: Role = "meeting" if one.kind == "meeting" else "session"
            blocks.append(WeekBlock(_window(one, days), role, one))
        elif practitioner.id == one.second:
            blocks.append(_second(one, days, slot_minutes=problem.opening.slot_minutes))
    working = _working(practitioner.hours, days, span)
    away = _away(practitioner.away, working, days)
    return Lane(practitioner.id, ", ".join(practitioner.disciplines), working, away, tuple(blocks))


def _second(one: Appointment, days: Sequence[dt.date], *, slot_minutes: int) -> WeekBlock:
    whole = _window(one, days)
    assert one.second is not None
    taken = one.occupied(one.second, slot_minutes=slot_minutes)
    if taken is None:
        return WeekBlock(whole, "supervision", one)
    minutes = int((taken[1] - taken[0]).total_seconds()) // HOUR
    return WeekBlock(Window(whole.day, whole.start, whole.start + minutes), "second", one)


def _of_room(
    problem: SchedulingProblem,
    room: Room,
    held: Sequence[Appointment],
    days: Sequence[dt.date],
    span: tuple[int, int],
) -> Lane:
    blocks = tuple(
        WeekBlock(_window(one, days), "meeting" if one.kind == "meeting" else "session", one)
        for one in held
        if one.room == room.id
    )
    working = _working(room.hours, days, span) if room.hours else _always(problem, days)
    return Lane(room.id, room.type, working, _away(room.away, working, days), blocks)


def _always(problem: SchedulingProblem, days: Sequence[dt.date]) -> tuple[Window, ...]:
    opening = problem.opening
    opens, closes = _minute(opening.opens), _minute(opening.closes)
    return tuple(
        Window(place, opens, closes)
        for place, day in enumerate(days)
        if WEEKDAYS[day.weekday()] in opening.weekdays
    )


def _remote(held: Sequence[Appointment], days: Sequence[dt.date]) -> tuple[Lane, ...]:
    """Lanes for telehealth: as many as there are sessions at one moment."""
    lanes: list[list[WeekBlock]] = []
    for one in held:
        if one.room is not None:
            continue
        block = WeekBlock(_window(one, days), "session", one)
        free = next((lane for lane in lanes if not _meets(lane[-1].window, block.window)), None)
        if free is None:
            lanes.append([block])
        else:
            free.append(block)
    return tuple(
        Lane("telehealth" if place == 1 else f"telehealth {place}", "no room", (), (), tuple(blocks))
        for place, blocks in enumerate(lanes, start=1)
    )


def _meets(one: Window, other: Window) -> bool:
    return one.day == other.day and one.start < other.end and other.start < one.end


def _working(hours: Sequence[Hours], days: Sequence[dt.date], span: tuple[int, int]) -> tuple[Window, ...]:
    found = []
    for place, day in enumerate(days):
        for one in hours:
            if one.weekday != WEEKDAYS[day.weekday()]:
                continue
            if (one.first and day < one.first) or (one.last and day > one.last):
                continue
            start, end = max(_minute(one.start), span[0]), min(_minute(one.end), span[1])
            if start < end:
                found.append(Window(place, start, end))
    return _joined(found)


def _away(away: Sequence[Away], working: Sequence[Window], days: Sequence[dt.date]) -> tuple[Window, ...]:
    """Absences as far as they are within working time."""
    found = []
    for window in working:
        midnight = dt.datetime.combine(days[window.day], dt.time.min)
        for one in away:
            start = max(window.start, int((one.start - midnight).total_seconds() // HOUR))
            end = min(window.end, int(-(-(one.end - midnight).total_seconds() // HOUR)))
            if start < end:
                found.append(Window(window.day, start, end))
    return _joined(found)


def _joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows that touch or overlap as one."""
    found: list[Window] = []
    for one in sorted(windows, key=lambda one: (one.day, one.start, one.end)):
        last = found[-1] if found else None
        if last is not None and last.day == one.day and one.start <= last.end:
            found[-1] = Window(one.day, last.start, max(last.end, one.end))
        else:
            found.append(one)
    return tuple(found)


def _length(windows: Iterable[Window]) -> int:
    return sum(one.end - one.start for one in windows)
