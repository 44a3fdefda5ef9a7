"""Capacity of level 2: what practitioners, second practitioners and rooms can give in a day, in slots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.sequencing.rows import Pool, Var, pools_of
from allay.scheduling.solving.week.masks import most_at, most_in, starts_in
from allay.scheduling.solving.week.task import WeekTask

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be taken from which units: so many slots each time, as often as `times` says, at `starts`."""

    length: int
    units: tuple[int, ...]
    times: tuple[Var, ...]
    starts: int


Uses = dict[tuple[int, tuple[int, ...], str | None], list[tuple[Var, int]]]
"""By length, units and what else is needed: variables, each with its possible starts."""


def add_capacity(
    model: cp_model.CpModel, task: WeekTask, options: Sequence[Option], chosen: Sequence[Var]
) -> None:
    """Keep each day within what everybody, and every room, can give.

    Of a unit's free runs each takes as many visits of a length as fit one after another; visits of mixed
    lengths are counted together by slots, and those at least so long by how often that fits. Only starts
    count at which somebody else needed (patients, rooms, practitioners) is free too.
    """
    for day in range(len(task.dates)):
        people: Uses = defaultdict(list)
        rooms: Uses = defaultdict(list)
        for at, option in enumerate(options):
            if option.day == day:
                _want(task, option, chosen[at], people, rooms)
        for wanted, masks in ((people, task.practitioner), (rooms, task.room)):
            free = {unit: days[day] for unit, days in enumerate(masks)}
            listed = [
                Wanted(length, units, tuple(var for var, _ in uses), _union(starts for _, starts in uses))
                for (length, units, _), uses in wanted.items()
            ]
            _add(model, listed, free)


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _want(
    task: WeekTask,
    option: Option,
    var: Var,
    people: Uses,
    rooms: Uses,
) -> None:
    visit = task.visits[option.visit]
    kind = visit.room_type if option.mode == "onsite" else None
    people[visit.length, option.leads, kind].append((var, option.starts))
    if option.mode != "onsite":
        return
    some = tuple(room for room, kind in enumerate(task.room_types) if kind == visit.room_type)
    rooms[visit.length, some, visit.discipline].append((var, option.starts))
    if visit.linked is not None and visit.linked.presence != "general":
        held = visit.length if visit.linked.presence == "full" else 1
        seconds = {one for lead in option.leads for one in visit.seconds[lead]}
        people[held, tuple(sorted(seconds)), "second"].append((var, option.starts))


def _add(model: cp_model.CpModel, listed: Sequence[Wanted], free: Mapping[int, int]) -> None:
    pools = pools_of(free, [wanted.units for wanted in listed])
    taken: list[list[tuple[int, Var]]] = [[] for _ in pools]
    for wanted in listed:
        able = [
            (
                number,
                len(pool.units) * most_at(wanted.starts & starts_in(pool.mask, wanted.length), wanted.length),
            )
            for number, pool in enumerate(pools)
            if pool.units[0] in wanted.units
        ]
        flows = {number: model.new_int_var(0, min(most, len(wanted.times)), "") for number, most in able}
        model.add(sum(wanted.times) == sum(flows.values()))
        for number, var in flows.items():
            taken[number].append((wanted.length, var))
    for pool, flows_of in zip(pools, taken, strict=True):
        _limit(model, pool, flows_of)


def _limit(model: cp_model.CpModel, pool: Pool, taken: Iterable[tuple[int, Var]]) -> None:
    flows = tuple(taken)
    lengths = sorted({length for length, _ in flows})
    for least in lengths:
        some = [var for length, var in flows if length >= least]
        model.add(sum(some) <= len(pool.units) * most_in(pool.mask, least))
    if len(lengths) > 1:
        slots = pool.mask.bit_count() * len(pool.units)
        model.add(sum(length * var for length, var in flows) <= slots)
