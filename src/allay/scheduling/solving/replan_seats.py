"""Seats in a re-plan: members stay, those who left are out, free seats go to patients without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Plan, Session
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.seats import most_members
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.limits import may_join, meeting_days
from allay.scheduling.solving.score import applies
from allay.scheduling.solving.week_task import broken


@dataclass(frozen=True, slots=True)
class Seats:
    """Who belongs to which cohort; `closed` had a place and are too small; `chosen`: a seat was given."""

    template: tuple[CohortPlace, ...]
    closed: tuple[str, ...]
    chosen: bool


def seats_now(grid: Grid, before: Plan, since: dt.date) -> Seats:
    """Keep members of the plan before, and give free seats to patients of the problem without one.

    A seat is given where the patient can come to at least one meeting from `since` on, and would not have
    been at one before: the past stays as it was. Whoever the problem lists as a member gets the seat first.
    """
    cohorts = {one.id: one for one in grid.problem.cohorts}
    places = [place for place in before.template if place.cohort in cohorts]
    listed = {(name, one.kind): one.id for one in grid.problem.cohorts for name in one.members}
    members: dict[str, list[str]] = {}
    for place in places:
        cohort = cohorts[place.cohort]
        stay = [name for name in place.members if _stays(grid, cohort, name, listed)]
        members[cohort.id] = stay + [name for name in cohort.members if name not in stay]
    given = _give(grid, before, since, places, members)
    small = [one for one in members if len(members[one]) < cohorts[one].min_size]
    return Seats(
        tuple(
            place.model_copy(update={"members": tuple(members[place.cohort])})
            for place in places
            if place.cohort not in small
        ),
        tuple(small),
        given or bool(small),
    )


def _stays(grid: Grid, cohort: Cohort, name: str, listed: dict[tuple[str, str], str]) -> bool:
    if name not in grid.patient_index:
        return False
    home = listed.get((name, cohort.kind))
    if home is not None:
        return home == cohort.id
    return may_join(cohort, grid.problem.patients[grid.patient_index[name]])


def _give(
    grid: Grid, before: Plan, since: dt.date, places: Sequence[CohortPlace], members: dict[str, list[str]]
) -> bool:
    cohorts = {one.id: one for one in grid.problem.cohorts}
    bookings = booked_sessions(grid.problem)
    given = False
    for patient in grid.problem.patients:
        if patient.group is None or any(
            patient.id in members[place.cohort] and cohorts[place.cohort].kind == patient.group
            for place in places
        ):
            continue
        best: tuple[int, int, str] | None = None
        for place in places:
            cohort = cohorts[place.cohort]
            seats = most_members(cohort) - len(members[cohort.id])
            if seats < 1 or not may_join(cohort, patient):
                continue
            times = _times(grid, before, since, patient, cohort, place, bookings)
            if times and (best is None or (times, seats) > best[:2]):
                best = times, seats, cohort.id
        if best is not None:
            members[best[2]].append(patient.id)
            given = True
    return given


def _times(
    grid: Grid,
    before: Plan,
    since: dt.date,
    patient: Patient,
    cohort: Cohort,
    place: CohortPlace,
    bookings: Sequence[Session],
) -> int:
    """To how many meetings somebody can come; 0 where that is against something that stays."""
    times = 0
    past = {one.start.date() for one in before.meetings if one.cohort == cohort.id}
    for start in _starts(grid, cohort, place):
        day, slot = grid.place_of(start)
        slots = slice(slot, slot + grid.length(cohort.service))
        there = bool(grid.patient_free[grid.patient_index[patient.id], day, slots].all())
        own = [one for one in bookings if _patient(grid, one) == patient.id]
        today = [one for one in own if one.start.date() == start.date()]
        free = there and not any(_overlap(grid, one, slots) for one in today)
        if start.date() < since:
            if free and start.date() in past:
                return 0
            continue
        if free and (_forbidden(grid, patient, cohort, today) or _too_many(grid, patient, start, own)):
            return 0
        times += free
    return times


def _starts(grid: Grid, cohort: Cohort, place: CohortPlace) -> Iterator[dt.datetime]:
    for day in meeting_days(grid, cohort, WEEKDAYS.index(place.weekday)):
        yield dt.datetime.combine(grid.days[day], place.start)


def _patient(grid: Grid, session: Session) -> str:
    return grid.problem.series[grid.series_index[session.series]].patient


def _overlap(grid: Grid, session: Session, slots: slice) -> bool:
    begins = grid.place_of(session.start)[1]
    service = grid.problem.series[grid.series_index[session.series]].service
    return bool(begins < slots.stop and slots.start < begins + grid.length(service))


def _forbidden(grid: Grid, patient: Patient, cohort: Cohort, today: Sequence[Session]) -> bool:
    services = [grid.problem.series[grid.series_index[one.series]].service for one in today]
    return any(
        rule.effect == "forbidden" and applies(rule, patient) and broken(rule, (*services, cohort.service))
        for rule in grid.problem.same_day
    )


def _too_many(grid: Grid, patient: Patient, start: dt.datetime, own: Sequence[Session]) -> bool:
    if patient.most_trips is None:
        return False
    week = grid.week_of[grid.place_of(start)[0]]
    days = {one.start.date() for one in own if one.mode == "onsite"}
    days = {day for day in days if grid.week_of[grid.days.index(day)] == week}
    return len(days | {start.date()}) > patient.most_trips
