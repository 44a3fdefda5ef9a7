"""The week before as a start: the same weekday, time, practitioner and room, where they are still free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from allay.scheduling.plan.plan import Session
from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.grid import WEEK, Grid
from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.week.task import WeekTask


def shifted(grid: Grid, task: WeekTask, sessions: Iterable[Session]) -> dict[int, PlacedVisit]:
    """Lay the sessions of the week before on a week, a week later.

    Parameters
    ----------
    grid : Grid
    task : WeekTask
    sessions : iterable of Session
        Of earlier weeks; of a series the last ones count.

    Returns
    -------
    dict of int to PlacedVisit
        For visits whose series had a session on that weekday: not yet looked at whether it still can be held.
    """
    days = {date.weekday(): day for day, date in enumerate(task.dates)}
    wanted = {visit.series for visit in task.visits}
    given: dict[int, list[Session]] = {}
    for session in sorted(sessions, key=lambda each: each.start):
        series = grid.series_index[session.series]
        if series in wanted and (task.dates[0] - session.start.date()).days <= 2 * WEEK:
            given.setdefault(series, []).append(session)
    found: dict[int, PlacedVisit] = {}
    mine: dict[int, list[int]] = {}
    for at, visit in enumerate(task.visits):
        mine.setdefault(visit.series, []).append(at)
    for series, visits in mine.items():
        last = given.get(series, [])[-len(visits) :]
        for at, session in zip(visits, last, strict=False):
            day = days.get(session.start.weekday())
            if day is not None:
                found[at] = PlacedVisit(
                    visit=at,
                    day=day,
                    slot=grid.place_of(session.start)[1],
                    mode=session.mode,
                    lead=grid.practitioner_index[session.lead],
                    second=None if session.second is None else grid.practitioner_index[session.second],
                    room=None if session.room is None else grid.room_index[session.room],
                )
    return found


def option_hints(
    task: WeekTask, wanted: Mapping[int, PlacedVisit], options: Sequence[Option]
) -> dict[int, Option]:
    """Options of level 2 that hold what is wanted."""
    found: dict[int, Option] = {}
    for option in options:
        each = wanted.get(option.visit)
        if (
            each is not None
            and (option.day, option.mode) == (each.day, each.mode)
            and each.lead in option.leads
        ):
            found.setdefault(option.visit, option)
    return found
