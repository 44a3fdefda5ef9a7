"""Level 1, first step: each patient's group day, and how many cohorts meet on each weekday.

The model is that of the free bound, with one membership for all weeks, and with real leads: its solution
says on which day each patient's group is best, so that sessions of later weeks need few further trips.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.freebound.model import build_week
from allay.scheduling.solving.freebound.needs import GroupNeed, Need, bookings_of, needs_of
from allay.scheduling.solving.freebound.week import WeekModel
from allay.scheduling.solving.grid import Grid, starts
from allay.scheduling.solving.solver import cp_model, solver_of
from allay.scheduling.solving.template.facts import Counts, TemplateFacts, Times
from allay.scheduling.solving.template.together import Timed, keep_apart

WEEKS_SEEN = 2
SPARE = 0.1
"""Share of each practitioner's day left free where that costs no trip: clock times need some room."""
UNEVEN = 2
"""What a cohort above its weekday's share counts, in slots beyond a practitioner's share."""
FIRST = 50
"""A point of the score counts as so many of these wishes."""
DAYS_LIMIT = 12.0
MOST_TIMED = 2500
"""Up to so many patients times starts, members of a cohort must have one start in common already here."""
WHOLE_DAY = -1
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GroupDays:
    """What the first step found.

    Attributes
    ----------
    place : mapping of a need of a group to (class, weekday)
        Those without a place are left out.
    meetings : mapping of (class, weekday) to the number of cohorts
    led : mapping of (class, practitioner, weekday) to the number of cohorts led
    beside : mapping of a need of a group to lists of needs
        For the weeks looked at: what the patient has on the group day besides.
    """

    place: Mapping[GroupNeed, Place]
    meetings: Mapping[Place, int]
    led: Mapping[tuple[int, int, int], int]
    beside: Mapping[GroupNeed, tuple[tuple[Need, ...], ...]]


@dataclass(slots=True)
class _Chosen:
    member: dict[tuple[GroupNeed, Timed], Any] = field(default_factory=dict)
    count: dict[Place, Any] = field(default_factory=dict)
    costs: list[Any] = field(default_factory=list)
    wishes: list[Any] = field(default_factory=list)


def group_weekdays(facts: TemplateFacts, *, seed: int, effort: float) -> GroupDays:
    """Choose the group day of each patient.

    Parameters
    ----------
    facts : TemplateFacts
    seed : int
    effort : float
        Factor on the limit of the search.

    Returns
    -------
    GroupDays
        The best found within the limit; nobody has a place if none was.
    """
    model = cp_model().CpModel()
    chosen = _members(model, facts)
    weeks = [_week(model, facts, chosen, week) for week in weeks_seen(facts.grid)]
    points = sum([*chosen.costs, *(cost for part in weeks for cost in part.costs)])
    wishes = sum([*chosen.wishes, *(wish for part in weeks for wish in part.wishes)])
    model.minimize(FIRST * points + wishes)
    solver = solver_of(seed=seed, limit=DAYS_LIMIT * effort, gap=FIRST - 1)
    if solver.solve(model) not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
        return GroupDays({}, {}, {}, {})
    return _found(facts, chosen, weeks, solver)


