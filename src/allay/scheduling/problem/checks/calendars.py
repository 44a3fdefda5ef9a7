"""Checks of calendars: the opening, hours that cross or lie outside it, patients who can never come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from allay.base.documents import Keys
from allay.scheduling.problem.checks.index import (
    WEEK,
    Finding,
    ProblemIndex,
    clock_text,
    minutes_of,
    unknown,
)
from allay.scheduling.problem.checks.presence import windows_of
from allay.scheduling.problem.times import Hours, Opening


def check_opening(opening: Opening) -> Iterator[Finding]:
    """Find an opening in which nothing can be planned."""
    length = minutes_of(opening.closes) - minutes_of(opening.opens)
    if length <= 0:
        yield ("opening", "closes"), f"a time after {opening.opens:%H:%M}", f"{opening.closes:%H:%M}"
    elif length % opening.slot_minutes:
        expected = f"a multiple of {opening.slot_minutes} minutes after {opening.opens:%H:%M}"
        yield ("opening", "closes"), expected, f"{opening.closes:%H:%M}, which is {length} minutes after"
    for place, day in enumerate(opening.weekdays):
        if day in opening.weekdays[:place]:
            yield ("opening", "weekdays", place), "each weekday once", f"{day} again"
    if opening.start > dt.date.max - dt.timedelta(days=WEEK * (opening.weeks + 1)):
        yield ("opening", "start"), "a first day whose weeks a calendar has", str(opening.start)
    if not _is_zone(opening.timezone):
        found = unknown(opening.timezone, available_timezones())
        yield ("opening", "timezone"), "the name of a time zone, such as America/New_York", found


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones, or a path, is no zone
        return False
    return True


def check_hours(index: ProblemIndex) -> Iterator[Finding]:
    """Find hours that overlap, that lie outside the opening, or that leave a patient or a room nothing."""
    for name in ("rooms", "practitioners", "patients"):
        for place, who in enumerate(getattr(index.problem, name)):
            keys: Keys = (name, place, "hours")
            yield from _crossing(keys, who.hours)
            if name == "practitioners":
                yield from _outside(keys, who.hours, index.problem.opening)
            elif who.hours and not _leaves(who.hours, index):
                opening = index.problem.opening
                expected = f"a slot while the program is open, {_opening_text(opening)}"
                yield keys, expected, f"none that {who.id} is there"


def _crossing(keys: Keys, hours: tuple[Hours, ...]) -> Iterator[Finding]:
    for place, later in enumerate(hours):
        for first, earlier in enumerate(hours[:place]):
            if _cross(earlier, later):
                expected = f"hours that do not overlap others of {later.weekday.capitalize()}"
                found = (
                    f"{_text(later)}, while {'/' + '/'.join(map(str, (*keys, first)))} has {_text(earlier)}"
                )
                yield (*keys, place), expected, found
                break


def _cross(one: Hours, other: Hours) -> bool:
    return (
        one.weekday == other.weekday
        and one.start < other.end
        and other.start < one.end
        and (one.first or dt.date.min) <= (other.last or dt.date.max)
        and (other.first or dt.date.min) <= (one.last or dt.date.max)
    )


def _outside(keys: Keys, hours: tuple[Hours, ...], opening: Opening) -> Iterator[Finding]:
    """Hours that end before the program opens are no early arrival: nothing could ever be planned in them."""
    for place, each in enumerate(hours):
        if each.weekday not in opening.weekdays or not (
            each.start < opening.closes and opening.opens < each.end
        ):
            expected = f"hours while the program is open, {_opening_text(opening)}"
            yield (*keys, place), expected, f"{each.weekday.capitalize()} {_text(each)}"


def _leaves(hours: tuple[Hours, ...], index: ProblemIndex) -> bool:
    """Whether a slot of some open day lies within the hours."""
    opening = index.problem.opening
    opens, closes, slot = minutes_of(opening.opens), minutes_of(opening.closes), opening.slot_minutes
    for number in range(WEEK * opening.weeks):
        day = opening.start + dt.timedelta(days=number)
        for start, end in windows_of(hours, day) if index.is_open(day) else ():
            first = opens + max(0, -(-(start - opens) // slot)) * slot
            if first + slot <= min(end, closes):
                return True
    return False


def _opening_text(opening: Opening) -> str:
    return f"{opening.opens:%H:%M} to {opening.closes:%H:%M} on " + ", ".join(
        day.capitalize() for day in opening.weekdays
    )


def _text(hours: Hours) -> str:
    return f"{clock_text(minutes_of(hours.start))} to {clock_text(minutes_of(hours.end))}"
