"""Groups in a re-plan: the template stays, free seats are given, and each meeting is held by whom it can."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allay.base.errors import InvalidInput, Problem
from allay.scheduling.plan.plan import CohortPlace, Meeting, Plan, Session, UnservedMember
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.limits import due_weeks, leads_of, meeting_days, rooms_of
from allay.scheduling.solving.replanning.seats import seats_now
from allay.scheduling.solving.week.meetings import Occupied, bookings_in, free_in, occupy


@dataclass(frozen=True, slots=True)
class ReplanGroups:
    """Groups after a re-plan.

    Attributes
    ----------
    template : tuple of CohortPlace
    held : mapping of int to tuple of CohortPlace
        For each week the places whose cohorts meet, with the lead and the room of that week.
    closed : tuple of str
        Cohorts that had a place and are too small now.
    seated : bool
        Whether seats were given, or a cohort closed.
    chosen : bool
        Whether more than one could stand in for a lead.
    disturbed : bool
        Whether one was chosen who has patients at that time.
    """

    template: tuple[CohortPlace, ...]
    held: Mapping[int, tuple[CohortPlace, ...]]
    closed: tuple[str, ...]
    seated: bool
    chosen: bool
    disturbed: bool


def groups_now(grid: Grid, before: Plan, since: dt.date, *, name: str) -> ReplanGroups:
    """Say who belongs to which cohort, and who leads each meeting where.

    A meeting keeps its lead and room where the problem lets it; otherwise the stand-in is taken whose own
    patients are concerned least.

    Parameters
    ----------
    grid : Grid
        Of the problem as it is now.
    before : Plan
        One that `check_before` accepts.
    since : datetime.date
        Meetings before it stay as they were.
    name : str
        What messages call the plan.

    Raises
    ------
    InvalidInput
        A meeting before `since` that the problem now does not allow.
    """
    seats = seats_now(grid, before, since)
    known = {(one.cohort, week_of(grid.problem, one.start.date())): one for one in before.meetings}
    places = {id(one): at for at, one in enumerate(before.meetings)}
    held: dict[int, tuple[CohortPlace, ...]] = {}
    chosen = disturbed = False
    same = before.problem_digest == grid.problem.digest()
    for week in range(grid.problem.opening.weeks):
        free = free_in(grid, week)
        occupy(grid, week, free, bookings_in(grid, week))
        hall = _Hall(grid, week, free, tuple(before.sessions))
        found: dict[str, CohortPlace] = {}
        for day, place in hall.in_turn(seats.template):
            was = known.get((place.cohort, week))
            past = grid.days[day] < since
            if was is None and (past or same):
                continue
            pair = hall.taken(place, day, was, past=past)
            if pair is not None:
                found[place.cohort] = place.model_copy(update={"lead": pair[0], "room": pair[1]})
            elif past and was is not None:
                at = f"/meetings/{places[id(was)]}"
                expected = f"what the problem still allows, as it is before {since}"
                text = f"{was.cohort} with {was.lead} in {was.room}, who cannot be there"
                raise InvalidInput(Problem(name, at, "lead", expected, text))
        held[week] = tuple(found[place.cohort] for place in seats.template if place.cohort in found)
        chosen |= hall.chosen
        disturbed |= hall.disturbed
    return ReplanGroups(seats.template, held, seats.closed, seats.given, chosen, disturbed)


@dataclass(slots=True)
class _Hall:
    """Leads and rooms of a week's meetings, one after the other."""

    grid: Grid
    week: int
    free: Occupied
    sessions: tuple[Session, ...]
    chosen: bool = False
    disturbed: bool = False

    def in_turn(self, template: Sequence[CohortPlace]) -> list[tuple[int, CohortPlace]]:
        """Meetings of the week: first those whose usual lead and room are there."""
        found = []
        for order, place in enumerate(template):
            cohort = self._cohort(place)
            for day in meeting_days(self.grid, cohort, WEEKDAYS.index(place.weekday)):
                if self.grid.week_of[day] == self.week:
                    usual = self._usual_lead(place, day) and self._usual_room(place, day)
                    found.append((not usual, order, day, place))
        return [(day, place) for _, _, day, place in sorted(found, key=lambda one: one[:2])]

    def taken(
        self, place: CohortPlace, day: int, was: Meeting | None, *, past: bool
    ) -> tuple[str, str] | None:
        """Lead and room of a meeting, taken from what is free; None when it cannot be held."""
        grid, cohort = self.grid, self._cohort(place)
        base, slots = grid.days_of(self.week)[0], self._slots(place)
        anybody = cohort.model_copy(update={"lead": None, "meets": None})
        leads: Iterable[int] = (grid.practitioner_index[place.lead],)
        if not self._usual_lead(place, day):
            leads = leads_of(grid, anybody)
        rooms: Iterable[int] = (grid.room_index[place.room],)
        if not self._usual_room(place, day):
            rooms = rooms_of(grid, anybody)
        able = [one for one in leads if self.free.practitioner[one, day - base, slots].all()]
        open_ = [one for one in rooms if self.free.room[one, day - base, slots].all()]
        if past and was is not None:
            able = [one for one in able if grid.problem.practitioners[one].id == was.lead]
            open_ = [one for one in open_ if grid.problem.rooms[one].id == was.room]
        if not able or not open_:
            return None
        self.chosen |= len(able) > 1
        lead = min(able, key=lambda one: (self._changes(one, was), self._concerned(one, day, place), one))
        self.disturbed |= len(able) > 1 and self._concerned(lead, day, place) > 0
        room = min(open_, key=lambda one: (was is None or grid.problem.rooms[one].id != was.room, one))
        self.free.practitioner[lead, day - base, slots] = False
        self.free.room[room, day - base, slots] = False
        return grid.problem.practitioners[lead].id, grid.problem.rooms[room].id

    def _cohort(self, place: CohortPlace) -> Cohort:
        return self.grid.problem.cohorts[self.grid.cohort_index[place.cohort]]

    def _slots(self, place: CohortPlace) -> slice:
        start = dt.datetime.combine(self.grid.days[0], place.start)
        slot = self.grid.place_of(start)[1]
        return slice(slot, slot + self.grid.length(self._cohort(place).service))

    def _usual_lead(self, place: CohortPlace, day: int) -> bool:
        at = self.grid.practitioner_index[place.lead]
        return bool(self.grid.practitioner_free[at, day, self._slots(place)].all())

    def _usual_room(self, place: CohortPlace, day: int) -> bool:
        return bool(self.grid.room_free[self.grid.room_index[place.room], day, self._slots(place)].all())

    def _changes(self, lead: int, was: Meeting | None) -> bool:
        return was is None or self.grid.problem.practitioners[lead].id != was.lead

    def _concerned(self, lead: int, day: int, place: CohortPlace) -> int:
        """How many patients have something with somebody during a meeting."""
        grid, name = self.grid, self.grid.problem.practitioners[lead].id
        slots, count = self._slots(place), set()
        for one in self.sessions:
            if name not in (one.lead, one.second) or one.start.date() != grid.days[day]:
                continue
            if one.series not in grid.series_index:
                continue
            series = grid.problem.series[grid.series_index[one.series]]
            begins = grid.place_of(one.start)[1]
            if begins < slots.stop and slots.start < begins + grid.length(series.service):
                count.add(series.patient)
        return len(count)


