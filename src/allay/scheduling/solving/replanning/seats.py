"""Seats in a re-plan: members stay, those who left are out, free seats go to patients without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Plan
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.seats import most_members
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import booked_sessions, week_of
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.limits import may_join, meeting_days
from allay.scheduling.solving.score import applies
from allay.scheduling.solving.week.task import broken


@dataclass(frozen=True, slots=True)
class ReplanSeats:
    """Who belongs to which cohort; `closed` had a place and are too small.

    `given` says that seats were given, or a cohort closed.
    """

    template: tuple[CohortPlace, ...]
    closed: tuple[str, ...]
    given: bool


def seats_now(grid: Grid, before: Plan, since: dt.date) -> ReplanSeats:
    """Keep members of the plan before, and give free seats to patients of the problem without one.

    A seat is given where the patient can come to at least one meeting from `since` on, and would not have
    been at one before: the past stays as it was. Whoever the problem lists as a member gets the seat first;
    others have none with a lead whom they avoid. In a problem that has not changed no seats are given. A
    cohort that runs already (`meets`) goes on with whoever is left.
    """
    cohorts = {one.id: one for one in grid.problem.cohorts}
    places = [place for place in before.template if place.cohort in cohorts]
    listed = {(name, one.kind): one.id for one in grid.problem.cohorts for name in one.members}
    members: dict[str, list[str]] = {}
    for place in places:
        cohort = cohorts[place.cohort]
        stay = [name for name in place.members if _stays(grid, cohort, place.lead, name, listed)]
        members[cohort.id] = stay + [name for name in cohort.members if name not in stay]
    same = before.problem_digest == grid.problem.digest()
    given = False if same else _give(grid, before, since, places, members)
    least = {one.id: one.min_size if one.meets is None else 1 for one in cohorts.values()}
    small = [one for one in members if len(members[one]) < least[one]]
    return ReplanSeats(
        tuple(
            place.model_copy(update={"members": tuple(members[place.cohort])})
            for place in places
            if place.cohort not in small
        ),
        tuple(small),
        given or bool(small),
    )


def _stays(grid: Grid, cohort: Cohort, lead: str, name: str, listed: dict[tuple[str, str], str]) -> bool:
    if name not in grid.patient_index:
        return False
    home = listed.get((name, cohort.kind))
    if home is not None:
        return home == cohort.id
    patient = grid.problem.patients[grid.patient_index[name]]
    return may_join(cohort, patient) and lead not in patient.avoids


def _give(
    grid: Grid, before: Plan, since: dt.date, places: Sequence[CohortPlace], members: dict[str, list[str]]
) -> bool:
    cohorts = {one.id: one for one in grid.problem.cohorts}
    given = False
    for patient in grid.problem.patients:
        mine = [place for place in places if patient.id in members[place.cohort]]
        if patient.group is None or any(cohorts[place.cohort].kind == patient.group for place in mine):
            continue
        engaged = _Engaged.of(grid, patient, [(cohorts[place.cohort], place) for place in mine])
        best: tuple[int, int, str] | None = None
        for place in places:
            cohort = cohorts[place.cohort]
            seats = most_members(cohort) - len(members[cohort.id])
            if seats < 1 or not may_join(cohort, patient) or place.lead in patient.avoids:
                continue
            past = {one.start.date() for one in before.meetings if one.cohort == cohort.id}
            times = engaged.times(cohort, place, since, past)
            if times and (best is None or (times, seats) > best[:2]):
                best = times, seats, cohort.id
        if best is not None:
            members[best[2]].append(patient.id)
            given = True
    return given


def _starts(grid: Grid, cohort: Cohort, place: CohortPlace) -> Iterator[dt.datetime]:
    for day in meeting_days(grid, cohort, WEEKDAYS.index(place.weekday)):
        yield dt.datetime.combine(grid.days[day], place.start)


@dataclass(frozen=True, slots=True)
class _Engaged:
    """What a patient has for certain: bookings, and meetings of other groups."""

    grid: Grid
    patient: Patient
    items: tuple[tuple[dt.datetime, str, bool], ...]

    @classmethod
    def of(cls, grid: Grid, patient: Patient, groups: Sequence[tuple[Cohort, CohortPlace]]) -> _Engaged:
        series = {one.id: one for one in grid.problem.series if one.patient == patient.id}
        bookings = [
            (one.start, series[one.series].service, one.mode == "onsite")
            for one in booked_sessions(grid.problem)
            if one.series in series
        ]
        meetings = [
            (start, cohort.service, True)
            for cohort, place in groups
            for start in _starts(grid, cohort, place)
        ]
        return cls(grid, patient, (*bookings, *meetings))

    def times(self, cohort: Cohort, place: CohortPlace, since: dt.date, past: Collection[dt.date]) -> int:
        """To how many meetings the patient can come; 0 where that is against something that stays."""
        times = 0
        for start in _starts(self.grid, cohort, place):
            free = self._free(start, cohort)
            if start.date() < since:
                if free and start.date() in past:
                    return 0
            elif free:
                if self._forbidden(start, cohort) or self._too_many(start):
                    return 0
                times += 1
        return times

    def _free(self, start: dt.datetime, cohort: Cohort) -> bool:
        grid = self.grid
        day, slot = grid.place_of(start)
        slots = slice(slot, slot + grid.length(cohort.service))
        there = grid.patient_free[grid.patient_index[self.patient.id], day, slots].all()
        return bool(there) and not any(
            begins.date() == start.date()
            and grid.place_of(begins)[1] < slots.stop
            and slots.start < grid.place_of(begins)[1] + grid.length(service)
            for begins, service, _ in self.items
        )

    def _forbidden(self, start: dt.datetime, cohort: Cohort) -> bool:
        services = [service for begins, service, _ in self.items if begins.date() == start.date()]
        return any(
            rule.effect == "forbidden"
            and applies(rule, self.patient)
            and broken(rule, (*services, cohort.service))
            for rule in self.grid.problem.same_day
        )

    def _too_many(self, start: dt.datetime) -> bool:
        if self.patient.most_trips is None:
            return False
        problem = self.grid.problem
        week = week_of(problem, start.date())
        days = {one.date() for one, _, on_site in self.items if on_site}
        days = {day for day in days if week_of(problem, day) == week}
        return len(days | {start.date()}) > self.patient.most_trips
