"""The plan before a re-plan: refused where it cannot be one of the problem, read where it can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from allay.base.errors import InvalidInput, Problem
from allay.scheduling.plan.plan import CohortPlace, Plan
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.grid import WEEK, Grid
from allay.scheduling.solving.limits import leads_of, rooms_of


def first_day(problem: SchedulingProblem, since: dt.date | None) -> dt.date:
    """Return the first day that may change.

    Raises
    ------
    InvalidInput
        A day outside the horizon.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=())
    >>> first_day(problem, None).isoformat()
    '2027-01-04'
    """
    start = problem.opening.start
    last = start + dt.timedelta(days=WEEK * problem.opening.weeks - 1)
    if since is not None and not start <= since <= last:
        expected = f"a day of the problem, from {start} to {last}"
        raise InvalidInput(Problem(problem.id, "/opening", "from", expected, str(since)))
    return since or start


def check_before(grid: Grid, before: Plan, *, name: str) -> None:
    """Refuse a plan that is of another problem, contradicts itself, or has groups the problem cannot have.

    Series, sessions, patients, practitioners and rooms that the problem no longer has are no fault: they were
    taken out of it. A cohort keeps its lead and room for good, so these must be there.

    Raises
    ------
    InvalidInput
        With every place found.
    """
    if found := [
        Problem(name, at, at.rsplit("/", 1)[-1], expected, value)
        for at, expected, value in chain(_other(grid, before), _twice(grid, before), _places(grid, before))
    ]:
        raise InvalidInput(found)


Finding = tuple[str, str, str]


def _other(grid: Grid, before: Plan) -> Iterator[Finding]:
    problem = grid.problem
    if before.problem != problem.id:
        yield "/problem", f"an earlier plan for {problem.id!r}", f"one for {before.problem!r}"
        return
    series = {each.id for each in problem.series}
    sessions = any(each.series in series for each in before.sessions)
    meetings = any(each.cohort in grid.cohort_index for each in before.meetings)
    if (before.sessions or before.meetings) and not sessions and not meetings:
        first = before.sessions[0].series if before.sessions else before.meetings[0].cohort
        expected = f"a plan with at least one session or meeting of {problem.id!r}"
        yield "/sessions", expected, f"none, but such as {first!r}: it is of another problem"


def _twice(grid: Grid, before: Plan) -> Iterator[Finding]:
    sessions: set[tuple[str, int]] = set()
    for at, each in enumerate(before.sessions):
        if (each.series, each.number) in sessions:
            yield f"/sessions/{at}/number", "each session once", f"{each.series} number {each.number} again"
        sessions.add((each.series, each.number))
        if each.series in grid.series_index and not _on_grid(grid, each.start):
            yield f"/sessions/{at}/start", "a start on the grid of the problem", each.start.isoformat()
    places = {each.cohort for each in before.template}
    if len(places) < len(before.template):
        yield "/template", "each cohort once", "some cohort again"
    meetings: set[tuple[str, int]] = set()
    for at, meeting in enumerate(before.meetings):
        week = (meeting.start.date() - grid.problem.opening.start).days // WEEK
        if meeting.cohort not in places:
            yield f"/meetings/{at}/cohort", "a cohort of the plan's template", repr(meeting.cohort)
        elif (meeting.cohort, week) in meetings:
            yield f"/meetings/{at}/start", "a meeting each week", f"a second one of {meeting.cohort}"
        meetings.add((meeting.cohort, week))


def _on_grid(grid: Grid, start: dt.datetime) -> bool:
    if start.date() not in grid.days:
        return False
    day, slot = grid.place_of(start)
    return 0 <= slot < grid.slots and grid.time_of(day, slot) == start


def _places(grid: Grid, before: Plan) -> Iterator[Finding]:
    for at, place in enumerate(before.template):
        if place.cohort in grid.cohort_index:
            cohort = grid.problem.cohorts[grid.cohort_index[place.cohort]]
            for field, expected, value in _place(grid, cohort, place):
                yield f"/template/{at}/{field}", expected, value


def _place(grid: Grid, cohort: Cohort, place: CohortPlace) -> Iterator[Finding]:
    advice = "the groups do not change in a re-plan: make them anew with solve"
    leads = {grid.problem.practitioners[one].id for one in leads_of(grid, cohort)}
    if place.lead not in leads:
        away = "; who has left stays in the problem, away to its end"
        expected = f"who may lead {cohort.id} ({', '.join(sorted(leads)) or 'nobody'}), as {advice}{away}"
        yield "lead", expected, repr(place.lead)
    rooms = {grid.problem.rooms[one].id for one in rooms_of(grid, cohort)}
    if place.room not in rooms:
        expected = f"a room for {cohort.id} ({', '.join(sorted(rooms)) or 'none'}), as {advice}"
        yield "room", expected, repr(place.room)
    meets = cohort.meets
    if meets is not None and (meets.weekday, meets.start) != (place.weekday, place.start):
        expected = f"{meets.weekday} {meets.start:%H:%M}, when {cohort.id} meets, as {advice}"
        yield "start", expected, f"{place.weekday} {place.start:%H:%M}"
    opens = dt.datetime.combine(grid.problem.opening.start, grid.problem.opening.opens)
    start = dt.datetime.combine(grid.problem.opening.start, place.start)
    slots, rest = divmod(start - opens, dt.timedelta(minutes=grid.problem.opening.slot_minutes))
    weekdays = grid.problem.opening.weekdays
    fits = not rest and slots >= 0 and slots + grid.length(cohort.service) <= grid.slots
    if not fits or place.weekday not in weekdays:
        expected = f"a time in the opening hours of the problem, as {advice}"
        yield "start", expected, f"{place.weekday} {place.start:%H:%M}"
