"""Clock times of a day as rows of a model: who and which rooms can begin how much at which slot.

Practitioners who are alike on a day (free at the same times, allowed for the same visits) make a pool, and
so do rooms of a type. A pool begins at most as much as it has members for at every moment; since visits are
intervals and the members alike, single practitioners and rooms can always be named afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allay.scheduling.solving.week.masks import slots_in, starts_in

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from allay.scheduling.solving.week.task import WeekTask

Var = Any  # a variable or linear expression of CP-SAT, which has no common public type


@dataclass(frozen=True, slots=True)
class Demand:
    """Visits of a day that are alike for practitioners and rooms.

    Attributes
    ----------
    length : int
        Slots.
    leads : tuple of int
        Who may give them.
    starts : int
        Possible starts, as bits.
    room_type : str or None
        None: by telehealth.
    most : int
        How many at most; 1 for a single visit.
    seconds : mapping of int to int
        For a linked visit: who may be second, and at which starts.
    held, ratio : int
        For a linked visit: slots that the second is occupied for, and the most at one moment.
    """

    length: int
    leads: tuple[int, ...]
    starts: int
    room_type: str | None
    most: int = 1
    seconds: Mapping[int, int] = field(default_factory=dict)
    held: int = 0
    ratio: int = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """Practitioners, or rooms, who are alike on a day, and when they are free."""

    units: tuple[int, ...]
    mask: int


def pools_of(masks: Mapping[int, int], sets: Iterable[Iterable[int]]) -> tuple[Pool, ...]:
    """Group what has the same free slots and belongs to the same sets.

    Examples
    --------
    >>> pools_of({0: 0b11, 1: 0b11, 2: 0b11, 3: 0b1}, [(0, 1, 2, 3), (2, 3)])
    (Pool(units=(0, 1), mask=3), Pool(units=(2,), mask=3), Pool(units=(3,), mask=1))
    """
    kinds: dict[int, list[int]] = defaultdict(list)
    for number, members in enumerate(sets):
        for unit in set(members):
            kinds[unit].append(number)
    groups: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for unit, mask in masks.items():
        if mask and kinds[unit]:
            groups[mask, tuple(kinds[unit])].append(unit)
    return tuple(Pool(tuple(units), mask) for (mask, _), units in groups.items())


LeadKey = tuple[tuple[int, ...], int, int]
"""Whose visits: who may give them, how long they are, and -1 or the only demand."""


@dataclass(slots=True)
class DayRows:
    """Variables of a day: `starts[demand][slot]` says how many of a demand begin at a slot.

    `lead_flows[key][pool][slot]` says how many of the visits of a key the pool begins, `room_flows` the same
    of room types and lengths; `seconds[demand][practitioner][slot]` who is second.
    """

    demands: tuple[Demand, ...]
    starts: list[dict[int, Var]]
    lead_pools: tuple[Pool, ...]
    room_pools: tuple[Pool, ...]
    lead_flows: dict[LeadKey, dict[int, dict[int, Var]]]
    room_flows: dict[tuple[str, int], dict[int, dict[int, Var]]]
    seconds: dict[int, dict[int, dict[int, Var]]]

    def variables(self) -> list[Var]:
        """All variables, for hints."""
        found = [var for each in self.starts for var in each.values()]
        for flows in (self.lead_flows, self.room_flows, self.seconds):
            found += [var for pools in flows.values() for slots in pools.values() for var in slots.values()]
        return found


def lead_key(demands: Sequence[Demand], at: int) -> LeadKey:
    """Whose visits a demand belongs to: a linked one stands for itself if a second might lead it."""
    demand = demands[at]
    alone = bool(demand.seconds) and not set(demand.leads).isdisjoint(demand.seconds)
    return demand.leads, demand.length, at if alone else -1


def add_day(model: cp_model.CpModel, task: WeekTask, day: int, demands: Sequence[Demand]) -> DayRows:
    """Add the clock times of a day to a model.

    Parameters
    ----------
    model : CpModel
    task : WeekTask
    day : int
        Of the week.
    demands : sequence of Demand

    Returns
    -------
    DayRows
        The caller says how many of each demand there are, as the sum of its starts, and keeps visits of a
        patient apart. Size grows with demands times slots and, for practitioners, with different sets of
        leads times pools times slots.
    """
    starts = [_begin(model, demand) for demand in demands]
    rows = DayRows(tuple(demands), starts, (), (), {}, {}, {})
    covers: dict[int, dict[int, list[Var]]] = defaultdict(lambda: defaultdict(list))
    _add_seconds(model, task, day, rows, covers)
    _add_leads(model, task, day, rows, covers)
    _add_rooms(model, task, day, rows)
    return rows


def _begin(model: cp_model.CpModel, demand: Demand) -> dict[int, Var]:
    if demand.most == 1:
        return {slot: model.new_bool_var("") for slot in slots_in(demand.starts)}
    return {slot: model.new_int_var(0, demand.most, "") for slot in slots_in(demand.starts)}


def _add_leads(
    model: cp_model.CpModel,
    task: WeekTask,
    day: int,
    rows: DayRows,
    covers: dict[int, dict[int, list[Var]]],
) -> None:
    masks = {unit: free[day] for unit, free in enumerate(task.practitioner)}
    alone = {unit for each in rows.demands for unit in each.seconds}
    wanted: dict[LeadKey, list[int]] = defaultdict(list)
    for at in range(len(rows.demands)):
        wanted[lead_key(rows.demands, at)].append(at)
    sets = [*dict.fromkeys(leads for leads, _, _ in wanted), *((unit,) for unit in sorted(alone))]
    rows.lead_pools = pools_of(masks, sets)
    for number, pool in enumerate(rows.lead_pools):
        if len(pool.units) == 1 and pool.units[0] in covers:
            for slot, occupied in covers[pool.units[0]].items():
                covers[~number][slot] += occupied
    for key, members in wanted.items():
        able = [number for number, pool in enumerate(rows.lead_pools) if pool.units[0] in key[0]]
        flows = _flows(model, rows, members, [(number, rows.lead_pools[number]) for number in able], key[1])
        rows.lead_flows[key] = flows
        for number, slots in flows.items():
            _cover(covers[~number], slots, key[1])
        if key[2] >= 0:
            _keep_apart(model, rows, key, flows)
    for number, pool in enumerate(rows.lead_pools):
        _limit(model, covers[~number], len(pool.units))


def _keep_apart(
    model: cp_model.CpModel, rows: DayRows, key: LeadKey, flows: dict[int, dict[int, Var]]
) -> None:
    """Nobody is second of the visit he or she leads."""
    for number, slots in flows.items():
        unit = rows.lead_pools[number].units[0]
        for slot, var in rows.seconds[key[2]].get(unit, {}).items():
            if slot in slots:
                model.add_at_most_one(var, slots[slot])


def _flows(
    model: cp_model.CpModel,
    rows: DayRows,
    members: Sequence[int],
    pools: Sequence[tuple[int, Pool]],
    length: int,
) -> dict[int, dict[int, Var]]:
    """Let pools begin what the demands `members` begin, slot by slot."""
    begun: dict[int, list[Var]] = defaultdict(list)
    for at in members:
        for slot, var in rows.starts[at].items():
            begun[slot].append(var)
    flows: dict[int, dict[int, Var]] = {}
    sources: dict[int, list[Var]] = defaultdict(list)
    for number, pool in pools:
        free = starts_in(pool.mask, length)
        slots = {slot: model.new_int_var(0, len(pool.units), "") for slot in slots_in(free) if slot in begun}
        for slot, var in slots.items():
            sources[slot].append(var)
        flows[number] = slots
    for slot, variables in begun.items():
        model.add(sum(variables) <= sum(sources[slot]))
    return flows


def _cover(covers: dict[int, list[Var]], slots: Mapping[int, Var], length: int) -> None:
    for slot, var in slots.items():
        for later in range(slot, slot + length):
            covers[later].append(var)


def _limit(model: cp_model.CpModel, covers: Mapping[int, list[Var]], size: int) -> None:
    done: set[tuple[int, ...]] = set()
    for variables in covers.values():
        key = tuple(var.index for var in variables)
        if len(variables) > 0 and key not in done:
            done.add(key)
            model.add(sum(variables) <= size)


def _add_rooms(model: cp_model.CpModel, task: WeekTask, day: int, rows: DayRows) -> None:
    wanted: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, demand in enumerate(rows.demands):
        if demand.room_type is not None:
            wanted[demand.room_type, demand.length].append(at)
    masks = {room: free[day] for room, free in enumerate(task.room)}
    types = sorted({kind for kind, _ in wanted})
    rows.room_pools = pools_of(
        masks, [[room for room, kind in enumerate(task.room_types) if kind == each] for each in types]
    )
    covers: dict[int, dict[int, list[Var]]] = defaultdict(lambda: defaultdict(list))
    for key, members in wanted.items():
        able = [
            (number, pool)
            for number, pool in enumerate(rows.room_pools)
            if task.room_types[pool.units[0]] == key[0]
        ]
        rows.room_flows[key] = _flows(model, rows, members, able, key[1])
        for number, slots in rows.room_flows[key].items():
            _cover(covers[number], slots, key[1])
    for number, pool in enumerate(rows.room_pools):
        _limit(model, covers[number], len(pool.units))


def _add_seconds(
    model: cp_model.CpModel,
    task: WeekTask,
    day: int,
    rows: DayRows,
    covers: dict[int, dict[int, list[Var]]],
) -> None:
    """Name a second practitioner for each start of a linked visit, occupied as its presence says.

    Booked linked visits count among those that run with a second at one moment.
    """
    running: dict[int, dict[int, list[tuple[int, Var]]]] = defaultdict(lambda: defaultdict(list))
    for at, demand in enumerate(rows.demands):
        if not demand.seconds:
            continue
        rows.seconds[at] = {}
        for unit, mask in demand.seconds.items():
            slots = {
                slot: model.new_int_var(0, demand.most, "") if demand.most > 1 else model.new_bool_var("")
                for slot in slots_in(mask & demand.starts)
            }
            rows.seconds[at][unit] = slots
            _cover(covers[unit], slots, demand.held)
            for slot, var in slots.items():
                for later in range(slot, slot + demand.length):
                    running[unit][later].append((demand.ratio, var))
        for slot, var in rows.starts[at].items():
            model.add(var == sum(slots[slot] for slots in rows.seconds[at].values() if slot in slots))
    for unit, moments in running.items():
        for moment, linked in moments.items():
            booked = [ratio for slots, ratio in task.linked.get((unit, day), ()) if slots >> moment & 1]
            _limit_ratio(model, linked, booked)


def _limit_ratio(model: cp_model.CpModel, linked: Sequence[tuple[int, Var]], booked: Sequence[int]) -> None:
    """At most as many linked visits at one moment as each of them, and each that is booked, allows."""
    most = min([max(ratio for ratio, _ in linked), *booked])
    left = max(0, most - len(booked))
    total = sum(var for _, var in linked)
    model.add(total <= left)
    for ratio, var in linked:
        if ratio < most:
            model.add(total + (most - ratio) * var <= left)
