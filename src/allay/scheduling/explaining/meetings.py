"""Meetings of a cohort that could be: each time, lead and room, with the tags that stand in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from allay.scheduling.explaining.floor import FIXED, Floor
from allay.scheduling.explaining.own import ANYTHING, own_of, pairs
from allay.scheduling.explaining.tags import RULE
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.seats import most_members
from allay.scheduling.problem.times import WEEKDAYS


@dataclass(frozen=True, slots=True)
class MeetingSpot:
    """When a cohort could meet in a week, with whom, in which room, and the tags in the way.

    Attributes
    ----------
    cohort : Cohort
    day, slot : int
    lead, room : str or None
        None when there is nobody, or no room of the type.
    tags : frozenset of str
    members : int
        How many could belong to it.
    """

    cohort: Cohort
    day: int
    slot: int
    lead: str | None
    room: str | None
    tags: frozenset[str]
    members: int


def meeting_spots(floor: Floor, cohort: Cohort, week: int, place: CohortPlace | None) -> list[MeetingSpot]:
    """List the times, leads and rooms of a cohort in a week.

    Parameters
    ----------
    floor : Floor
    cohort : Cohort
    week : int
    place : CohortPlace or None
        Of the template: then only at its time, with whoever is there; without it at any time.

    Returns
    -------
    list of MeetingSpot
        In order of time. Grows with open times, leads and rooms of the type.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> floor = floor_of(problem, plan)
    >>> place = plan.template[0]
    >>> cohort = next(each for each in problem.cohorts if each.id == place.cohort)
    >>> spot = meeting_spots(floor, cohort, 0, place)[0]
    >>> spot.lead == place.lead, sorted(spot.tags)
    (True, ['lead_busy', 'room_busy'])
    """
    found = []
    for day, slot in _times(floor, cohort, week, place):
        members = _members(floor, cohort, day, slot) if place is None else len(place.members)
        small = {"too_small"} if cohort.meets is None and members < cohort.min_size else set()
        for lead, of_lead in _leads(floor, cohort, day, slot, place):
            for room, of_room in _rooms(floor, cohort, day, slot, place):
                tags = frozenset(small | of_lead | of_room)
                found.append(MeetingSpot(cohort, day, slot, lead, room, tags, members))
    return found


def attending(floor: Floor, patient: Patient, cohort: Cohort, day: int, slot: int) -> set[str]:
    """Tags in the way of a patient who would attend a meeting; own sessions at its time would move.

    Returns
    -------
    set of str
        Of calendar, booked visits, language, same-day rules that forbid, and trips.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> floor = floor_of(problem, plan)
    >>> attending(floor, floor.patient("p008"), problem.cohorts[0], 0, 0) - {"member_busy"}
    {'member_language'}
    """
    grid = floor.grid
    during = slice(slot, slot + grid.length(cohort.service))
    found: set[str] = set()
    if not grid.patient_free[grid.patient_index[patient.id], day, during].all():
        found.add("member_hours")
    taken = floor.patients.get(patient.id)
    if taken is not None and (taken[day, during] == FIXED).any():
        found.add("member_busy")
    if not patient.interpreter and patient.language != cohort.language:
        found.add("member_language")
    own = own_of(floor, patient.id, worth=ANYTHING, soft=False)
    received = own.services.get(day, Counter())
    found |= {RULE + rule.id for rule in own.rules if pairs(rule, received, cohort.service)}
    week = {other for other in own.on_site if grid.week_of[other] == grid.week_of[day]}
    if patient.most_trips is not None and day not in week and len(week) >= patient.most_trips:
        found.add("most_trips")
    return found


def full(floor: Floor, cohort: Cohort, place: CohortPlace) -> set[str]:
    """Tags in the way of one more member of a cohort: its places, and the seats of its room.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> floor = floor_of(problem, plan)
    >>> place = plan.template[0]
    >>> cohort = next(each for each in problem.cohorts if each.id == place.cohort)
    >>> full(floor, cohort, place), len(place.members) < cohort.max_size
    (set(), True)
    """
    if len(place.members) < most_members(cohort):
        return set()
    room = floor.problem.rooms[floor.grid.room_index[place.room]]
    return {"full"} | ({"room_small"} if room.seats < cohort.max_size + 1 else set())


def _times(floor: Floor, cohort: Cohort, week: int, place: CohortPlace | None) -> Iterator[tuple[int, int]]:
    grid, length = floor.grid, floor.grid.length(cohort.service)
    fixed = place or cohort.meets
    for day in grid.days_of(week):
        date = grid.days[day]
        if (cohort.first and date < cohort.first) or (cohort.last and date > cohort.last):
            continue
        if fixed is None:
            yield from ((day, slot) for slot in range(grid.slots - length + 1))
        elif WEEKDAYS[date.weekday()] == fixed.weekday:
            for slot in range(grid.slots - length + 1):
                if grid.time_of(day, slot).time() == fixed.start:
                    yield day, slot


def _members(floor: Floor, cohort: Cohort, day: int, slot: int) -> int:
    """Patients who ask for the kind, have no place elsewhere and could attend."""
    elsewhere = {member for name, members in floor.members.items() if name != cohort.id for member in members}
    able = [
        patient
        for patient in floor.problem.patients
        if (patient.group == cohort.kind or patient.id in cohort.members)
        and patient.id not in elsewhere
        and not attending(floor, patient, cohort, day, slot) & {"member_hours", "member_language"}
    ]
    return len(able)


def _leads(
    floor: Floor, cohort: Cohort, day: int, slot: int, place: CohortPlace | None
) -> list[tuple[str | None, set[str]]]:
    grid = floor.grid
    service = grid.service[cohort.service]
    during = slice(slot, slot + grid.length(cohort.service))
    usual = place.lead if place else cohort.meets.lead if cohort.meets else cohort.lead
    found: list[tuple[str | None, set[str]]] = []
    for at, practitioner in enumerate(floor.problem.practitioners):
        if service.discipline not in practitioner.disciplines:
            continue
        tags = set()
        if not grid.practitioner_free[at, day, during].all():
            tags.add("lead_hours")
        if (floor.practitioners[at, day, during] != 0).any():
            tags.add("lead_busy")
        if cohort.language not in practitioner.languages:
            tags.add("lead_language")
        if place is None and usual not in (None, practitioner.id):
            tags.add("lead_fixed")
        found.append((practitioner.id, tags))
    found.sort(key=lambda pair: pair[0] != usual)
    return found or [(None, {"no_lead"})]


def _rooms(
    floor: Floor, cohort: Cohort, day: int, slot: int, place: CohortPlace | None
) -> list[tuple[str | None, set[str]]]:
    grid = floor.grid
    wanted = grid.service[cohort.service].room_type
    during = slice(slot, slot + grid.length(cohort.service))
    usual = place.room if place else cohort.meets.room if cohort.meets else None
    found: list[tuple[str | None, set[str]]] = []
    for at, room in enumerate(floor.problem.rooms):
        if room.type != wanted:
            continue
        tags = {"room_small"} if room.seats < cohort.max_size else set()
        if not grid.room_free[at, day, during].all():
            tags.add("room_hours")
        if (floor.rooms[at, day, during] != 0).any():
            tags.add("room_busy")
        found.append((room.id, tags))
    found.sort(key=lambda pair: pair[0] != usual)
    return found or [(None, {"no_room"})]
