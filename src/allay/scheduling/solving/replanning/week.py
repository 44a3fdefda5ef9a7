"""A week of a re-plan: its task, and what of the plan before still can stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Session
from allay.scheduling.solving.assignment.options import Option, options_of
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.limits import Way
from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.week.task import WeekTask, week_task


@dataclass(frozen=True, slots=True)
class ReplanWeek:
    """What a week of a re-plan asks for.

    Attributes
    ----------
    task : WeekTask
    meetings : tuple of Meeting
    options : tuple of Option
        On days that may change.
    stay : mapping of int to (PlacedVisit, Option)
        What visits have in the plan before, where that is still possible by itself.
    was : mapping of int to (day, slot)
        When visits were in the plan before, whether they can stay or not; day -1: in another week.
    past : frozenset of int
        Visits that stay as they are, as they lie before the first day that may change.
    strange : tuple of Session
        Sessions of the plan before in this week that cannot stay.
    """

    task: WeekTask
    meetings: tuple[Meeting, ...]
    options: tuple[Option, ...]
    stay: Mapping[int, tuple[PlacedVisit, Option]]
    was: Mapping[int, tuple[int, int]]
    past: frozenset[int]
    strange: tuple[Session, ...]

    def key(self, grid: Grid, visit: int) -> tuple[str, int]:
        """Series and number of a visit."""
        one = self.task.visits[visit]
        return grid.problem.series[one.series].id, one.number

    def stay_now(self) -> dict[int, PlacedVisit]:
        """What visits have that can stay."""
        return {at: placed for at, (placed, _) in self.stay.items()}


def replan_week(
    grid: Grid,
    week: int,
    *,
    held: Sequence[CohortPlace],
    sessions: Iterable[Session],
    given: Mapping[tuple[str, int], Session],
    since: dt.date,
) -> ReplanWeek:
    """Lay a plan's sessions on a week of the problem as it is now.

    Parameters
    ----------
    grid : Grid
        Of the problem as it is now.
    week : int
    held : sequence of CohortPlace
        The groups that meet, with lead and room of that week.
    sessions : iterable of Session
        As they are so far, of all weeks, without what is booked.
    given : mapping of (series, number) to Session
        The plan before.
    since : datetime.date
        The first day that may change.

    Returns
    -------
    ReplanWeek
        Time grows as that of `week_task`.
    """
    dates = {grid.days[day] for day in grid.days_of(week)}
    listed = tuple(sessions)
    others = [one for one in listed if one.start.date() not in dates]
    task, met = week_task(grid, week, template=held, before=others)
    names = {(grid.problem.series[one.series].id, one.number): at for at, one in enumerate(task.visits)}
    places = {date: day for day, date in enumerate(task.dates)}
    every = options_of(task)
    by_day: dict[tuple[int, int], list[Option]] = {}
    for option in every:
        by_day.setdefault((option.visit, option.day), []).append(option)
    stay: dict[int, tuple[PlacedVisit, Option]] = {}
    strange = []
    for session in listed:
        if session.start.date() in dates:
            at = names.get((session.series, session.number))
            found = None if at is None else _stay(grid, task, by_day, at, session)
            if at is None or found is None:
                strange.append(session)
            else:
                stay[at] = found
    return ReplanWeek(
        task=task,
        meetings=met.meetings,
        options=tuple(one for one in every if task.dates[one.day] >= since),
        stay=stay,
        was={
            at: (places.get(given[key].start.date(), -1), grid.place_of(given[key].start)[1])
            for key, at in names.items()
            if key in given
        },
        past=frozenset(at for at, (placed, _) in stay.items() if task.dates[placed.day] < since),
        strange=tuple(strange),
    )


def _stay(
    grid: Grid,
    task: WeekTask,
    options: Mapping[tuple[int, int], Sequence[Option]],
    visit: int,
    session: Session,
) -> tuple[PlacedVisit, Option] | None:
    """The place of a session in the week, if it still can be given so, in any room."""
    if session.lead not in grid.practitioner_index:
        return None
    lead, day = grid.practitioner_index[session.lead], task.dates.index(session.start.date())
    slot, wanted = grid.place_of(session.start)[1], task.visits[visit]
    if not task.lead_starts(visit, Way(lead, session.mode), day) >> slot & 1:
        return None
    second = None
    if wanted.linked is not None and session.mode == "onsite":
        second = grid.practitioner_index.get(session.second or "")
        able = second is not None and second in wanted.seconds.get(lead, ())
        if second is None or not able or not task.second_starts(wanted, second, day) >> slot & 1:
            return None
    for option in options.get((visit, day), ()):
        if option.mode == session.mode and lead in option.leads:
            room = None if session.room is None else grid.room_index.get(session.room)
            placed = PlacedVisit(visit, day, slot, session.mode, lead, second, room)
            return placed, Option(visit, day, session.mode, (lead,), 1 << slot, option.cost)
    return None