def unserved_members(
    grid: Grid, template: Sequence[CohortPlace], meetings: Iterable[Meeting]
) -> tuple[UnservedMember, ...]:
    """List members of cohorts that do not meet in a week in which they are due, and patients without a place.

    Examples
    --------
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=({"id": "a", "group": "pain"},), cohorts=({"id": "c", "kind": "pain", "service": "g"},))
    >>> unserved_members(grid_of(problem), (), ())
    (UnservedMember(patient='a', cohort=None, week=0),)
    """
    problem = grid.problem
    met = {(one.cohort, week_of(problem, one.start.date())) for one in meetings}
    cohorts = {one.id: one for one in problem.cohorts}
    found: list[UnservedMember] = []
    for place in template:
        for day in meeting_days(grid, cohorts[place.cohort], WEEKDAYS.index(place.weekday)):
            week = int(grid.week_of[day])
            if (place.cohort, week) not in met:
                found += [
                    UnservedMember(patient=one, cohort=place.cohort, week=week) for one in place.members
                ]
    weeks: dict[str, set[int]] = defaultdict(set)
    wanted: dict[str, list[str]] = {one.id: [one.group] if one.group else [] for one in problem.patients}
    for cohort in problem.cohorts:
        weeks[cohort.kind].update(due_weeks(grid, cohort))
        for member in cohort.members:
            wanted[member].append(cohort.kind)
    seated = {(member, cohorts[place.cohort].kind) for place in template for member in place.members}
    for patient, kinds in wanted.items():
        for kind in dict.fromkeys(kinds):
            if (patient, kind) not in seated:
                found += [UnservedMember(patient=patient, week=week) for week in sorted(weeks[kind])]
    return tuple(found)
