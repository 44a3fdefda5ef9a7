"""What a template is made of: classes of cohorts, and who is there at which weekday and slot of all weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.freebound.needs import (
    GroupClass,
    GroupNeed,
    group_classes,
    group_days,
    group_needs,
    occupied,
)
from allay.scheduling.solving.grid import Bools, Grid, runs, starts
from allay.scheduling.solving.limits import leads_of
from allay.scheduling.solving.score import applies

Counts = NDArray[np.int64]
WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Times:
    """Weekly times of one class on one weekday.

    Attributes
    ----------
    days : tuple of int
        Its days in the horizon.
    slots : tuple of int
        Slots at which it may begin: a lead and a room are there in at least half of the weeks, and little of
        their time is cut to pieces.
    absent : int64[P, S]
        Meetings that a patient would miss.
    without : mapping by practitioner or room to int64[S]
        Meetings at which a lead, or a room, is not there; those never there are left out.
    """

    days: tuple[int, ...]
    slots: tuple[int, ...]
    absent: Counts
    leads: dict[int, Counts]
    rooms: dict[int, Counts]


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """All that level 1 decides about.

    Attributes
    ----------
    grid : Grid
        Without what is booked.
    classes : tuple of GroupClass
    needs : tuple of GroupNeed
        One for each patient and kind of group.
    times : mapping of (class, weekday) to Times
    barred : mapping of (patient, class, weekday) to bool[S]
        Starts at which what is booked would break a same-day rule, or be a trip too many.
    visits : mapping of a patient to days
        On which a booking brings him or her on site.
    """

    grid: Grid
    classes: tuple[GroupClass, ...]
    needs: tuple[GroupNeed, ...]
    times: dict[tuple[int, int], Times]
    barred: dict[tuple[int, int, int], Bools]
    visits: dict[int, frozenset[int]]

    def length(self, which: int) -> int:
        """Slots of a meeting of a class."""
        return self.grid.length(self.classes[which].cohort.service)

    def may_meet(self, need: GroupNeed, which: int, weekday: int, slots: tuple[int, ...]) -> bool:
        """Say whether a patient may belong to a class at some of these starts.

        Who is a member already may miss every meeting of it, but not break rules by coming.
        """
        if which not in need.open_to:
            return False
        barred = self.barred.get((need.patient, which, weekday))
        left = [slot for slot in slots if barred is None or not barred[slot]]
        times = self.times[which, weekday]
        return bool(left) and (need.listed or int(times.absent[need.patient, left].min()) < len(times.days))


def template_facts(problem: SchedulingProblem, grid: Grid) -> TemplateFacts:
    """Gather what level 1 needs; time grows with patients times days times slots times classes."""
    free = occupied(grid, booked_sessions(problem))
    classes = tuple(
        replace(
            group,
            leads=leads_of(grid, group.cohort),
            rooms=_rooms(grid, group),
        )
        for group in group_classes(grid)
    )
    times = {}
    for which, group in enumerate(classes):
        for weekday in range(WEEKDAYS):
            days = [day for day in range(len(grid.days)) if grid.weekday_of[day] == weekday]
            met = group_days(grid, group, days)
            if met:
                found = _times(free, group, tuple(met))
                if found.slots:
                    times[which, weekday] = found
    held, visits = _booked(free)
    barred = dict(_barred(free, classes, times, held, visits))
    return TemplateFacts(free, classes, group_needs(grid, classes), times, barred, visits)


def _booked(grid: Grid) -> tuple[dict[int, set[tuple[int, str]]], dict[int, frozenset[int]]]:
    """By patient: days and services of what is booked, and days on which it brings him or her on site."""
    series = {each.id: each for each in grid.problem.series}
    held: dict[int, set[tuple[int, str]]] = defaultdict(set)
    visits: dict[int, set[int]] = defaultdict(set)
    for session in booked_sessions(grid.problem):
        patient = grid.patient_index[series[session.series].patient]
        day, _ = grid.place_of(session.start)
        held[patient].add((day, series[session.series].service))
        if session.mode == "onsite":
            visits[patient].add(day)
    return held, {patient: frozenset(days) for patient, days in visits.items()}


def _barred(
    grid: Grid,
    classes: tuple[GroupClass, ...],
    times: dict[tuple[int, int], Times],
    held: dict[int, set[tuple[int, str]]],
    visits: dict[int, frozenset[int]],
) -> Iterator[tuple[tuple[int, int, int], Bools]]:
    """Find the starts at which a patient would come to a meeting beside which a booking cannot stand."""
    problem = grid.problem
    for at, booked in held.items():
        most = problem.patients[at].most_trips
        rules = [
            {*rule.services}
            for rule in problem.same_day
            if rule.effect == "forbidden" and applies(rule, problem.patients[at])
        ]
        for (which, weekday), found in times.items():
            service = classes[which].cohort.service
            clash = {day for day, other in booked if day in found.days and {service, other} in rules}
            for day in found.days:
                week = {other for other in visits.get(at, ()) if grid.week_of[other] == grid.week_of[day]}
                if most is not None and len(week | {day}) > most:
                    clash.add(day)
            if clash:
                coming = starts(grid.patient_free[at, sorted(clash)], grid.length(service))
                yield (at, which, weekday), np.asarray(coming.any(axis=0))


def _rooms(grid: Grid, group: GroupClass) -> tuple[int, ...]:
    meets = group.cohort.meets
    return tuple(at for at in group.rooms if meets is None or grid.problem.rooms[at].id == meets.room)


def _times(grid: Grid, group: GroupClass, days: tuple[int, ...]) -> Times:
    length = grid.length(group.cohort.service)
    listed = list(days)
    able = starts(grid.patient_free[:, listed], length)
    leads = _missing(grid.practitioner_free, group.leads, listed, length)
    rooms = _missing(grid.room_free, group.rooms, listed, length)
    enough = len(days) // 2
    slots = [
        slot
        for slot in range(grid.slots)
        if any(missing[slot] <= enough for missing in leads.values())
        and any(missing[slot] <= enough for missing in rooms.values())
    ]
    if group.cohort.meets is not None:
        at = (group.cohort.meets.start.hour - grid.problem.opening.opens.hour) * 60
        at += group.cohort.meets.start.minute - grid.problem.opening.opens.minute
        only = at // grid.problem.opening.slot_minutes
        slots = [only] if only in range(grid.slots) else []
    else:
        whole = _whole(grid.practitioner_free[list(leads)][:, listed], length)
        slots = [slot for slot in slots if whole[slot]] or slots
    return Times(days, tuple(slots), (~able).sum(axis=1), leads, rooms)


def _missing(free: Bools, chosen: tuple[int, ...], days: list[int], length: int) -> dict[int, Counts]:
    found = {at: (~starts(free[at, days], length)).sum(axis=0) for at in chosen}
    return {at: missing for at, missing in found.items() if missing.min(initial=len(days)) < len(days)}


def _whole(free: Bools, length: int) -> Bools:
    """Slots that are a whole number of lengths from where the same free run of some lead begins or ends."""
    found = np.zeros(free.shape[-1], dtype=np.bool_)
    for day in {day.tobytes() for lead in free for day in lead}:
        for first, end in runs(np.frombuffer(day, dtype=np.bool_)):
            for slot in (*range(first, end - length + 1, length), *range(end - length, first - 1, -length)):
                found[slot] = True
    return found
