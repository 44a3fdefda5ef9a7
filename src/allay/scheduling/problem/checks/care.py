"""Checks of services, practitioners and rules: whether what is given can be given anywhere by anybody."""

from __future__ import annotations

from collections.abc import Iterator

from allay.base.documents import Keys
from allay.scheduling.problem.care import LinkedVisit, Service
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, minutes_of
from allay.scheduling.problem.people import Practitioner


def check_services(index: ProblemIndex) -> Iterator[Finding]:
    """Find services that have no place, are longer than a day, or lack the second practitioner."""
    opening = index.problem.opening
    length = minutes_of(opening.closes) - minutes_of(opening.opens)
    for place, service in enumerate(index.problem.services):
        keys: Keys = ("services", place)
        if service.room_type is None and not service.telehealth:
            yield (*keys, "room_type"), "a type of room, or telehealth: true", "neither"
        if service.minutes > length:
            expected = f"at most {length} minutes, as long as the program is open"
            yield (*keys, "minutes"), expected, str(service.minutes)
        if service.linked:
            yield from _linked((*keys, "linked"), service, service.linked, index.problem.practitioners)


def _linked(
    keys: Keys, service: Service, linked: LinkedVisit, staff: tuple[Practitioner, ...]
) -> Iterator[Finding]:
    if linked.presence == "full" and linked.max_ratio > 1:
        expected = "1, as the second practitioner is there for the whole session (presence: full)"
        yield (*keys, "max_ratio"), expected, str(linked.max_ratio)
    if service.room_type is None:
        yield keys, "a service with a type of room, as linked visits are on site", "telehealth only"
    leads = {each.id for each in staff if service.discipline in each.disciplines}
    seconds = {each.id for each in staff if linked.discipline in each.disciplines}
    if len(leads | seconds) == 1 and leads and seconds:
        expected = f"a second practitioner beside {next(iter(leads))}"
        yield (*keys, "discipline"), expected, f"nobody else with the discipline {linked.discipline!r}"


def check_practitioners(index: ProblemIndex) -> Iterator[Finding]:
    """Find practitioners who have no room for anything they give, and no telehealth."""
    types = {room.type for room in index.problem.rooms}
    for place, who in enumerate(index.problem.practitioners):
        given = [each for each in index.problem.services if _gives(who, each)]
        if given and not any(_has_place(who, service, types) for service in given):
            wanted = sorted({service.room_type for service in given if service.room_type})
            expected = (
                "a room of the type " + " or ".join(map(repr, wanted)) if wanted else "telehealth: true"
            )
            named = ", ".join(service.id for service in given)
            yield ("practitioners", place), expected, f"no place where {who.id} could give {named}"


def _gives(who: Practitioner, service: Service) -> bool:
    named = {service.discipline, *([service.linked.discipline] if service.linked else [])}
    return bool(named & {*who.disciplines}) and bool(service.room_type or service.telehealth)


def _has_place(who: Practitioner, service: Service, types: set[str]) -> bool:
    by_telehealth = service.telehealth and who.telehealth and service.discipline in who.disciplines
    return service.room_type in types or by_telehealth


def check_patients(index: ProblemIndex) -> Iterator[Finding]:
    """Find patients who avoid whom they prefer."""
    for place, patient in enumerate(index.problem.patients):
        for number, name in enumerate(patient.avoids):
            if name in patient.prefers:
                keys: Keys = ("patients", place, "avoids", number)
                yield keys, "somebody whom the patient does not prefer", f"{name!r}, who is preferred too"


def check_rules(index: ProblemIndex) -> Iterator[Finding]:
    """Find priced rules without a price."""
    for place, rule in enumerate(index.problem.same_day):
        if rule.effect == "priced" and not rule.lost_cents:
            yield ("same_day", place, "lost_cents"), "what a day with both loses, in cents, above 0", "0"
