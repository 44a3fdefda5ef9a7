"""Checks of ids: each once, and each that is named is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from allay.base.documents import Keys
from allay.scheduling.problem.checks_index import Finding, ProblemIndex, unknown
from allay.scheduling.problem.problem import SchedulingProblem

LISTS = ("rooms", "practitioners", "services", "patients", "cohorts", "series", "same_day")
Named = tuple[Keys, str, str | None, Collection[str]]


def check_ids(index: ProblemIndex) -> Iterator[Finding]:
    """Find ids that stand twice in a list, and ids of nothing."""
    yield from _twice(index.problem)
    for keys, kind, wanted, known in _named(index):
        if wanted is not None and wanted not in known:
            yield keys, f"the id of a {kind}" if kind != "payer" else kind, unknown(kind, wanted, known)


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
        yield (*keys, "group"), "kind of group", patient.group, kinds
        yield from _each((*keys, "prefers"), "practitioner", patient.prefers, index.practitioners)
        yield from _each((*keys, "avoids"), "practitioner", patient.avoids, index.practitioners)
    yield from _of_services(index)
    yield from _of_cohorts(index)
    for place, series in enumerate(problem.series):
        keys = ("series", place)
        yield (*keys, "patient"), "patient", series.patient, index.patients
        yield (*keys, "service"), "service", series.service, index.services
        yield (*keys, "practitioner"), "practitioner", series.practitioner, index.practitioners
    for place, rule in enumerate(problem.same_day):
        yield from _each(("same_day", place, "services"), "service", rule.services, index.services)
    for place, booking in enumerate(problem.bookings):
        keys = ("bookings", place)
        yield (*keys, "series"), "series", booking.series, index.series
        yield (*keys, "lead"), "practitioner", booking.lead, index.practitioners
        yield (*keys, "second"), "practitioner", booking.second, index.practitioners
        yield (*keys, "room"), "room", booking.room, index.rooms


def _of_services(index: ProblemIndex) -> Iterator[Named]:
    disciplines = {name for each in index.problem.practitioners for name in each.disciplines}
    types = {room.type for room in index.problem.rooms}
    for place, service in enumerate(index.problem.services):
        keys: Keys = ("services", place)
        yield (*keys, "discipline"), "discipline that a practitioner has", service.discipline, disciplines
        if service.linked:
            found = service.linked.discipline
            yield (*keys, "linked", "discipline"), "discipline that a practitioner has", found, disciplines
        if not service.telehealth:
            yield (*keys, "room_type"), "type of a room", service.room_type, types


def _of_cohorts(index: ProblemIndex) -> Iterator[Named]:
    for place, cohort in enumerate(index.problem.cohorts):
        keys: Keys = ("cohorts", place)
        yield (*keys, "service"), "service", cohort.service, index.services
        yield (*keys, "lead"), "practitioner", cohort.lead, index.practitioners
        yield from _each((*keys, "members"), "patient", cohort.members, index.patients)
        if cohort.meets:
            yield (*keys, "meets", "lead"), "practitioner", cohort.meets.lead, index.practitioners
            yield (*keys, "meets", "room"), "room", cohort.meets.room, index.rooms


def _each(keys: Keys, kind: str, wanted: Iterable[str], known: Collection[str]) -> Iterator[Named]:
    for place, name in enumerate(wanted):
        yield (*keys, place), kind, name, known
