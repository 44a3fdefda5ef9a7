"""Meetings of a template, week by week, for the baselines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, UnservedMember
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.baselines.book import DayBook
from allay.scheduling.solving.limits import due_weeks, leads_of, meeting_days, rooms_of


@dataclass(frozen=True, slots=True)
class Met:
    """Meetings of a template, and the members that are not served by them (absences are in the meetings)."""

    meetings: tuple[Meeting, ...]
    unserved: tuple[UnservedMember, ...]


def meet(book: DayBook, template: Iterable[CohortPlace]) -> Met:
    """Let the cohorts of a template meet in every week in which they can, and take their time in the book.

    Where the usual lead or room is not there that day, the first substitute that is free takes its place.

    Parameters
    ----------
    book : DayBook
        Gets the meetings.
    template : iterable of CohortPlace

    Returns
    -------
    Met
        By week, those with the usual lead and room first. Time grows with weeks times members.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.book import day_book
    >>> from allay.scheduling.solving.baselines.template import simple_template
    >>> from allay.scheduling.solving.grid import grid_of
    >>> grid = grid_of(generate("a4", patients=20, seed=1))
    >>> met = meet(day_book(grid), simple_template(grid))
    >>> [meeting.start.isoformat() for meeting in met.meetings], len(met.unserved)
    (['2027-01-04T08:00:00', '2027-01-05T08:00:00'], 1)
    """
    places = tuple(template)
    cohorts = {cohort.id: cohort for cohort in book.grid.problem.cohorts}
    found: list[Meeting | UnservedMember] = []
    for day, place in _dates(book, places, cohorts):
        meeting = _meeting(book, cohorts[place.cohort], place, day)
        if meeting is None:
            week = int(book.grid.week_of[day])
            found += [
                UnservedMember(patient=member, cohort=place.cohort, week=week) for member in place.members
            ]
        else:
            book.put_meeting(meeting, place.members, cohorts[place.cohort].service)
            found.append(meeting)
    return Met(
        tuple(one for one in found if isinstance(one, Meeting)),
        tuple(one for one in found if isinstance(one, UnservedMember)) + tuple(_without_place(book, places)),
    )


def _dates(
    book: DayBook, places: tuple[CohortPlace, ...], cohorts: dict[str, Cohort]
) -> list[tuple[int, CohortPlace]]:
    """List the meetings of all weeks: in each those with the usual lead and room first."""
    dated = []
    for order, place in enumerate(places):
        cohort = cohorts[place.cohort]
        for day in meeting_days(book.grid, cohort, WEEKDAYS.index(place.weekday)):
            usual = all(one is not None for one in _usual(book, cohort, place, day))
            dated.append((int(book.grid.week_of[day]), not usual, order, day, place))
    return [(day, place) for _, _, _, day, place in sorted(dated, key=lambda one: one[:3])]


def _usual(book: DayBook, cohort: Cohort, place: CohortPlace, day: int) -> tuple[int | None, int | None]:
    """Usual lead and usual room, where their calendars say that they are there."""
    grid = book.grid
    lead, room = grid.practitioner_index[place.lead], grid.room_index[place.room]
    span = _span(book, cohort, place, day)
    return (
        lead if grid.practitioner_free[lead, day, span].all() else None,
        room if grid.room_free[room, day, span].all() else None,
    )


def _span(book: DayBook, cohort: Cohort, place: CohortPlace, day: int) -> slice:
    start = dt.datetime.combine(book.grid.days[day], place.start)
    return book.slots_of(start, book.grid.service[cohort.service].minutes)[1]


def _meeting(book: DayBook, cohort: Cohort, place: CohortPlace, day: int) -> Meeting | None:
    grid = book.grid
    span = _span(book, cohort, place, day)
    usual_lead, usual_room = _usual(book, cohort, place, day)
    anybody = cohort.model_copy(update={"lead": None, "meets": None})
    leads = leads_of(grid, anybody) if usual_lead is None else (usual_lead,)
    rooms = rooms_of(grid, anybody) if usual_room is None else (usual_room,)
    lead = next((one for one in leads if book.practitioner[one, day, span].all()), None)
    room = next((one for one in rooms if book.room[one, day, span].all()), None)
    if lead is None or room is None:
        return None
    return Meeting(
        cohort=cohort.id,
        start=dt.datetime.combine(grid.days[day], place.start),
        lead=grid.problem.practitioners[lead].id,
        room=grid.problem.rooms[room].id,
        absent=tuple(
            member
            for member in place.members
            if not book.patient[grid.patient_index[member], day, span].all()
        ),
    )


def _without_place(book: DayBook, places: tuple[CohortPlace, ...]) -> Iterator[UnservedMember]:
    """Patients who have no place in a group they need, for each week in which one of its kind is due."""
    problem = book.grid.problem
    kinds = {cohort.id: cohort.kind for cohort in problem.cohorts}
    weeks: dict[str, set[int]] = {}
    needs: dict[str, list[str]] = {one.id: [one.group] if one.group else [] for one in problem.patients}
    for cohort in problem.cohorts:
        weeks.setdefault(cohort.kind, set()).update(due_weeks(book.grid, cohort))
        for member in cohort.members:
            needs[member].append(cohort.kind)
    placed = {(member, kinds[place.cohort]) for place in places for member in place.members}
    for patient, wanted in needs.items():
        for kind in dict.fromkeys(wanted):
            if (patient, kind) not in placed:
                for week in sorted(weeks.get(kind, ())):
                    yield UnservedMember(patient=patient, week=week)
