"""The meetings of a week: the template's, with substitutes and absences, and who is not served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Session, UnservedMember
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Bools, Grid
from allay.scheduling.solving.limits import due_weeks


@dataclass(frozen=True, slots=True)
class WeekMeetings:
    """What groups do in a week.

    Attributes
    ----------
    meetings : tuple of Meeting
    unserved : tuple of UnservedMember
        Members whose cohort cannot meet, and patients without a place.
    changed : bool
        Whether somebody or some room stands in for the usual one.
    """

    meetings: tuple[Meeting, ...]
    unserved: tuple[UnservedMember, ...]
    changed: bool


@dataclass(slots=True)
class Occupied:
    """Free slots of the days of a week, from which what is fixed has been taken: bool arrays.

    `practitioner[K, D, S]`, `patient[P, D, S]` and `room[R, D, S]` have the days of the week only.
    """

    practitioner: Bools
    patient: Bools
    room: Bools


def free_in(grid: Grid, week: int) -> Occupied:
    """Take the free slots of a week from the grid, as arrays of their own."""
    days = grid.days_of(week)
    return Occupied(
        grid.practitioner_free[:, days].copy(),
        grid.patient_free[:, days].copy(),
        grid.room_free[:, days].copy(),
    )


def bookings_in(grid: Grid, week: int) -> tuple[Session, ...]:
    """List the sessions that are booked in a week."""
    dates = {grid.days[day] for day in grid.days_of(week)}
    return tuple(each for each in booked_sessions(grid.problem) if each.start.date() in dates)


def occupy(grid: Grid, week: int, free: Occupied, sessions: Iterable[Session]) -> None:
    """Take the times of sessions of a week from what is free."""
    base = grid.days_of(week)[0] if grid.days_of(week) else 0
    series = {each.id: each for each in grid.problem.series}
    for session in sessions:
        day, slot = grid.place_of(session.start)
        service = grid.service[series[session.series].service]
        length = grid.length(service.id)
        taken = slice(slot, slot + length)
        free.practitioner[grid.practitioner_index[session.lead], day - base, taken] = False
        free.patient[grid.patient_index[series[session.series].patient], day - base, taken] = False
        if session.room is not None:
            free.room[grid.room_index[session.room], day - base, taken] = False
        if session.second is not None and service.linked and service.linked.presence != "general":
            held = length if service.linked.presence == "full" else 1
            free.practitioner[grid.practitioner_index[session.second], day - base, slot : slot + held] = False


def week_meetings(
    grid: Grid, week: int, template: Sequence[CohortPlace], free: Occupied, *, relaxed: bool = False
) -> WeekMeetings:
    """Hold the meetings of a template in a week, and take their times from what is free.

    Parameters
    ----------
    grid : Grid
    week : int
        From 0.
    template : sequence of CohortPlace
    free : Occupied
        Of that week, without what is booked; is changed.
    relaxed : bool
        Whether stand-ins keep their time, and meetings that might need the same stand-in are left out: never
        less than what is really free, as bounds need it.

    Returns
    -------
    WeekMeetings
        First those whose lead and room are there as usual; then, as the template lists them, those that need
        somebody or some room else. Time grows with cohorts times members.
    """
    usual: dict[str, Meeting] = {}
    others: list[tuple[CohortPlace, int, int]] = []
    base = grid.days_of(week)[0] if grid.days_of(week) else 0
    due = [(place, at) for place in template if (at := _day(grid, week, place)) is not None]
    for place, day in due:
        slot = _slot(grid, place)
        taken = slice(slot, slot + grid.length(_cohort(grid, place).service))
        lead, room = grid.practitioner_index[place.lead], grid.room_index[place.room]
        if free.practitioner[lead, day - base, taken].all() and free.room[room, day - base, taken].all():
            usual[place.cohort] = _hold(grid, place, day, base, free, lead, room)
        else:
            others.append((place, day, slot))
    unserved: list[UnservedMember] = []
    rivals = Counter(day for _, day, _ in others)
    for place, day, slot in others:
        stand_in = _stand_in(grid, place, day - base, slot, free)
        if stand_in is None:
            unserved += [UnservedMember(patient=one, cohort=place.cohort, week=week) for one in place.members]
        elif not relaxed:
            usual[place.cohort] = _hold(grid, place, day, base, free, *stand_in)
        elif rivals[day] == 1:
            kept = free.practitioner.copy(), free.room.copy()
            usual[place.cohort] = _hold(grid, place, day, base, free, *stand_in)
            free.practitioner, free.room = kept
    unserved += _without_place(grid, week, template)
    meetings = tuple(usual[place.cohort] for place, _ in due if place.cohort in usual)
    return WeekMeetings(meetings, tuple(unserved), bool(others))


def _cohort(grid: Grid, place: CohortPlace) -> Cohort:
    return grid.problem.cohorts[grid.cohort_index[place.cohort]]


def _slot(grid: Grid, place: CohortPlace) -> int:
    opening = grid.problem.opening
    minutes = (place.start.hour - opening.opens.hour) * 60 + place.start.minute - opening.opens.minute
    return minutes // opening.slot_minutes


def _day(grid: Grid, week: int, place: CohortPlace) -> int | None:
    cohort = _cohort(grid, place)
    for day in grid.days_of(week):
        date = grid.days[day]
        if WEEKDAYS[date.weekday()] == place.weekday:
            early = cohort.first is not None and date < cohort.first
            late = cohort.last is not None and date > cohort.last
            return None if early or late else day
    return None


def _hold(
    grid: Grid, place: CohortPlace, day: int, base: int, free: Occupied, lead: int, room: int
) -> Meeting:
    slot = _slot(grid, place)
    taken = slice(slot, slot + grid.length(_cohort(grid, place).service))
    free.practitioner[lead, day - base, taken] = False
    free.room[room, day - base, taken] = False
    absent = []
    for member in place.members:
        at = grid.patient_index[member]
        if free.patient[at, day - base, taken].all():
            free.patient[at, day - base, taken] = False
        else:
            absent.append(member)
    return Meeting(
        cohort=place.cohort,
        start=grid.time_of(day, slot),
        lead=grid.problem.practitioners[lead].id,
        room=grid.problem.rooms[room].id,
        absent=tuple(absent),
    )


def _stand_in(grid: Grid, place: CohortPlace, day: int, slot: int, free: Occupied) -> tuple[int, int] | None:
    """Lead and room of a meeting that cannot be held as usual: the usual one if there, else the first."""
    cohort = _cohort(grid, place)
    service = grid.service[cohort.service]
    taken = slice(slot, slot + grid.length(service.id))
    leads = [
        at
        for at, one in enumerate(grid.problem.practitioners)
        if service.discipline in one.disciplines
        and cohort.language in one.languages
        and free.practitioner[at, day, taken].all()
    ]
    rooms = [
        at
        for at, one in enumerate(grid.problem.rooms)
        if one.type == service.room_type and one.seats >= cohort.max_size and free.room[at, day, taken].all()
    ]
    lead, room = grid.practitioner_index[place.lead], grid.room_index[place.room]
    if not leads or not rooms:
        return None
    return lead if lead in leads else leads[0], room if room in rooms else rooms[0]


def _without_place(grid: Grid, week: int, template: Sequence[CohortPlace]) -> list[UnservedMember]:
    """Patients without a place of a kind they need, in a week in which some cohort of that kind is due.

    They need the kind they ask for, and those of the cohorts they are listed in; each counts.
    """
    problem = grid.problem
    kinds = {cohort.kind for cohort in problem.cohorts if week in due_weeks(grid, cohort)}
    needs: dict[str, list[str]] = {each.id: [each.group] if each.group else [] for each in problem.patients}
    for cohort in problem.cohorts:
        for member in cohort.members:
            needs[member].append(cohort.kind)
    placed = {(member, _cohort(grid, place).kind) for place in template for member in place.members}
    return [
        UnservedMember(patient=patient, week=week)
        for patient, wanted in needs.items()
        for kind in dict.fromkeys(wanted)
        if kind in kinds and (patient, kind) not in placed
    ]
