"""Checks of ids: each once, and each that is named is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from allay.base.documents import Keys
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, unknown
from allay.scheduling.problem.problem import SchedulingProblem

LISTS = ("rooms", "practitioners", "services", "patients", "cohorts", "series", "same_day")
PRACTITIONER, PATIENT = "a practitioner of the problem", "a patient of the problem"
SERVICE, ROOM = "a service of the problem", "a room of the problem"
Named = tuple[Keys, str, str | None, Collection[str]]


def check_ids(index: ProblemIndex) -> Iterator[Finding]:
    """Find ids that stand twice in a list, and ids of nothing."""
    yield from _twice(index.problem)
    for keys, expected, wanted, known in _named(index):
        if wanted is not None and wanted not in known:
            yield keys, expected, unknown(wanted, known)


def _twice(problem: SchedulingProblem) -> Iterator[Finding]:
    for name in LISTS:
        first: dict[str, int] = {}
        for place, each in enumerate(getattr(problem, name)):
            if first.setdefault(each.id, place) != place:
                yield (
                    (name, place, "id"),
                    "each id once",
                    f"{each.id!r} again (first in /{name}/{first[each.id]})",
                )


def _named(index: ProblemIndex) -> Iterator[Named]:
    problem = index.problem
    kinds = {cohort.kind for cohort in problem.cohorts}
    for place, patient in enumerate(problem.patients):
        keys: Keys = ("patients", place)
        yield (*keys, "group"), "the kind of a cohort", patient.group, kinds
        yield from _each((*keys, "prefers"), PRACTITIONER, patient.prefers, index.practitioners)
        yield from _each((*keys, "avoids"), PRACTITIONER, patient.avoids, index.practitioners)
    yield from _of_services(index)
    yield from _of_cohorts(index)
    for place, series in enumerate(problem.series):
        keys = ("series", place)
        yield (*keys, "patient"), PATIENT, series.patient, index.patients
        yield (*keys, "service"), SERVICE, series.service, index.services
        yield (
            (*keys, "practitioner"),
            PRACTITIONER,
            series.practitioner,
            index.practitioners,
        )
    for place, rule in enumerate(problem.same_day):
        yield from _each(("same_day", place, "services"), SERVICE, rule.services, index.services)
    for place, booking in enumerate(problem.bookings):
        keys = ("bookings", place)
        yield (*keys, "series"), "a series of the problem", booking.series, index.series
        yield (*keys, "lead"), PRACTITIONER, booking.lead, index.practitioners
        yield (*keys, "second"), PRACTITIONER, booking.second, index.practitioners
        yield (*keys, "room"), ROOM, booking.room, index.rooms


def _of_services(index: ProblemIndex) -> Iterator[Named]:
    disciplines = {name for each in index.problem.practitioners for name in each.disciplines}
    types = {room.type for room in index.problem.rooms}
    for place, service in enumerate(index.problem.services):
        keys: Keys = ("services", place)
        yield (*keys, "discipline"), "a discipline that a practitioner has", service.discipline, disciplines
        if service.linked:
            found = service.linked.discipline
            yield (*keys, "linked", "discipline"), "a discipline that a practitioner has", found, disciplines
        if not service.telehealth:
            yield (*keys, "room_type"), "the type of a room", service.room_type, types


def _of_cohorts(index: ProblemIndex) -> Iterator[Named]:
    for place, cohort in enumerate(index.problem.cohorts):
        keys: Keys = ("cohorts", place)
        yield (*keys, "service"), SERVICE, cohort.service, index.services
        yield (*keys, "lead"), PRACTITIONER, cohort.lead, index.practitioners
        yield from _each((*keys, "members"), PATIENT, cohort.members, index.patients)
        if cohort.meets:
            yield (
                (*keys, "meets", "lead"),
                PRACTITIONER,
                cohort.meets.lead,
                index.practitioners,
            )
            yield (*keys, "meets", "room"), ROOM, cohort.meets.room, index.rooms


def _each(keys: Keys, expected: str, wanted: Iterable[str], known: Collection[str]) -> Iterator[Named]:
    for place, name in enumerate(wanted):
        yield (*keys, place), expected, name, known
