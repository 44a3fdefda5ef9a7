"""An exact model of some days of a week: days, clock times, practitioners and rooms at once.

Visits that are free choose among options; the others keep what they have. Days outside keep their clock
times too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from allay.scheduling.solving.assignment.assignment import AssignmentModel, assignment_model
from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.effort import Limit, solver_of
from allay.scheduling.solving.sequencing.names import PlacedVisit, placed_of
from allay.scheduling.solving.sequencing.rows import Demand
from allay.scheduling.solving.sequencing.visits import DayVisits, add_visits, hint_visits
from allay.scheduling.solving.week.masks import first_of, last_of
from allay.scheduling.solving.week.task import WeekTask


@dataclass(frozen=True, slots=True)
class Exact:
    """A solution of an exact model: what is placed on its days, its total, and a bound of the model.

    `total` and `bound` have the week's fixed points in them. The bound holds for the week only if every visit
    was free on every day.
    """

    placed: Mapping[int, PlacedVisit]
    total: int
    bound: int
    proven: bool


@dataclass(slots=True)
class ExactModel:
    """Level 2 with the clock times of single visits on some days."""

    made: AssignmentModel
    days: tuple[DayVisits, ...]
    outside: Mapping[int, PlacedVisit]


def exact_model(
    task: WeekTask,
    options: Sequence[Option],
    *,
    days: Collection[int],
    placed: Mapping[int, PlacedVisit],
    free: Collection[int],
    beside: Mapping[int, Sequence[Demand]] | None = None,
) -> ExactModel:
    """State the days of a week exactly.

    Parameters
    ----------
    task : WeekTask
    options : sequence of Option
        Of the week, as of `options_of`.
    days : collection of int
        Days whose clock times are open.
    placed : mapping of int to PlacedVisit
        What each visit has now.
    free : collection of int
        Visits that may move among `days`. All others keep their day and options; those outside of `days`
        their clock times, practitioners and rooms too.
    beside : mapping of int to sequence of Demand, optional
        By day, what else takes practitioners and rooms.

    Returns
    -------
    ExactModel
        Its objective is that of the whole week.
    """
    kept: list[Option] = []
    for option in options:
        now = placed.get(option.visit)
        if option.visit in free:
            if option.day in days:
                kept.append(option)
        elif (
            now is not None and (option.day, option.mode) == (now.day, now.mode) and now.lead in option.leads
        ):
            if now.day not in days:
                option = replace(option, starts=1 << now.slot)
            kept.append(option)
    made = assignment_model(task, options=tuple(kept))
    fixed = {visit for visit in placed if visit not in free}
    for at, option in enumerate(made.options):
        if option.visit in fixed:
            made.model.add(made.chosen[at] == 1)
    parts = []
    for day in sorted(days):
        places = [at for at, option in enumerate(made.options) if option.day == day]
        chosen = [made.chosen[at] for at in places]
        listed = [made.options[at] for at in places]
        parts.append(add_visits(made.model, task, day, listed, chosen, (beside or {}).get(day, ())))
    outside = {visit: each for visit, each in placed.items() if each.day not in days and visit in fixed}
    model = ExactModel(made, tuple(parts), outside)
    _keep_gaps(model)
    return model


def _keep_gaps(model: ExactModel) -> None:
    """Visits of a series on two of the days keep their gap to the minute."""
    task, made = model.made.task, model.made
    known = {part.day: part for part in model.days}
    for pair in task.pairs:
        for day, part in known.items():
            for later, other in known.items():
                if day >= later:
                    continue
                for one in _places(part, pair.earlier):
                    for two in _places(other, pair.later):
                        first, second = part.options[one], other.options[two]
                        least = task.minutes(later, first_of(second.starts)) - task.minutes(
                            day, last_of(first.starts)
                        )
                        if least >= pair.gap:
                            continue
                        apart = task.minutes(later, 0) - task.minutes(day, 0)
                        slots = -((apart - pair.gap) // task.slot_minutes)
                        absent = (1 - part.given[one]) + (1 - other.given[two])
                        wide = 2 * task.slots + abs(slots)
                        made.model.add(other.begun(two) - part.begun(one) + wide * absent >= slots)
        _keep_outside(model, pair.earlier, pair.later, pair.gap)


def _keep_outside(model: ExactModel, earlier: int, later: int, gap: int) -> None:
    """The same towards visits that stay where they are on other days."""
    task, made = model.made.task, model.made
    for part in model.days:
        for visit, other, sign in ((earlier, later, 1), (later, earlier, -1)):
            if other not in model.outside:
                continue
            there = model.outside[other]
            for at in _places(part, visit):
                for slot, var in part.rows.starts[at].items():
                    apart = task.minutes(there.day, there.slot) - task.minutes(part.day, slot)
                    if sign * apart < gap:
                        made.model.add(var == 0)


def _places(part: DayVisits, visit: int) -> list[int]:
    return [at for at, option in enumerate(part.options) if option.visit == visit]


def solve_exact(
    model: ExactModel, limit: Limit, *, hint: Mapping[int, PlacedVisit] | None = None
) -> Exact | None:
    """Solve an exact model, from what is placed now if that is given; None when nothing was found."""
    import math

    from ortools.sat.python import cp_model

    made = model.made
    if hint:
        _hint(model, hint)
    solver = solver_of(limit)
    status = solver.solve(made.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    placed = dict(model.outside)
    for part in model.days:
        placed.update({each.visit: each for each in placed_of(made.task, part, solver.value)})
    total = round(solver.objective_value) + made.task.constant
    bound = math.ceil(solver.best_objective_bound - 1e-6) + made.task.constant
    return Exact(placed, total, min(total, max(bound, made.task.constant)), status == cp_model.OPTIMAL)


def _hint(model: ExactModel, hint: Mapping[int, PlacedVisit]) -> None:
    made = model.made
    days = set()
    for at, option in enumerate(made.options):
        now = hint.get(option.visit)
        taken = now is not None and (option.day, option.mode) == (now.day, now.mode)
        taken = taken and now is not None and now.lead in option.leads
        made.model.add_hint(made.chosen[at], taken)
        if taken and option.mode == "onsite":
            days.add((made.task.visits[option.visit].patient, option.day))
    for visit, var in made.unserved.items():
        made.model.add_hint(var, visit not in hint)
    for key, var in made.trips.items():
        made.model.add_hint(var, key in days)
    for part in model.days:
        slots = {visit: each.slot for visit, each in hint.items() if each.day == part.day}
        hint_visits(made.model, part, slots)
