"""Sessions without a place that a week could hold beside all that stays in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.replanning.week import ReplanWeek
from allay.scheduling.solving.week.masks import block, slots_in, starts_in
from allay.scheduling.solving.week.task import WeekTask


def placeable(week: ReplanWeek, visits: Collection[int]) -> set[int]:
    """Choose the visits that might have a place although everything that stays keeps its own.

    Parameters
    ----------
    week : ReplanWeek
    visits : collection of int
        Visits without a place.

    Returns
    -------
    set of int
        None that has a place is left out; same-day rules, trips and second practitioners may still be against
        one that is in. Time grows with the options of the visits.
    """
    beside = _beside(week)
    found: set[int] = set()
    for option in week.options:
        if option.visit in visits and option.visit not in found and _fits(week, beside, option):
            found.add(option.visit)
    return found


def _fits(week: ReplanWeek, beside: WeekTask, option: Option) -> bool:
    visit, day = beside.visits[option.visit], option.day
    mask = option.starts & starts_in(beside.patient[visit.patient][day], visit.length)
    ways = [way for way in visit.ways if way.mode == option.mode and way.lead in option.leads]
    return any(
        _apart(week, option.visit, day, slot)
        for way in ways
        for slot in slots_in(mask & beside.lead_starts(option.visit, way, day))
    )


def _apart(week: ReplanWeek, visit: int, day: int, slot: int) -> bool:
    """Whether a start keeps order and gap to those sessions of its series that stay in the week."""
    task, begins = week.task, week.task.minutes(day, slot)
    for pair in task.pairs:
        if visit in (pair.earlier, pair.later):
            other = pair.later if visit == pair.earlier else pair.earlier
            if other in week.stay:
                stays = week.stay[other][0]
                after = begins - task.minutes(stays.day, stays.slot)
                if visit == pair.earlier:
                    after = -after
                if after <= 0 or after < pair.gap:
                    return False
    return True


def _beside(week: ReplanWeek) -> WeekTask:
    """The task of a week in which all that stays has taken its time."""
    task = week.task
    practitioner, patient, room = (
        [list(days) for days in each] for each in (task.practitioner, task.patient, task.room)
    )
    for at, (placed, _) in week.stay.items():
        visit = task.visits[at]
        held = block(placed.slot, visit.length)
        practitioner[placed.lead][placed.day] &= ~held
        patient[visit.patient][placed.day] &= ~held
        if placed.room is not None:
            room[placed.room][placed.day] &= ~held
        if placed.second is not None and visit.linked is not None and visit.linked.presence != "general":
            length = visit.length if visit.linked.presence == "full" else 1
            practitioner[placed.second][placed.day] &= ~block(placed.slot, length)
    return replace(
        task,
        practitioner=tuple(map(tuple, practitioner)),
        patient=tuple(map(tuple, patient)),
        room=tuple(map(tuple, room)),
    )
