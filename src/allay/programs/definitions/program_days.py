"""Days of a program: calendar months, weekdays on which it is open, and where sessions of a phase fall."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence

from allay.programs.definitions.entries import WEEKDAYS, ComponentEntry, LengthEntry

DAYS_OF_WEEK = 7


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or its last day where it is shorter.

    Examples
    --------
    >>> print(add_months(dt.date(2027, 8, 31), 6), add_months(dt.date(2028, 2, 29), 12))
    2028-02-29 2029-02-28
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError(f"no year {year}")
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def numbers_of(weekdays: Collection[str]) -> frozenset[int]:
    """Return weekdays as Python counts them, Monday being 0.

    Examples
    --------
    >>> sorted(numbers_of(["fri", "mon"]))
    [0, 4]
    """
    return frozenset(index for index, day in enumerate(WEEKDAYS) if day in weekdays)


def open_day(day: dt.date, open_on: Collection[int]) -> dt.date:
    """Return the day itself, or the next on which the program is open.

    Examples
    --------
    >>> print(open_day(dt.date(2026, 11, 28), numbers_of(["mon"])))
    2026-11-30
    """
    while day.weekday() not in open_on:
        day += dt.timedelta(days=1)
    return day


def length_in_days(length: LengthEntry, start: dt.date, open_on: Collection[int]) -> int:
    """Return how many calendar days a phase lasts that begins on `start`.

    Examples
    --------
    >>> length_in_days(LengthEntry(program_days=20), dt.date(2026, 11, 30), {0, 1, 2, 3, 4})
    26
    >>> length_in_days(LengthEntry(months=12), dt.date(2027, 3, 1), {0})
    366
    """
    if length.weeks:
        return length.weeks * DAYS_OF_WEEK
    if length.days:
        return length.days
    if length.months:
        return (add_months(start, length.months) - start).days
    days, left = 0, length.program_days or 0
    while left:
        left -= (start.weekday() + days) % DAYS_OF_WEEK in open_on
        days += 1
    return days


def session_days(
    component: ComponentEntry, *, weekday: int, days: int, open_on: Collection[int]
) -> list[int]:
    """Return the days of a phase on which a component has its sessions, the first day being 0.

    Parameters
    ----------
    component : ComponentEntry
        With its dose; without one there is no day.
    weekday : int
        On which the phase begins, Monday being 0.
    days : int
        How long it lasts.
    open_on : collection of int
        The weekdays on which the program is open.

    Returns
    -------
    list of int
        Rising, and within the phase: what does not fit is left out.

    Examples
    --------
    >>> weekly = ComponentEntry(id="a", service="yoga", part="core", how="group", per_week=1, source="x")
    >>> session_days(weekly, weekday=2, days=21, open_on={0, 1, 2, 3, 4})
    [0, 7, 14]
    """
    allowed = numbers_of(component.weekdays) if component.weekdays else open_on
    free = [day for day in range(days) if (weekday + day) % DAYS_OF_WEEK in allowed]
    wanted = component.sessions
    if component.every_day:
        return free[:wanted]
    if component.on_days:
        moved = (next((day for day in free if day >= on - 1), None) for on in component.on_days)
        return sorted({day for day in moved if day is not None})
    if component.per_week:
        blocks = ([d for d in free if first <= d < first + DAYS_OF_WEEK] for first in range(0, days, 7))
        chosen = [day for block in blocks for day in _spread(block, component.per_week)]
        return chosen[:wanted]
    if component.spacing_days and wanted:
        found: list[int] = []
        for number in range(wanted):
            after = max(number * component.spacing_days, found[-1] + 1 if found else 0)
            day = next((each for each in free if each >= after), None)
            if day is not None:
                found.append(day)
        return found
    return _spread(free, wanted) if wanted else []


def _spread(days: Sequence[int], wanted: int) -> list[int]:
    """Choose so many of the days, evenly, the first always among them."""
    if wanted >= len(days):
        return list(days)
    return [days[number * len(days) // wanted] for number in range(wanted)]
