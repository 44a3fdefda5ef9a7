"""Checks of single bookings: number, grid, window, and whoever must be there and may do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from allay.base.documents import Keys
from allay.scheduling.problem.care import Booking, Series, Service
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, span_text
from allay.scheduling.problem.checks.presence import why_not_there
from allay.scheduling.problem.people import Patient, Practitioner


def check_bookings(index: ProblemIndex) -> Iterator[Finding]:
    """Find bookings that are off the grid, off their series, or with somebody who is not there or may not."""
    first: dict[tuple[str, int], int] = {}
    for place, booking in enumerate(index.problem.bookings):
        keys: Keys = ("bookings", place)
        series = index.series.get(booking.series)
        service = index.services.get(series.service) if series else None
        patient = index.patients.get(series.patient) if series else None
        if series is None or service is None or patient is None:
            continue
        before = first.setdefault((booking.series, booking.number), place)
        if booking.number > series.sessions:
            expected = f"a number from 1 to {series.sessions}, the sessions of {series.id}"
            yield (*keys, "number"), expected, str(booking.number)
        elif before != place:
            found = f"number {booking.number} of {series.id} again (first in /bookings/{before})"
            yield (*keys, "number"), "each session booked once", found
        timing = list(_time((*keys, "start"), booking, series, service, index))
        yield from timing
        if not timing:
            yield from _there(keys, booking, patient, service, index)
        if lead := index.practitioners.get(booking.lead):
            yield from _lead((*keys, "lead"), lead, series, patient, service)
            yield from _mode(keys, booking, series, service, (lead, patient))
        yield from _second((*keys, "second"), booking, service, index, patient)
        yield from _room((*keys, "room"), booking, service, index)
    yield from _order(index)


def end_of(booking: Booking, service: Service) -> dt.datetime:
    """When a booking on the grid ends.

    Examples
    --------
    >>> pt = Service(id="pt", discipline="pt", minutes=45)
    >>> end_of(Booking(series="s", number=1, start=dt.datetime(2027, 1, 4, 9), lead="k"), pt)
    datetime.datetime(2027, 1, 4, 9, 45)
    """
    return booking.start + dt.timedelta(minutes=service.minutes)


def is_planned_time(booking: Booking, service: Service, index: ProblemIndex) -> bool:
    """Whether a booking is on an open day of the horizon and on the grid of that day.

    Examples
    --------
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> pt = Service(id="pt", discipline="pt", minutes=45)
    >>> index = ProblemIndex.of(SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(pt,), practitioners=(),
    ...     patients=()))
    >>> [is_planned_time(Booking(series="s", number=1, start=start, lead="k"), pt, index) for start in (
    ...     dt.datetime(2027, 1, 4, 9), dt.datetime(2027, 1, 4, 9, 5), dt.datetime(2027, 1, 9, 9))]
    [True, False, False]
    """
    day = booking.start.date()
    within = index.problem.opening.start <= day <= index.last_day and index.is_open(day)
    return within and index.is_on_grid(booking.start.time(), service.minutes)


def _time(
    keys: Keys, booking: Booking, series: Series, service: Service, index: ProblemIndex
) -> Iterator[Finding]:
    day = booking.start.date()
    first, last = index.window(series.first, series.last)
    found = f"{booking.start:%Y-%m-%d %H:%M}"
    if not index.problem.opening.start <= day <= index.last_day:
        expected = f"a day of the weeks to plan, {index.problem.opening.start} to {index.last_day}"
        yield keys, expected, found
    elif not index.is_open(day):
        yield keys, "a day on which the program is open", f"{found}, a {day:%A}"
    elif not index.is_on_grid(booking.start.time(), service.minutes):
        yield keys, index.grid_text(service.minutes), found
    elif not first <= day <= last:
        yield keys, f"a day in the window of {series.id}, {first} to {last}", found
    elif booking.number <= series.sessions and index.week(day) < (
        week := index.week(first) + (booking.number - 1) // series.per_week
    ):
        due = index.problem.opening.start + dt.timedelta(weeks=week)
        yield keys, f"a day from {due} on, when number {booking.number} of {series.id} is due", found


def _there(
    keys: Keys, booking: Booking, patient: Patient, service: Service, index: ProblemIndex
) -> Iterator[Finding]:
    start, end = booking.start, end_of(booking, service)
    for field, who in (
        ("lead", index.practitioners.get(booking.lead)),
        ("second", index.practitioners.get(booking.second or "")),
        ("room", index.rooms.get(booking.room or "")),
        ("start", patient),
    ):
        if who and (why := why_not_there(who, start, end)):
            yield (*keys, field), f"a time when {who.id} is there", f"{span_text(start, end)}; {why}"


def _lead(
    keys: Keys, lead: Practitioner, series: Series, patient: Patient, service: Service
) -> Iterator[Finding]:
    if service.discipline not in lead.disciplines:
        expected = f"a practitioner with the discipline {service.discipline!r}"
        yield keys, expected, f"{lead.id!r}, who has {', '.join(lead.disciplines)}"
    if series.practitioner and lead.id != series.practitioner:
        yield keys, f"{series.practitioner!r}, to whom {series.id} is fixed", repr(lead.id)
    if lead.id in patient.avoids:
        yield keys, f"somebody whom {patient.id} does not avoid", repr(lead.id)
    if not patient.interpreter and patient.language not in lead.languages:
        expected = f"somebody who speaks {patient.language!r}, as an interpreter will not do for {patient.id}"
        yield keys, expected, f"{lead.id!r}, who speaks {', '.join(lead.languages) or 'no language given'}"


def _mode(
    keys: Keys, booking: Booking, series: Series, service: Service, both: tuple[Practitioner, Patient]
) -> Iterator[Finding]:
    lead, patient = both
    if series.mode not in ("either", booking.mode):
        yield (*keys, "mode"), f"{series.mode}, the mode of {series.id}", booking.mode
    if booking.mode == "onsite":
        return
    for able, expected in (
        (service.telehealth, f"onsite, as {service.id} is not given by telehealth"),
        (service.linked is None, f"onsite, as {service.id} is a linked visit"),
        (patient.telehealth, f"onsite, as {patient.id} will not have telehealth"),
        (lead.telehealth, f"onsite, as {lead.id} gives no telehealth"),
        (
            patient.state is None or patient.state in lead.states,
            f"onsite, as {lead.id} is not licensed in {patient.state}",
        ),
    ):
        if not able:
            yield (*keys, "mode"), expected, "telehealth"


def _second(
    keys: Keys, booking: Booking, service: Service, index: ProblemIndex, patient: Patient
) -> Iterator[Finding]:
    second = index.practitioners.get(booking.second or "")
    if service.linked is None:
        if booking.second:
            yield keys, f"nobody, as {service.id} is no linked visit", repr(booking.second)
    elif booking.second is None:
        expected = f"a practitioner with the discipline {service.linked.discipline!r}"
        yield keys, f"{expected}, as {service.id} is a linked visit", "nobody"
    elif booking.second == booking.lead:
        yield keys, "somebody else than the lead", repr(booking.second)
    elif second and service.linked.discipline not in second.disciplines:
        expected = f"a practitioner with the discipline {service.linked.discipline!r}"
        yield keys, expected, f"{second.id!r}, who has {', '.join(second.disciplines)}"
    elif booking.second in patient.avoids and service.linked.presence != "general":
        yield keys, f"somebody whom {patient.id} does not avoid", repr(booking.second)


def _room(keys: Keys, booking: Booking, service: Service, index: ProblemIndex) -> Iterator[Finding]:
    room = index.rooms.get(booking.room or "")
    if booking.mode == "telehealth":
        if booking.room:
            yield keys, "no room, as the session is by telehealth", repr(booking.room)
    elif booking.room is None:
        yield keys, f"a room of the type {service.room_type!r}", "none"
    elif room and room.type != service.room_type:
        found = f"{room.id!r}, which is of the type {room.type!r}"
        yield keys, f"a room of the type {service.room_type!r}", found


def _order(index: ProblemIndex) -> Iterator[Finding]:
    """Numbers of a series in time order, with its gap, and with one practitioner where that is required."""
    booked: dict[str, dict[int, tuple[int, Booking]]] = {}
    for place, booking in enumerate(index.problem.bookings):
        booked.setdefault(booking.series, {}).setdefault(booking.number, (place, booking))
    for name, numbers in booked.items():
        series = index.series.get(name)
        ordered = [numbers[number] for number in sorted(numbers)]
        for (_, earlier), (place, later) in pairwise(ordered) if series else ():
            gap = dt.timedelta(hours=series.min_gap_hours) if series else dt.timedelta()
            if later.start <= earlier.start:
                expected = f"a start after that of number {earlier.number} of {name}, {_when(earlier)}"
                yield ("bookings", place, "start"), expected, _when(later)
            elif later.start - earlier.start < gap:
                expected = (
                    f"a start {gap // dt.timedelta(hours=1)} hours after number {earlier.number} of {name}"
                )
                yield ("bookings", place, "start"), f"{expected}, {_when(earlier)}", _when(later)
            if series and series.continuity == "require" and later.lead != earlier.lead:
                expected = f"{earlier.lead!r}, as {name} requires one practitioner"
                yield ("bookings", place, "lead"), expected, repr(later.lead)


def _when(booking: Booking) -> str:
    return f"{booking.start:%Y-%m-%d %H:%M}"
