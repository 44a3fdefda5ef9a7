"""Level 2: the days of a week's visits and, where it matters, who gives them, without clock times.

Everything it relaxes (exact times, rooms at a moment) is relaxed only: each week of each plan with the
template is one of its solutions and costs as much, so its bound is valid for the week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from allay.scheduling.solving.assignment.capacity import add_capacity
from allay.scheduling.solving.assignment.options import Option, by_visit, compatible, fit, options_of
from allay.scheduling.solving.assignment.times import add_times
from allay.scheduling.solving.effort import Limit, solver_of
from allay.scheduling.solving.sequencing.rows import Var
from allay.scheduling.solving.week.task import Pair, WeekTask, broken

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

MOST_TOGETHER = 4
"""Visits of a patient on a day that are tried in every order; more are limited by their slots only."""


@dataclass(frozen=True, slots=True)
class WeekAssignment:
    """What level 2 found: an option (place in `options`) for each visit that is served, and its bound.

    `total` and `bound` have the week's fixed points in them; `proven` says that they are equal.
    """

    options: tuple[Option, ...]
    chosen: Mapping[int, int]
    total: int
    bound: int
    proven: bool
    work: float


@dataclass(slots=True)
class AssignmentModel:
    """Level 2 as a model, to be solved, or solved again after more rows were added.

    Attributes
    ----------
    options : tuple of Option
    chosen : list
        A boolean for each option.
    unserved : dict
        A boolean for each visit.
    trips : dict of (patient, day)
        A boolean for each day that would cost a trip.
    cost : list of (points, variable)
    """

    model: cp_model.CpModel
    task: WeekTask
    options: tuple[Option, ...]
    chosen: list[Var]
    unserved: dict[int, Var]
    trips: dict[tuple[int, int], Var] = field(default_factory=dict)
    cost: list[tuple[int, Var]] = field(default_factory=list)

    def objective(self) -> Var:
        """Points of the week beyond the fixed ones."""
        from ortools.sat.python import cp_model

        return cp_model.LinearExpr.weighted_sum([var for _, var in self.cost], [by for by, _ in self.cost])


def assignment_model(
    task: WeekTask, *, options: tuple[Option, ...] | None = None, timed: Iterable[int] = ()
) -> AssignmentModel:
    """State level 2 of a week.

    Parameters
    ----------
    task : WeekTask
    options : tuple of Option, optional
        Instead of all.
    timed : iterable of int
        Days for which it is also stated how many visits alike begin at which slot: tighter, still a bound,
        and larger.

    Returns
    -------
    AssignmentModel
        A boolean for each option, each visit and each patient's day.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    listed = options_of(task) if options is None else options
    chosen = [model.new_bool_var("") for _ in listed]
    unserved = {at: model.new_bool_var("") for at in range(len(task.visits))}
    made = AssignmentModel(model, task, listed, chosen, unserved)
    places = by_visit(listed)
    for at in range(len(task.visits)):
        model.add_exactly_one([*(chosen[place] for place in places.get(at, ())), unserved[at]])
        made.cost.append((task.visits[at].price, unserved[at]))
    made.cost += [(one.cost, chosen[at]) for at, one in enumerate(listed) if one.cost]
    _add_patients(made)
    _add_pairs(made, places)
    add_capacity(model, task, listed, chosen)
    for day in timed:
        add_times(model, task, listed, chosen, day)
    model.minimize(made.objective())
    return made


def _add_patients(made: AssignmentModel) -> None:
    """Trips, the most of a week, same-day rules, and whether a day holds what a patient has on it."""
    task, model = made.task, made.model
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, option in enumerate(made.options):
        days[task.visits[option.visit].patient, option.day].append(at)
    pairs = {(pair.earlier, pair.later): pair for pair in task.pairs}
    for (patient, day), places in days.items():
        on_site = [made.chosen[at] for at in places if made.options[at].mode == "onsite"]
        if on_site and (patient, day) not in task.on_site:
            trip = model.new_bool_var("")
            made.trips[patient, day] = trip
            made.cost.append((task.weights[patient], trip))
            for var in on_site:
                model.add_implication(var, trip)
        _add_packing(made, places, pairs)
        _add_rules(made, patient, day, places)
    for patient, most in enumerate(task.most_trips):
        trips = [var for (one, _), var in made.trips.items() if one == patient]
        if most is not None and trips:
            fixed = sum(one == patient for one, _ in task.on_site - task.perhaps)
            model.add(sum(trips) <= max(0, most - fixed))


def _add_packing(made: AssignmentModel, places: Sequence[int], pairs: dict[tuple[int, int], Pair]) -> None:
    """Forbid what a patient cannot have on one day: smallest such sets of up to a few visits."""
    together = by_visit(made.options[at] for at in places)
    if len(together) < 2:
        return
    merged = [
        (visit, [places[at] for at in those], _merged([made.options[places[at]] for at in those]))
        for visit, those in together.items()
    ]
    forbidden: list[frozenset[int]] = []
    for size in range(2, min(len(merged), MOST_TOGETHER) + 1):
        for some in combinations(merged, size):
            visits = frozenset(visit for visit, _, _ in some)
            if any(less <= visits for less in forbidden):
                continue
            if not fit(made.task, [option for _, _, option in some], pairs):
                forbidden.append(visits)
                made.model.add(sum(made.chosen[at] for _, those, _ in some for at in those) <= size - 1)


