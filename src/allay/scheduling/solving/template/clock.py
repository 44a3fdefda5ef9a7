"""Level 1, second step: clock times, leads, rooms and members of the cohorts, decided together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from allay.scheduling.solving.freebound.needs import Need
from allay.scheduling.solving.grid import Bools, starts
from allay.scheduling.solving.limits import ways_of
from allay.scheduling.solving.solver import cp_model, solver_of
from allay.scheduling.solving.template.days import GroupDays
from allay.scheduling.solving.template.facts import TemplateFacts
from allay.scheduling.solving.template.together import keep_apart

CLOCK_LIMIT = 6.0
CROWDED = 1
"""Points for each meeting beyond the even share of a weekday that runs at one time."""
OTHER_LEAD = 1
"""Points for a lead on a day when the first step wanted fewer of his or her cohorts."""
Start = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """Cohorts of one class that begin at one time: who leads, which rooms, and all their members."""

    which: int
    weekday: int
    slot: int
    leads: tuple[int, ...]
    rooms: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(slots=True)
class _Clock:
    count: dict[Start, Any] = field(default_factory=dict)
    member: dict[tuple[int, Start], Any] = field(default_factory=dict)
    lead: dict[tuple[int, Start], Any] = field(default_factory=dict)
    room: dict[tuple[int, Start], Any] = field(default_factory=dict)
    costs: list[Any] = field(default_factory=list)
    hints: list[tuple[Any, int]] = field(default_factory=list)


def clock_times(
    facts: TemplateFacts, wanted: GroupDays, *, seed: int, effort: float
) -> tuple[Opened, ...] | None:
    """Give cohorts their time, lead, room and members.

    Parameters
    ----------
    facts : TemplateFacts
    wanted : GroupDays
        Group days of the first step, which are kept where times allow it.
    seed : int
    effort : float
        Factor on the limit of the search.

    Returns
    -------
    tuple of Opened or None
        By class, weekday and slot; None if nothing was found within the limit.
    """
    model = cp_model().CpModel()
    clock = _Clock()
    _cohorts(model, facts, clock)
    _members(model, facts, wanted, clock)
    keep_apart(
        model,
        facts,
        {
            (patient, (which, weekday, (slot,))): member
            for (patient, (which, weekday, slot)), member in clock.member.items()
        },
    )
    for free, used in ((facts.grid.practitioner_free, clock.lead), (facts.grid.room_free, clock.room)):
        _one_at_a_time(model, facts, used, len(free))
    _loads(model, facts, wanted, clock)
    model.minimize(sum(clock.costs))
    for variable, value in clock.hints:
        model.add_hint(variable, value)
    solver = solver_of(seed=seed, limit=CLOCK_LIMIT * effort)
    if solver.solve(model) not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
        return None
    return _opened(clock, solver)


def _cohorts(model: Any, facts: TemplateFacts, clock: _Clock) -> None:
    """Open cohorts at times, with a lead and a room for each."""
    unserved = facts.grid.problem.weights.unserved
    for (which, weekday), times in facts.times.items():
        group = facts.classes[which]
        for slot in times.slots:
            start = which, weekday, slot
            count = clock.count[start] = model.new_int_var(0, len(group.ids), "")
            for used, there in ((clock.lead, times.leads), (clock.room, times.rooms)):
                listed = []
                for at, missing in there.items():
                    if missing[slot] <= len(times.days) // 2:
                        taken = used[at, start] = model.new_bool_var("")
                        clock.costs.append(unserved * int(missing[slot]) * taken)
                        listed.append(taken)
                model.add(sum(listed) == count)
    for which, group in enumerate(facts.classes):
        counts = [count for start, count in clock.count.items() if start[0] == which]
        model.add(sum(counts) <= len(group.ids))


def _members(model: Any, facts: TemplateFacts, wanted: GroupDays, clock: _Clock) -> None:
    problem = facts.grid.problem
    at_start: dict[Start, list[Any]] = defaultdict(list)
    fits = _Beside(facts)
    for need in facts.needs:
        patient = need.patient
        weight = problem.patients[patient].trip_weight
        avoids = problem.patients[patient].avoids
        avoided = [at for at, each in enumerate(problem.practitioners) if each.id in avoids]
        listed = []
        for start in clock.count:
            which, weekday, slot = start
            missed = int(facts.times[which, weekday].absent[patient, slot])
            if facts.may_meet(need, which, weekday, (slot,)):
                member = clock.member[patient, start] = model.new_bool_var("")
                listed.append(member)
                at_start[start].append(member)
                cost = problem.weights.unserved * missed
                if wanted.place.get(need) == (which, weekday):
                    cost += 2 * weight * fits.lost(patient, start, wanted.beside.get(need, ()))
                else:
                    cost += 1 + 2 * weight
                clock.costs.append(cost * member)
                for lead in avoided:
                    if (lead, start) in clock.lead and not need.listed:
                        model.add(member + clock.lead[lead, start] <= 1)
                if need.listed:
                    model.add(member == clock.count[start])
            elif need.listed and which in need.open_to:
                model.add(clock.count[start] == 0)
        if listed:
            without = model.new_bool_var("")
            model.add_exactly_one([*listed, without])
            clock.costs.append(problem.weights.unserved * problem.opening.weeks * without)
    for start, count in clock.count.items():
        group = facts.classes[start[0]]
        model.add(sum(at_start[start]) <= group.most * count)
        model.add(sum(at_start[start]) >= group.least * count)


class _Beside:
    """Whether what a patient has on the group day fits around a meeting."""

    def __init__(self, facts: TemplateFacts) -> None:
        self._facts = facts
        self._there: dict[str, Bools] = {}

    def lost(self, patient: int, start: Start, weeks: tuple[tuple[Need, ...], ...]) -> int:
        """Count the weeks looked at in which some of it does not fit."""
        which, weekday, slot = start
        grid = self._facts.grid
        days = list(self._facts.times[which, weekday].days)
        free: Bools = np.asarray(grid.patient_free[patient, days].any(axis=0))
        free[slot : slot + self._facts.length(which)] = False
        return sum(bool(needs) and not self._fits(free, needs, weekday) for needs in weeks)

    def _fits(self, free: Bools, needs: tuple[Need, ...], weekday: int) -> bool:
        need, *others = needs
        length = self._facts.grid.length(need.service.id)
        for slot in np.flatnonzero(starts(free, length) & self._able(need)[weekday]):
            if not others:
                return True
            left = free.copy()
            left[slot : slot + length] = False
            if self._fits(left, tuple(others), weekday):
                return True
        return False

    def _able(self, need: Need) -> Bools:
        """Weekdays and slots at which anybody who may give it is ever there: bool[7, S]."""
        if need.series.id not in self._there:
            grid = self._facts.grid
            found = np.zeros((7, grid.slots), dtype=np.bool_)
            leads = sorted({way.lead for way in ways_of(grid, need.series)})
            there = starts(grid.practitioner_free[leads], grid.length(need.service.id)).any(axis=0)
            np.logical_or.at(found, grid.weekday_of, there)
            self._there[need.series.id] = found
        return self._there[need.series.id]


def _one_at_a_time(model: Any, facts: TemplateFacts, used: dict[tuple[int, Start], Any], count: int) -> None:
    """Let nobody lead, and no room hold, two meetings at once."""
    busy: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for (at, (which, weekday, slot)), taken in used.items():
        for within in range(slot, slot + facts.length(which)):
            busy[at, weekday, within].append(taken)
    for listed in {tuple(each) for each in busy.values() if len(each) > 1}:
        model.add_at_most_one(listed)


def _loads(model: Any, facts: TemplateFacts, wanted: GroupDays, clock: _Clock) -> None:
    """Spread meetings over the slots of a weekday, and keep to the leads of the first step."""
    running: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for (which, weekday, slot), count in clock.count.items():
        for within in range(slot, slot + facts.length(which)):
            running[weekday, within].append(count)
    most = len(facts.grid.problem.cohorts)
    for weekday in sorted({weekday for weekday, _ in running}):
        slots = [within for on, within in running if on == weekday]
        meetings = sum(
            facts.length(which) * number for (which, on), number in wanted.meetings.items() if on == weekday
        )
        share = -(-meetings // len(slots))
        for within in slots:
            over = model.new_int_var(0, most, "")
            model.add(sum(running[weekday, within]) - over <= share)
            clock.costs.append(CROWDED * over)
    by_lead: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
    for (lead, (which, weekday, _)), taken in clock.lead.items():
        by_lead[which, lead, weekday].append(taken)
    for key, listed in by_lead.items():
        over = model.new_int_var(0, len(listed), "")
        model.add(sum(listed) - over <= wanted.led.get(key, 0))
        clock.costs.append(OTHER_LEAD * over)


def _opened(clock: _Clock, solver: Any) -> tuple[Opened, ...]:
    found = []
    for start, count in clock.count.items():
        if solver.value(count):
            chosen = [
                tuple(at for (at, on), taken in used.items() if on == start and solver.value(taken))
                for used in (clock.lead, clock.room, clock.member)
            ]
            found.append(Opened(*start, *chosen))
    return tuple(sorted(found, key=lambda opened: (opened.which, opened.weekday, opened.slot)))
