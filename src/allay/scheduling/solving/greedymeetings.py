"""Meetings of a template, week by week, for the baselines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, UnservedMember
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.greedybook import DayBook
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
        In the order of weeks, then of the template. Time grows with weeks times cohorts and their members.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.greedybook import day_book
    >>> from allay.scheduling.solving.greedytemplate import simple_template
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
    dated = [
        (day, order, place)
        for order, place in enumerate(places)
        for day in meeting_days(book.grid, cohorts[place.cohort], WEEKDAYS.index(place.weekday))
    ]
    dated.sort(key=lambda one: (int(book.grid.week_of[one[0]]), one[1]))
    return [(day, place) for day, _, place in dated]


def _meeting(book: DayBook, cohort: Cohort, place: CohortPlace, day: int) -> Meeting | None:
    grid = book.grid
    start = dt.datetime.combine(grid.days[day], place.start)
    _, span = book.slots_of(start, grid.service[cohort.service].minutes)
    usual_lead, usual_room = grid.practitioner_index[place.lead], grid.room_index[place.room]
    anybody = cohort.model_copy(update={"lead": None, "meets": None})
    leads = [usual_lead] if grid.practitioner_free[usual_lead, day, span].all() else leads_of(grid, anybody)
    rooms = [usual_room] if grid.room_free[usual_room, day, span].all() else rooms_of(grid, anybody)
    lead = next((one for one in leads if book.practitioner[one, day, span].all()), None)
    room = next((one for one in rooms if book.room[one, day, span].all()), None)
    if lead is None or room is None:
        return None
    return Meeting(
        cohort=cohort.id,
        start=start,
        lead=grid.problem.practitioners[lead].id,
        room=grid.problem.rooms[room].id,
        absent=tuple(
            member
            for member in place.members
            if not book.patient[grid.patient_index[member], day, span].all()
        ),
    )


def _without_place(book: DayBook, places: tuple[CohortPlace, ...]) -> Iterator[UnservedMember]:
    """Patients who ask for a group and have no place, for each week in which one of the kind is due."""
    problem = book.grid.problem
    placed = {member for place in places for member in place.members}
    weeks: dict[str, set[int]] = {}
    for cohort in problem.cohorts:
        weeks.setdefault(cohort.kind, set()).update(due_weeks(book.grid, cohort))
    for patient in problem.patients:
        if patient.group is not None and patient.id not in placed:
            for week in sorted(weeks.get(patient.group, ())):
                yield UnservedMember(patient=patient.id, week=week)