def weeks_seen(grid: Grid) -> list[int]:
    """Weeks that stand for all: of each of two halves of the horizon, the one in which most is due."""
    weeks = grid.problem.opening.weeks
    due = np.zeros(weeks, dtype=np.int64)
    for series in grid.problem.series:
        first = max(0, week_of(grid.problem, series.first)) if series.first else 0
        for number in range(0, series.sessions, series.per_week):
            if first + number // series.per_week < weeks:
                due[first + number // series.per_week] += min(series.per_week, series.sessions - number)
    parts = np.array_split(np.arange(weeks), min(weeks, WEEKS_SEEN))
    return [int(part[np.argmax(due[part])]) for part in parts]


def _starts(facts: TemplateFacts) -> dict[tuple[int, int, int], tuple[int, ...]]:
    """Starts by class, weekday and slot, each with its slots: all of a weekday together if there are many."""
    single: dict[tuple[int, int, int], tuple[int, ...]] = {
        (*key, slot): (slot,) for key, times in facts.times.items() for slot in times.slots
    }
    if len(single) * len(facts.needs) <= MOST_TIMED:
        return single
    return {(*key, WHOLE_DAY): times.slots for key, times in facts.times.items()}


def _members(model: Any, facts: TemplateFacts) -> _Chosen:
    """Give everybody at most one place of each kind, in cohorts neither too small nor too large."""
    chosen = _Chosen()
    at_start: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    unserved = facts.grid.problem.weights.unserved
    times = _starts(facts)
    for need in facts.needs:
        listed = []
        for (which, weekday, slot), slots in times.items():
            if facts.may_meet(need, which, weekday, slots):
                missed = int(facts.times[which, weekday].absent[need.patient, list(slots)].min())
                member = chosen.member[need, (which, weekday, slots)] = model.new_bool_var("")
                chosen.costs.append(unserved * missed * member)
                at_start[which, weekday, slot].append(member)
                listed.append(member)
        if listed:
            without = model.new_bool_var("")
            model.add_exactly_one([*listed, without])
            chosen.costs.append(unserved * facts.grid.problem.opening.weeks * without)
    _sizes(model, facts, chosen, at_start)
    keep_apart(model, facts, {(need.patient, at): member for (need, at), member in chosen.member.items()})
    _evenly(model, facts, chosen)
    return chosen


def _sizes(
    model: Any, facts: TemplateFacts, chosen: _Chosen, at_start: dict[tuple[int, int, int], list[Any]]
) -> None:
    by_place: dict[Place, list[Any]] = defaultdict(list)
    listed = [need for need in facts.needs if need.listed]
    for (which, weekday, slot), slots in _starts(facts).items():
        group, times = facts.classes[which], facts.times[which, weekday]
        most = len(group.ids)
        if slot != WHOLE_DAY:
            most = min(most, *(_there(each, slot, times) for each in (times.leads, times.rooms)))
        count = model.new_int_var(0, most, "")
        there = sum(at_start[which, weekday, slot])
        model.add(there <= group.most * count)
        model.add(there >= group.least * count)
        for need in listed:
            if which in need.open_to:
                model.add(chosen.member.get((need, (which, weekday, slots)), 0) == count)
        by_place[which, weekday].append(count)
    for which, group in enumerate(facts.classes):
        counts = []
        for key in [key for key in by_place if key[0] == which]:
            total = chosen.count[key] = model.new_int_var(0, len(group.ids), "")
            model.add(sum(by_place[key]) == total)
            counts.append(total)
        model.add(sum(counts) <= len(group.ids))


def _there(missing: Mapping[int, Counts], slot: int, times: Times) -> int:
    return sum(int(each[slot]) <= len(times.days) // 2 for each in missing.values())


def _evenly(model: Any, facts: TemplateFacts, chosen: _Chosen) -> None:
    """Let cohorts spread over weekdays as practitioners' time does."""
    hours: dict[int, int] = defaultdict(int)
    for day, weekday in enumerate(facts.grid.weekday_of):
        hours[int(weekday)] += int(facts.grid.practitioner_free[:, day].sum())
    cohorts, total = len(facts.grid.problem.cohorts), sum(hours.values())
    for weekday in sorted({weekday for _, weekday in chosen.count}):
        counts = [count for (_, on), count in chosen.count.items() if on == weekday]
        over = model.new_int_var(0, cohorts, "")
        model.add(sum(counts) - over <= math.ceil(cohorts * hours[weekday] / max(1, total)))
        chosen.wishes.append(UNEVEN * over)


def _week(model: Any, facts: TemplateFacts, chosen: _Chosen, week: int) -> WeekModel:
    grid = facts.grid
    part = WeekModel(grid, grid.days_of(week), needs_of(grid, week), facts.classes, spare=SPARE)
    day_of = {int(grid.weekday_of[day]): day for day in part.days}
    for (which, weekday), count in chosen.count.items():
        day = day_of.get(weekday)
        if day in facts.times[which, weekday].days:
            part.met[which, day] = count
    able: dict[Place, Any] = {}
    for (need, (which, weekday, slots)), member in chosen.member.items():
        day = day_of.get(weekday)
        if day is not None and (which, day) in part.met:
            if (which, day) not in able:
                able[which, day] = starts(grid.patient_free[:, day], facts.length(which))
            if able[which, day][need.patient, list(slots)].any():
                part.attend[need.patient, which, day].append(member)
    build_week(model, part, bookings_of(grid, week))
    return part


def _found(facts: TemplateFacts, chosen: _Chosen, weeks: list[WeekModel], solver: Any) -> GroupDays:
    place = {
        need: (which, weekday)
        for (need, (which, weekday, _)), member in chosen.member.items()
        if solver.value(member)
    }
    led: dict[tuple[int, int, int], int] = {}
    beside: dict[GroupNeed, list[tuple[Need, ...]]] = defaultdict(list)
    for part in weeks:
        for (which, lead, day), count in part.led.items():
            key = which, lead, int(facts.grid.weekday_of[day])
            led[key] = max(led.get(key, 0), solver.value(count))
        held = defaultdict(list)
        for (at, _, day), variable in part.held.items():
            if solver.value(variable):
                held[part.needs[at].patient, int(facts.grid.weekday_of[day])].append(part.needs[at])
        for need, (_, weekday) in place.items():
            beside[need].append(tuple(held[need.patient, weekday]))
    meetings = {key: solver.value(count) for key, count in chosen.count.items() if solver.value(count)}
    return GroupDays(place, meetings, led, {need: tuple(listed) for need, listed in beside.items()})
