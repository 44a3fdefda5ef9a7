"""The meetings of a week: the template's, with substitutes and absences, and who is not served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Session, UnservedMember
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Bools, Grid
from allay.scheduling.solving.limits import due_weeks, rooms_of, speaks
from allay.scheduling.solving.week.presence import Presence, there


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
    perhaps : frozenset of (patient, date)
        For a bound: who attends a meeting on that day or is not served by it; either costs something.
    """

    meetings: tuple[Meeting, ...]
    unserved: tuple[UnservedMember, ...]
    changed: bool
    perhaps: frozenset[tuple[str, dt.date]] = frozenset()


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
    grid: Grid,
    week: int,
    template: Sequence[CohortPlace],
    free: Occupied,
    *,
    relaxed: bool = False,
    held: bool = True,
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
        For a bound: meetings that need somebody or some room else are not held, as a plan may hold or leave
        them; what they cost at least is in `perhaps` and `unserved`.
    held : bool
        For a bound: whether the others are held, or may be left out as well.

    Returns
    -------
    WeekMeetings
        First those whose lead and room are there as usual; then, as the template lists them, those that need
        somebody or some room else. Time grows with cohorts times members.
    """
    hall = _Hall(grid, week, free, Presence(grid))
    hall.presence.book(bookings_in(grid, week))
    due = [(place, at) for place in template if (at := _day(grid, week, place)) is not None]
    sure = [(place, day) for place, day in due if held and hall.usual(place, day)]
    if relaxed:
        # Of two that exclude each other, a plan may hold either.
        sure = [one for one in sure if not any(_exclude(grid, one, other) for other in sure)]
    met = {
        place.cohort: hall.hold(place, day, place.lead, place.room)
        for place, day in sure
        if hall.usual(place, day)  # still, after those before
    }
    usual = set(met)
    unserved: list[UnservedMember] = []
    perhaps: set[tuple[str, dt.date]] = set()
    for place, day in due:
        if place.cohort in met:
            continue
        pair = hall.pair(place, day, strangers=relaxed)
        if pair is not None and not relaxed:
            met[place.cohort] = hall.hold(place, day, *pair)
            continue
        coming = set(hall.coming(place, day)) if pair is not None else set()
        perhaps |= {(member, grid.days[day]) for member in coming}
        unserved += [
            UnservedMember(patient=one, cohort=place.cohort, week=week)
            for one in place.members
            if one not in coming
        ]
    unserved += _without_place(grid, week, template)
    meetings = tuple(met[place.cohort] for place, _ in due if place.cohort in met)
    return WeekMeetings(meetings, tuple(unserved), len(usual) < len(due), frozenset(perhaps))


def _exclude(grid: Grid, one: tuple[CohortPlace, int], other: tuple[CohortPlace, int]) -> bool:
    """Whether two meetings of one day have the same lead or room at one time."""
    same = one[0].lead == other[0].lead or one[0].room == other[0].room
    if one[0].cohort == other[0].cohort or one[1] != other[1] or not same:
        return False
    (start, end), (begins, ends) = _span(grid, *one), _span(grid, *other)
    return start < ends and begins < end


def _span(grid: Grid, place: CohortPlace, day: int) -> tuple[dt.datetime, dt.datetime]:
    start = dt.datetime.combine(grid.days[day], place.start)
    return start, start + dt.timedelta(minutes=grid.service[_cohort(grid, place).service].minutes)


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


@dataclass(slots=True)
class _Hall:
    """Meetings of a week, one after the other."""

    grid: Grid
    week: int
    free: Occupied
    presence: Presence

    def usual(self, place: CohortPlace, day: int) -> bool:
        """Whether the usual lead and room are there, and nothing is booked with them."""
        lead, room, span = self._lead(place), self._room(place), _span(self.grid, place, day)
        return self.presence.free(lead, span) and self.presence.free(room, span)

    def pair(self, place: CohortPlace, day: int, *, strangers: bool) -> tuple[str, str] | None:
        """Lead and room of a meeting: the usual ones if they are there, else somebody and some room else.

        Who speaks the cohort's language stands in first; with `strangers` whoever has the discipline may,
        else whoever speaks that of each member with whom no interpreter will do.
        """
        problem, cohort, span = self.grid.problem, _cohort(self.grid, place), _span(self.grid, place, day)
        service = self.grid.service[cohort.service]
        members = [problem.patients[self.grid.patient_index[one]] for one in place.members]
        leads = [self._lead(place)]
        if not there(leads[0], span):
            able = [one for one in problem.practitioners if service.discipline in one.disciplines]
            able = [one for one in able if strangers or all(speaks(one, each) for each in members)]
            leads = sorted(able, key=lambda one: cohort.language not in one.languages)
        rooms = [self._room(place)]
        if not there(rooms[0], span):
            rooms = [
                problem.rooms[at] for at in rooms_of(self.grid, cohort.model_copy(update={"meets": None}))
            ]
        lead = next((one for one in leads if self.presence.free(one, span)), None)
        room = next((one for one in rooms if self.presence.free(one, span)), None)
        return None if lead is None or room is None else (lead.id, room.id)

    def coming(self, place: CohortPlace, day: int) -> list[str]:
        """Members who can come."""
        patients, index = self.grid.problem.patients, self.grid.patient_index
        span = _span(self.grid, place, day)
        return [one for one in place.members if self.presence.free(patients[index[one]], span)]

    def hold(self, place: CohortPlace, day: int, lead: str, room: str) -> Meeting:
        """Hold a meeting, and take its time."""
        grid, span, slot = self.grid, _span(self.grid, place, day), _slot(self.grid, place)
        coming = self.coming(place, day)
        at = day - grid.days_of(self.week)[0]
        taken = slice(slot, slot + grid.length(_cohort(grid, place).service))
        self.free.practitioner[grid.practitioner_index[lead], at, taken] = False
        self.free.room[grid.room_index[room], at, taken] = False
        self.presence.take(Practitioner, lead, span)
        self.presence.take(Room, room, span)
        for member in coming:
            self.free.patient[grid.patient_index[member], at, taken] = False
            self.presence.take(Patient, member, span)
        absent = tuple(one for one in place.members if one not in coming)
        return Meeting(cohort=place.cohort, start=span[0], lead=lead, room=room, absent=absent)

    def _lead(self, place: CohortPlace) -> Practitioner:
        return self.grid.problem.practitioners[self.grid.practitioner_index[place.lead]]

    def _room(self, place: CohortPlace) -> Room:
        return self.grid.problem.rooms[self.grid.room_index[place.room]]


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