def _merged(options: Sequence[Option]) -> Option:
    starts = 0
    for option in options:
        starts |= option.starts
    first = options[0]
    return Option(first.visit, first.day, first.mode, first.leads, starts, 0)


def _add_rules(made: AssignmentModel, patient: int, day: int, places: Sequence[int]) -> None:
    """Same-day rules: forbidden pairs never, priced ones at their loss, once a day and rule."""
    task, model = made.task, made.model
    held = task.held.get((patient, day), ())
    served: dict[str, list[tuple[int, Var]]] = defaultdict(list)
    for at in places:
        option = made.options[at]
        served[task.visits[option.visit].service].append((option.visit, made.chosen[at]))
    for rule in task.rules[patient]:
        if broken(rule, held) or (rule.effect == "priced" and not task.rule_points[rule.id]):
            continue
        clashes = [
            [var] for service in served for _, var in served[service] if broken(rule, (*held, service))
        ]
        one, other = rule.services
        both = [
            [var, against]
            for first, var in served.get(one, ())
            for second, against in served.get(other, ())
            if (first < second if one == other else True) and first != second
        ]
        clashes += both
        if not clashes:
            continue
        if rule.effect == "forbidden":
            for clash in clashes:
                model.add_bool_or([~var for var in clash])
        else:
            loss = model.new_bool_var("")
            made.cost.append((task.rule_points[rule.id], loss))
            for clash in clashes:
                model.add_bool_or([*(~var for var in clash), loss])


def _add_pairs(made: AssignmentModel, places: Mapping[int, list[int]]) -> None:
    """Two visits of a series in the week: their order, their gap, and one practitioner for both."""
    task, model = made.task, made.model
    for pair in task.pairs:
        one, other = places.get(pair.earlier, []), places.get(pair.later, [])
        for before in one:
            misfits = [
                made.chosen[after]
                for after in other
                if not compatible(task, pair, made.options[before], made.options[after])
            ]
            if misfits:
                model.add(sum(misfits) + made.chosen[before] <= 1)
        if pair.change == 0:
            continue
        price = None
        if pair.change is not None:
            price = model.new_bool_var("")
            made.cost.append((pair.change, price))
        for lead in sorted({lead for at in one for lead in made.options[at].leads}):
            same = [made.chosen[at] for at in other if made.options[at].leads == (lead,)]
            mine = [made.chosen[at] for at in one if made.options[at].leads == (lead,)]
            # If the later visit is given at all, it is by the same practitioner, or it costs.
            slack = [made.unserved[pair.later], *([price] if price is not None else [])]
            model.add(sum(mine) <= sum(same) + sum(slack))


def solve_assignment(
    made: AssignmentModel, limit: Limit, *, hint: Mapping[int, Option] | None = None
) -> WeekAssignment:
    """Solve level 2.

    Parameters
    ----------
    made : AssignmentModel
    limit : Limit
        Seed, deterministic time, workers.
    hint : mapping of int to Option, optional
        Options of visits to begin with.

    Returns
    -------
    WeekAssignment
        Without any solution in the time allowed nothing is served, and the bound stands.
    """
    from ortools.sat.python import cp_model

    task = made.task
    if hint is not None:
        _hint(made, hint)
    solver = solver_of(limit)
    status = solver.solve(made.model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        chosen = {
            option.visit: at
            for at, option in enumerate(made.options)
            if solver.boolean_value(made.chosen[at])
        }
        total = round(solver.objective_value) + task.constant
        bound = min(total, _ceiling(solver.best_objective_bound) + task.constant)
        work = solver.deterministic_time
        return WeekAssignment(made.options, chosen, total, bound, status == cp_model.OPTIMAL, work)
    everything = sum(visit.price for visit in task.visits) + task.constant
    bound = max(0, _ceiling(solver.best_objective_bound)) + task.constant
    return WeekAssignment(made.options, {}, everything, bound, False, solver.deterministic_time)


def _ceiling(value: float) -> int:
    import math

    return math.ceil(value - 1e-6) if math.isfinite(value) else 0


def _hint(made: AssignmentModel, hint: Mapping[int, Option]) -> None:
    made.model.clear_hints()  # type: ignore[no-untyped-call]
    days = set()
    for at, option in enumerate(made.options):
        wanted = hint.get(option.visit)
        taken = wanted is not None and (option.day, option.mode, option.leads) == (
            wanted.day,
            wanted.mode,
            wanted.leads,
        )
        made.model.add_hint(made.chosen[at], taken)
        if taken and option.mode == "onsite":
            days.add((made.task.visits[option.visit].patient, option.day))
    for visit, var in made.unserved.items():
        made.model.add_hint(var, visit not in hint)
    for key, var in made.trips.items():
        made.model.add_hint(var, key in days)
