"""Capacity in the relaxed model: time of practitioners and rooms, summed by day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from allay.scheduling.solving.bounds.capacity import DayCapacity, day_capacity
from allay.scheduling.solving.freebound.week import Key, WeekModel


def build_practitioners(model: Any, week: WeekModel) -> None:
    """Share what is held and met among practitioners, within what their days hold."""
    used: dict[Key, list[tuple[int, Any]]] = defaultdict(list)
    for (pool, day), held in week.by_pool().items():
        length = week.grid.length(pool.service)
        _share(model, week, used, held, pool.leads, day, length, len(held))
        linked = week.grid.service[pool.service].linked
        if pool.mode == "onsite" and linked is not None:
            seconds = _with(week, linked.discipline)
            size = length if linked.presence != "start" else 1
            # Where several visits share a second, so many of them take his or her time once.
            at_once = model.new_int_var(0, len(held), "")
            model.add(linked.max_ratio * at_once >= sum(held))
            if linked.presence == "general":
                # Being there in general takes no time: what is booked with a second is no matter.
                there = week.grid.practitioner_free if week.there is None else week.there
                room_for = sum(day_capacity(there[second, day], [length]).most[0][1] for second in seconds)
                model.add(at_once <= room_for)
            else:
                _share(model, week, used, [at_once], seconds, day, size, len(held))
    for (which, day), count in week.met.items():
        group = week.classes[which]
        length = week.grid.length(group.cohort.service)
        parts = _share(model, week, used, [count], group.leads, day, length, len(group.ids))
        week.led.update({(which, lead, day): part for lead, part in parts.items()})
    for (practitioner, day), things in used.items():
        capacity = _capacity(week, practitioner, day, [size for size, _ in things])
        _fit(model, capacity, things)
        if week.spare:
            full = sum(size * part for size, part in things)
            over = model.new_int_var(0, capacity.slots, "")
            model.add(full - over <= int((1 - week.spare) * capacity.slots))
            week.wishes.append(over)


def _with(week: WeekModel, discipline: str) -> tuple[int, ...]:
    listed = enumerate(week.grid.problem.practitioners)
    return tuple(at for at, each in listed if discipline in each.disciplines)


def _capacity(week: WeekModel, practitioner: int, day: int, sizes: list[int]) -> DayCapacity:
    return day_capacity(week.grid.practitioner_free[practitioner, day], sizes)


def _share(
    model: Any,
    week: WeekModel,
    used: dict[Key, list[tuple[int, Any]]],
    things: list[Any],
    leads: tuple[int, ...],
    day: int,
    size: int,
    most: int,
) -> dict[int, Any]:
    """Give each of some things of one size on one day to one of those who may lead it."""
    parts: dict[int, Any] = {}
    for lead in leads:
        room_for = _capacity(week, lead, day, [size]).most[0][1]
        if room_for:
            part = model.new_int_var(0, min(room_for, most), "")
            used[lead, day].append((size, part))
            parts[lead] = part
    model.add(sum(parts.values()) == sum(things))
    return parts


def _fit(model: Any, capacity: DayCapacity, things: list[tuple[int, Any]]) -> None:
    model.add(sum(size * thing for size, thing in things) <= capacity.slots)
    for least, most in capacity.most:
        model.add(sum(thing for size, thing in things if size >= least) <= most)


def build_rooms(model: Any, week: WeekModel) -> None:
    """Fit what is on site into the rooms of each type together."""
    used: dict[tuple[str, int], list[tuple[int, Any]]] = defaultdict(list)
    for (pool, day), held in week.by_pool().items():
        service = week.grid.service[pool.service]
        if pool.mode == "onsite" and service.room_type is not None:
            used[service.room_type, day].append((week.grid.length(pool.service), sum(held)))
    for (which, day), count in week.met.items():
        service = week.grid.service[week.classes[which].cohort.service]
        if service.room_type is not None:
            used[service.room_type, day].append((week.grid.length(service.id), count))
    for (room_type, day), things in used.items():
        sizes = [size for size, _ in things]
        days = [
            day_capacity(week.grid.room_free[at, day], sizes)
            for at, room in enumerate(week.grid.problem.rooms)
            if room.type == room_type
        ]
        most = tuple(
            (each[0][0], sum(count for _, count in each))
            for each in zip(*(day.most for day in days), strict=True)
        )
        _fit(model, DayCapacity(sum(day.slots for day in days), most), things)
