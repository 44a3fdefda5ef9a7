"""The template in the joint model of a week: places that cohorts keep, and the template that was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.limits import may_join
from allay.scheduling.solving.sequencing.rows import Var
from allay.scheduling.solving.week.masks import block
from allay.scheduling.solving.week.task import WeekTask
from allay.scheduling.solving.whole.groups import OpenGroups
from allay.scheduling.solving.whole.model import WholeModel

Read = Callable[[Any], int]
Place = tuple[int, int, int]
"""Class, day of the week and slot."""


def places_of(
    grid: Grid, groups: OpenGroups, task: WeekTask, template: Iterable[CohortPlace]
) -> dict[str, Place]:
    """Where each cohort of a template meets in a week, by cohort; those on days not open are left out."""
    which_of = {name: at for at, group in enumerate(groups.classes) for name in group.ids}
    opening = grid.problem.opening
    found: dict[str, Place] = {}
    for place in template:
        minutes = (place.start.hour - opening.opens.hour) * 60 + place.start.minute - opening.opens.minute
        for day, date in enumerate(task.dates):
            if WEEKDAYS[date.weekday()] == place.weekday:
                found[place.cohort] = which_of[place.cohort], day, minutes // opening.slot_minutes
    return found


def keep_places(whole: WholeModel, kept: Mapping[Place, int]) -> None:
    """Let so many cohorts of a class meet at a place at least."""
    begun: dict[Place, list[Var]] = defaultdict(list)
    for (number, slot), var in whole.count.items():
        meeting = whole.groups.meetings[number]
        begun[meeting.which, meeting.day, slot].append(var)
    for place, count in kept.items():
        if place in begun:
            whole.exact.made.model.add(sum(begun[place]) >= count)


def template_of(grid: Grid, whole: WholeModel, value: Read) -> tuple[CohortPlace, ...]:
    """Read the template that a solved model found.

    Parameters
    ----------
    grid : Grid
        Loose.
    whole : WholeModel
    value : callable
        Reads a variable.

    Returns
    -------
    tuple of CohortPlace
        In the order of the problem's cohorts. Members who attend nothing fill what is too small.
    """
    attending: dict[Place, list[int]] = defaultdict(list)
    for (patient, number, slot), var in whole.attend.items():
        if value(var):
            meeting = whole.groups.meetings[number]
            attending[meeting.which, meeting.day, slot].append(patient)
    missed = [patient for patient, var in whole.missed.items() if value(var)]
    begun: dict[Place, list[int]] = defaultdict(list)
    for number, slot, leads in _leads(whole, value):
        meeting = whole.groups.meetings[number]
        begun[meeting.which, meeting.day, slot] += leads
    places: dict[str, CohortPlace] = {}
    used: Counter[int] = Counter()
    rooms: dict[tuple[int, int], int] = defaultdict(int)
    for (which, day, slot), leads in sorted(begun.items()):
        group = whole.groups.classes[which]
        ids = group.ids[used[which] : used[which] + len(leads)]
        used[which] += len(leads)
        there = [[*attending[which, day, slot]][at :: len(ids)] for at in range(len(ids))]
        for cohort, lead, members in zip(ids, leads, there, strict=True):
            listed = [one for one in missed if grid.problem.patients[one].id in group.cohort.members]
            others = [one for one in missed if may_join(group.cohort, grid.problem.patients[one])]
            for one in [*listed, *others]:
                if one in missed and (len(members) < group.least or one in listed):
                    members.append(one)
                    missed.remove(one)
            taken = block(slot, grid.length(group.cohort.service))
            free = [
                room
                for room in group.rooms
                if not taken & ~whole.exact.made.task.room[room][day] and not rooms[room, day] & taken
            ]
            room = next(iter(free), group.rooms[0])
            rooms[room, day] |= taken
            meets = group.cohort.meets
            places[cohort] = CohortPlace(
                cohort=cohort,
                weekday=WEEKDAYS[whole.exact.made.task.dates[day].weekday()],
                start=grid.time_of(grid.days_of(whole.exact.made.task.week)[day], slot).time(),
                lead=grid.problem.practitioners[lead].id if meets is None else meets.lead,
                room=grid.problem.rooms[room].id if meets is None else meets.room,
                members=tuple(grid.problem.patients[one].id for one in sorted(members)),
            )
    return tuple(places[one.id] for one in grid.problem.cohorts if one.id in places)


def _leads(whole: WholeModel, value: Read) -> list[tuple[int, int, list[int]]]:
    """Meetings that begin, with a lead whom the template may name for each."""
    grid_leads: list[tuple[int, int, list[int]]] = []
    busy: dict[tuple[int, int], int] = defaultdict(int)
    for part in whole.exact.days:
        numbers = [at for at, each in enumerate(whole.groups.meetings) if each.day == part.day]
        for number in numbers:
            meeting = whole.groups.meetings[number]
            key = meeting.demand.leads, meeting.demand.length, -1
            for slot, var in {at: var for (of, at), var in whole.count.items() if of == number}.items():
                leads: list[int] = []
                taken = block(slot, meeting.demand.length)
                for pool, slots in part.rows.lead_flows.get(key, {}).items():
                    if slot in slots and value(slots[slot]):
                        units = part.rows.lead_pools[pool].units
                        leads += [one for one in units if not busy[one, part.day] & taken]
                leads = leads[: value(var)]
                for one in leads:
                    busy[one, part.day] |= taken
                if leads:
                    named = [one for one, absent in meeting.instead_of.items() if absent >> slot & 1]
                    if named:  # a stand-in leads, and the template has whoever is not there
                        leads = [named[at % len(named)] for at in range(len(leads))]
                    grid_leads.append((number, slot, leads))
    return grid_leads
