"""Rooms of a re-planned day: as many visits as possible keep theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allay.scheduling.solving.effort import Limit, solver_of
from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.solver import cp_model
from allay.scheduling.solving.week.masks import block, slots_in
from allay.scheduling.solving.week.task import WeekTask


def with_rooms(
    task: WeekTask, placed: Mapping[int, PlacedVisit], wanted: Mapping[int, int | None], limit: Limit
) -> dict[int, PlacedVisit]:
    """Give visits on site a room, the one they had where that is possible.

    Parameters
    ----------
    task : WeekTask
    placed : mapping of int to PlacedVisit
        With rooms that are possible together, as level 3 deals them.
    wanted : mapping of int to int or None
        The room each visit had.
    limit : Limit

    Returns
    -------
    dict of int to PlacedVisit
    """
    found = dict(placed)
    groups: dict[tuple[int, str], list[int]] = {}
    for visit, one in sorted(placed.items()):
        kind = task.visits[visit].room_type
        if one.mode == "onsite" and kind is not None:
            groups.setdefault((one.day, kind), []).append(visit)
    for (day, kind), visits in groups.items():
        rooms = _dealt(task, placed, day, kind, visits, wanted) or _solved(
            task, placed, day, kind, visits, wanted, limit
        )
        for visit, room in (rooms or {}).items():
            one = found[visit]
            found[visit] = PlacedVisit(visit, one.day, one.slot, one.mode, one.lead, one.second, room)
    return found


def _able(task: WeekTask, placed: PlacedVisit, kind: str) -> list[int]:
    taken = block(placed.slot, task.visits[placed.visit].length)
    return [
        room
        for room, each in enumerate(task.room_types)
        if each == kind and not taken & ~task.room[room][placed.day]
    ]


def _dealt(
    task: WeekTask,
    placed: Mapping[int, PlacedVisit],
    day: int,
    kind: str,
    visits: Sequence[int],
    wanted: Mapping[int, int | None],
) -> dict[int, int] | None:
    """Everybody who can keeps the room, the others take the first free one; None if that does not do."""
    taken = dict.fromkeys(range(len(task.room_types)), 0)
    found: dict[int, int] = {}
    keeping = [visit for visit in visits if wanted.get(visit) in _able(task, placed[visit], kind)]
    others = [visit for visit in visits if visit not in keeping]
    for visit in (*keeping, *sorted(others, key=lambda each: (placed[each].slot, each))):
        held = block(placed[visit].slot, task.visits[visit].length)
        own = wanted.get(visit)
        able = [own] if visit in keeping else _able(task, placed[visit], kind)
        room = next((one for one in able if one is not None and not taken[one] & held), None)
        if room is None:
            return None
        taken[room] |= held
        found[visit] = room
    return found


def _solved(
    task: WeekTask,
    placed: Mapping[int, PlacedVisit],
    day: int,
    kind: str,
    visits: Sequence[int],
    wanted: Mapping[int, int | None],
    limit: Limit,
) -> dict[int, int] | None:
    model = cp_model().CpModel()
    chosen = {
        visit: {room: model.new_bool_var("") for room in _able(task, placed[visit], kind)} for visit in visits
    }
    covers: dict[tuple[int, int], list[object]] = {}
    for visit, rooms in chosen.items():
        model.add_exactly_one(rooms.values())
        for room, var in rooms.items():
            model.add_hint(var, placed[visit].room == room)
            for slot in slots_in(block(placed[visit].slot, task.visits[visit].length)):
                covers.setdefault((room, slot), []).append(var)
    for variables in covers.values():
        model.add_at_most_one(variables)
    model.maximize(
        sum(
            var for visit, rooms in chosen.items() for room, var in rooms.items() if wanted.get(visit) == room
        )
    )
    solver = solver_of(limit)
    if solver.solve(model) not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
        return None
    return {
        visit: room
        for visit, rooms in chosen.items()
        for room, var in rooms.items()
        if solver.boolean_value(var)
    }
