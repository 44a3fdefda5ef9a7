"""Names after times: which practitioner of a pool, and which room, each visit has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from allay.scheduling.solving.sequencing.rows import LeadKey, Pool, Var, lead_key
from allay.scheduling.solving.sequencing.visits import DayVisits
from allay.scheduling.solving.week.task import WeekTask

Read = Callable[[Var], int]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class PlacedVisit:
    """A visit with its day, slot, practitioner and room; telehealth has no room."""

    visit: int
    day: int
    slot: int
    mode: str
    lead: int
    second: int | None = None
    room: int | None = None


def placed_of(task: WeekTask, visits: DayVisits, value: Read) -> tuple[PlacedVisit, ...]:
    """Name practitioners and rooms of the visits that a solved model begins.

    Parameters
    ----------
    task : WeekTask
    visits : DayVisits
    value : callable
        Reads a variable of the solved model.

    Returns
    -------
    tuple of PlacedVisit
        In the order of the options.
    """
    begun: dict[int, int] = {}
    for at, starts in enumerate(visits.rows.starts):
        for slot, var in starts.items():
            if value(var):
                begun[at] = slot
    rows = visits.rows
    leads: dict[LeadKey, list[int]] = defaultdict(list)
    rooms: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at in begun:
        leads[lead_key(rows.demands, at)].append(at)
        demand = rows.demands[at]
        if demand.room_type is not None:
            rooms[demand.room_type, demand.length].append(at)
    lengths = {at: rows.demands[at].length for at in begun}
    lead_of = _named(rows.lead_pools, rows.lead_flows, leads, begun, lengths, value)
    room_of = _named(rows.room_pools, rows.room_flows, rooms, begun, lengths, value)
    return tuple(
        PlacedVisit(
            visit=visits.options[at].visit,
            day=visits.day,
            slot=slot,
            mode=visits.options[at].mode,
            lead=lead_of[at],
            second=_second(rows.seconds.get(at, {}), slot, value),
            room=room_of.get(at),
        )
        for at, slot in begun.items()
    )


def _second(seconds: Mapping[int, Mapping[int, Var]], slot: int, value: Read) -> int | None:
    for unit, slots in seconds.items():
        if slot in slots and value(slots[slot]):
            return unit
    return None


def _named(
    pools: Sequence[Pool],
    flows: Mapping[Key, Mapping[int, Mapping[int, Var]]],
    wanted: Mapping[Key, Sequence[int]],
    begun: Mapping[int, int],
    lengths: Mapping[int, int],
    value: Read,
) -> dict[int, int]:
    """Deal what begins at a slot to pools as their flows say, then to their members as they get free."""
    dealt: dict[int, list[int]] = defaultdict(list)
    for key, members in wanted.items():
        left: dict[int, list[int]] = defaultdict(list)
        for at in members:
            left[begun[at]].append(at)
        for number, slots in flows[key].items():
            for slot, var in slots.items():
                for _ in range(value(var)):
                    if left[slot]:
                        dealt[number].append(left[slot].pop(0))
    found: dict[int, int] = {}
    for number, members in dealt.items():
        ends = dict.fromkeys(pools[number].units, 0)
        for at in sorted(members, key=lambda one: (begun[one], one)):
            unit = next(unit for unit, end in ends.items() if end <= begun[at])
            ends[unit] = begun[at] + lengths[at]
            found[at] = unit
    return found
