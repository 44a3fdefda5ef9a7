"""Checks of cohorts: sizes, members, and the meeting that is fixed already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from allay.base.documents import Keys
from allay.scheduling.problem.care import Cohort, Meets, Service
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, clock_text, minutes_of
from allay.scheduling.problem.checks.presence import Somebody, hours_hold
from allay.scheduling.problem.people import Practitioner
from allay.scheduling.problem.seats import most_members, seat_rule


def check_cohorts(index: ProblemIndex) -> Iterator[Finding]:
    """Find cohorts that are over-full or cannot be led, or that meet when somebody is never there."""
    members: dict[tuple[str, str], str] = {}
    for place, cohort in enumerate(index.problem.cohorts):
        keys: Keys = ("cohorts", place)
        if cohort.min_size > cohort.max_size:
            expected = f"at most max_size, which is {cohort.max_size}"
            yield (*keys, "min_size"), expected, str(cohort.min_size)
        if cohort.first and cohort.last and cohort.last < cohort.first:
            yield (*keys, "last"), f"a day not before {cohort.first}", str(cohort.last)
        yield from _members(keys, cohort, index, members)
        service = index.services.get(cohort.service)
        if service:
            yield from _service(keys, service)
            yield from _lead((*keys, "lead"), cohort, service, index.practitioners.get(cohort.lead or ""))
            if cohort.meets:
                yield from _meets(keys, cohort, cohort.meets, service, index)


def _members(
    keys: Keys, cohort: Cohort, index: ProblemIndex, seen: dict[tuple[str, str], str]
) -> Iterator[Finding]:
    most = most_members(cohort)
    if len(cohort.members) > most:
        found = f"{len(cohort.members)} members, {cohort.members[most]!r} being number {most + 1}"
        yield (*keys, "members", most), _limit_text(cohort, most), found
    for number, name in enumerate(cohort.members):
        if (first := seen.setdefault((cohort.kind, name), cohort.id)) != cohort.id:
            expected = f"each patient in one cohort of the kind {cohort.kind!r}"
            yield (*keys, "members", number), expected, f"{name!r}, who is in {first} already"
        elif name in cohort.members[:number]:
            yield (*keys, "members", number), "each patient once", f"{name!r} again"
        patient = index.patients.get(name)
        if patient and not patient.interpreter and patient.language != cohort.language:
            expected = f"a patient who speaks {cohort.language!r}, or whom an interpreter will do"
            yield (*keys, "members", number), expected, f"{name!r}, who speaks {patient.language!r}"


def _limit_text(cohort: Cohort, most: int) -> str:
    limit = f"at most {most} members (max_size {cohort.max_size}"
    if cohort.expected_no_show is None:
        return limit + ")"
    rule = seat_rule()
    return (
        f"{limit}; with expected_no_show {cohort.expected_no_show:g}, more come with a risk of at most "
        f"{rule.risk:g}, {rule.source.status.value})"
    )


def _service(keys: Keys, service: Service) -> Iterator[Finding]:
    if service.room_type is None:
        yield (*keys, "service"), "a service with a type of room", f"{service.id!r}, which has none"
    if service.linked:
        expected = "a service without a linked visit, as a meeting has one lead"
        yield (*keys, "service"), expected, f"{service.id!r}, which is linked"


def _lead(keys: Keys, cohort: Cohort, service: Service, lead: Practitioner | None) -> Iterator[Finding]:
    if lead is None:
        return
    if service.discipline not in lead.disciplines:
        expected = f"a practitioner with the discipline {service.discipline!r}"
        yield keys, expected, f"{lead.id!r}, who has {', '.join(lead.disciplines)}"
    if cohort.language not in lead.languages:
        expected = f"a practitioner who speaks {cohort.language!r}, the language of {cohort.id}"
        yield keys, expected, f"{lead.id!r}, who speaks {', '.join(lead.languages) or 'no language given'}"


def _meets(
    keys: Keys, cohort: Cohort, meets: Meets, service: Service, index: ProblemIndex
) -> Iterator[Finding]:
    within: Keys = (*keys, "meets")
    lead, room = index.practitioners.get(meets.lead), index.rooms.get(meets.room)
    if cohort.lead and meets.lead != cohort.lead:
        yield (*within, "lead"), f"{cohort.lead!r}, who leads {cohort.id}", repr(meets.lead)
    else:
        yield from _lead((*within, "lead"), cohort, service, lead)
    if room and room.type != service.room_type:
        expected = f"a room of the type {service.room_type!r}"
        yield (*within, "room"), expected, f"{room.id!r}, which is of the type {room.type!r}"
    elif room and room.seats < cohort.max_size:
        expected = f"a room with at least {cohort.max_size} seats, the max_size of {cohort.id}"
        yield (*within, "room"), expected, f"{room.id!r} with {room.seats}"
    if meets.weekday not in index.problem.opening.weekdays:
        expected = "a day on which the program is open"
        yield (*within, "weekday"), expected, meets.weekday
    elif not index.is_on_grid(meets.start, service.minutes):
        yield (*within, "start"), index.grid_text(service.minutes), f"{meets.start:%H:%M}"
    else:
        yield from _never_there(keys, cohort, meets, service, index)


def _never_there(
    keys: Keys, cohort: Cohort, meets: Meets, service: Service, index: ProblemIndex
) -> Iterator[Finding]:
    """Absences of some weeks are no contradiction: there are substitutes, and members who miss a meeting."""
    days = list(index.meeting_days(cohort, meets.weekday))
    start = minutes_of(meets.start)
    asked: list[tuple[Keys, Somebody | None]] = [
        ((*keys, "meets", "lead"), index.practitioners.get(meets.lead)),
        ((*keys, "meets", "room"), index.rooms.get(meets.room)),
        *(((*keys, "members", n), index.patients.get(name)) for n, name in enumerate(cohort.members)),
    ]
    for where, who in asked:
        if who and days and not _ever_there(who, days, start, start + service.minutes):
            time = (
                f"{meets.weekday.capitalize()} {meets.start:%H:%M} to {clock_text(start + service.minutes)}"
            )
            expected = f"hours that hold the meeting of {cohort.id}, {time}"
            yield where, expected, f"{who.id!r}, whose hours never do"


def _ever_there(who: Somebody, days: list[dt.date], start: int, end: int) -> bool:
    return any(hours_hold(who, day, start, end) for day in days)
