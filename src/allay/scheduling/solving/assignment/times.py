"""Clock times of level 2 for a day, of visits alike together: how many begin at which slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.sequencing.rows import DayRows, Demand, Var, add_day
from allay.scheduling.solving.week.task import WeekTask

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


def add_times(
    model: cp_model.CpModel,
    task: WeekTask,
    options: Sequence[Option],
    chosen: Sequence[Var],
    day: int,
    beside: Sequence[Demand] = (),
) -> DayRows:
    """Let a day's visits begin at slots when practitioners, rooms and patients are free, counted together.

    Visits alike (same length, leads, possible starts, room type) are counted, not named. What it leaves out
    is that a patient's own visits of a day do not overlap. Linked visits stand for themselves. What else
    takes practitioners and rooms may stand `beside`: its starts are the last.
    """
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, option in enumerate(options):
        if option.day == day:
            visit = task.visits[option.visit]
            room = visit.room_type if option.mode == "onsite" else None
            alone = option.visit if visit.linked is not None and room else -1
            alike[visit.length, option.leads, option.starts, room, alone].append(at)
    demands = [demand_of(task, options[places[0]], most=len(places)) for places in alike.values()]
    rows = add_day(model, task, day, [*demands, *beside])
    for starts, places in zip(rows.starts[: len(demands)], alike.values(), strict=True):
        model.add(sum(chosen[at] for at in places) == sum(starts.values()))
    return rows


def demand_of(task: WeekTask, option: Option, *, most: int = 1) -> Demand:
    """Read an option as what it takes from practitioners and rooms."""
    visit = task.visits[option.visit]
    on_site = option.mode == "onsite"
    seconds: dict[int, int] = {}
    held = ratio = 0
    if visit.linked is not None and on_site:
        able = {one for lead in option.leads for one in visit.seconds[lead]}
        seconds = {one: mask for one in sorted(able) if (mask := task.second_starts(visit, one, option.day))}
        held = {"full": visit.length, "start": 1, "general": 0}[visit.linked.presence]
        ratio = visit.linked.max_ratio
    return Demand(
        length=visit.length,
        leads=option.leads,
        starts=option.starts,
        room_type=visit.room_type if on_site else None,
        most=most,
        seconds=seconds,
        held=held,
        ratio=ratio,
    )
