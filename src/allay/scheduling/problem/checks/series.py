"""Checks of series: whether the sessions fit into their window at all, whatever the calendars say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from allay.base.documents import Keys
from allay.scheduling.problem.care import Series, Service
from allay.scheduling.problem.checks.index import WEEK, Finding, ProblemIndex, minutes_of
from allay.scheduling.problem.people import Patient, Practitioner

ONE_DAY = dt.timedelta(days=1)


def check_series(index: ProblemIndex) -> Iterator[Finding]:
    """Find series longer than their window, of a mode the service has not, or fixed to the wrong person."""
    for place, series in enumerate(index.problem.series):
        keys: Keys = ("series", place)
        service = index.services.get(series.service)
        if service:
            yield from _mode((*keys, "mode"), series, service)
            yield from _window(keys, series, service, index)
            fixed, patient = (
                index.practitioners.get(series.practitioner or ""),
                index.patients.get(series.patient),
            )
            yield from _practitioner((*keys, "practitioner"), service, fixed, patient)


def _mode(keys: Keys, series: Series, service: Service) -> Iterator[Finding]:
    if series.mode == "onsite" and service.room_type is None:
        yield keys, f"telehealth or either, as {service.id} has no type of room", "onsite"
    if series.mode == "telehealth" and not service.telehealth:
        yield keys, f"onsite, as {service.id} is not given by telehealth", "telehealth"
    if series.mode == "telehealth" and service.linked:
        yield keys, f"onsite, as {service.id} is a linked visit", "telehealth"


def _practitioner(
    keys: Keys, service: Service, fixed: Practitioner | None, patient: Patient | None
) -> Iterator[Finding]:
    if fixed and service.discipline not in fixed.disciplines:
        expected = f"a practitioner with the discipline {service.discipline!r}"
        yield keys, expected, f"{fixed.id!r}, who has {', '.join(fixed.disciplines)}"
    if fixed and patient and fixed.id in patient.avoids:
        yield keys, f"somebody whom {patient.id} does not avoid", repr(fixed.id)


def _window(keys: Keys, series: Series, service: Service, index: ProblemIndex) -> Iterator[Finding]:
    if series.first and series.last and series.last < series.first:
        yield (*keys, "last"), f"a day not before {series.first}", str(series.last)
        return
    first, last = index.window(series.first, series.last)
    if last < first:
        outside = "first" if series.first and series.first > index.last_day else "last"
        expected = f"a day of the weeks to plan, {index.problem.opening.start} to {index.last_day}"
        yield (*keys, outside), expected, str(getattr(series, outside))
        return
    fit = sessions_that_fit(series, service, index)
    if fit < series.sessions:
        gap = f" and {series.min_gap_hours} hours apart" if series.min_gap_hours else ""
        expected = f"at most {fit} sessions, as many as fit from {first} to {last}"
        yield (*keys, "sessions"), expected, f"{series.sessions}, at most {series.per_week} a week{gap}"


def sessions_that_fit(series: Series, service: Service, index: ProblemIndex) -> int:
    """Count the sessions of a series that have a time in its window, if everybody were there always.

    Each is taken as early as it may be: in the week it is due at the earliest, on an open day and on the
    grid, with the gap after the one before. No other order fits more. The time grows with the days of the
    window and with the sessions.

    Examples
    --------
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> pt = Service(id="pt", discipline="pt", minutes=60, room_type="a")
    >>> index = ProblemIndex.of(SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=(), services=(pt,),
    ...     practitioners=(), patients=()))
    >>> series = Series(id="s", patient="a", service="pt", sessions=8, per_week=4, min_gap_hours=48)
    >>> sessions_that_fit(series, pt, index)  # Monday, Wednesday, Friday; and again
    6
    """
    opening = index.problem.opening
    first, last = index.window(series.first, series.last)
    slots = -(-service.minutes // opening.slot_minutes)
    step = max(dt.timedelta(hours=series.min_gap_hours), dt.timedelta(minutes=slots * opening.slot_minutes))
    after: dt.datetime | None = None
    for number in range(series.sessions):
        week = index.week(first) + number // series.per_week
        due = max(first, opening.start + dt.timedelta(days=WEEK * week))
        start = _first_start(index, service.minutes, due, last, after)
        if start is None:
            return number
        after = start + step
    return series.sessions


def _first_start(
    index: ProblemIndex, minutes: int, day: dt.date, last: dt.date, after: dt.datetime | None
) -> dt.datetime | None:
    """First start on the grid from a day on, not before a time; None where none is left."""
    opening = index.problem.opening
    opens, slot = minutes_of(opening.opens), opening.slot_minutes
    if after and after.date() > day:
        day = after.date()
    while day <= last:
        start = opens
        if after and after.date() == day:
            start = opens + max(0, -(-(minutes_of(after.time()) - opens) // slot)) * slot
        if index.is_open(day) and start + minutes <= minutes_of(opening.closes):
            return dt.datetime.combine(day, dt.time(start // 60, start % 60))
        day += ONE_DAY
    return None
