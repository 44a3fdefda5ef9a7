"""Small problems: the template improved by a joint model of the week, and a bound free of any template."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.effort import Search, solver_of
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.solver import cp_model
from allay.scheduling.solving.week.task import WeekTask, week_task
from allay.scheduling.solving.whole.groups import OpenGroups, open_groups
from allay.scheduling.solving.whole.model import whole_model
from allay.scheduling.solving.whole.places import Place, keep_places, places_of, template_of

MOST_PATIENTS = 60
"""Above it the joint model of a week neither proves anything within seconds nor finds a better template."""
COUNTED = 6.0
"""Deterministic seconds for the model in which sessions alike are counted; it takes about four."""
STEP = 2.0
"""The same for a step in which all cohorts but one keep their places."""
MOST_STEPS = 6
ALL = 3.0
"""The same for the exact model in which nothing is kept."""


@dataclass(frozen=True, slots=True)
class WholeWeek:
    """What the joint model found.

    Attributes
    ----------
    template : tuple of CohortPlace
        The best one; where it found none, the one given.
    total : int
        What the model says a plan with it costs; rooms and stand-ins may make it more.
    bound : int
        No plan of the problem costs less.
    proven : bool
        Whether the joint model was solved to the end.
    """

    template: tuple[CohortPlace, ...]
    total: int
    bound: int
    proven: bool


def is_small(problem: SchedulingProblem) -> bool:
    """Say whether the joint model is worth its time: one week, few patients, a group to be placed.

    It knows one group of each patient, and nothing of leads whom a patient avoids.
    """
    one_week = problem.opening.weeks == 1 and bool(problem.cohorts)
    kinds = {(member, cohort.kind) for cohort in problem.cohorts for member in cohort.members}
    kinds |= {(one.id, one.group) for one in problem.patients if one.group is not None}
    mixed = len({patient for patient, _ in kinds}) < len(kinds)
    services = {cohort.service for cohort in problem.cohorts}
    disciplines = {service.discipline for service in problem.services if service.id in services}
    leads = {one.id for one in problem.practitioners if disciplines & {*one.disciplines}}
    avoiding = any(one.group is not None and leads & {*one.avoids} for one in problem.patients)
    alone = services & {series.service for series in problem.series}
    small = len(problem.patients) <= MOST_PATIENTS
    return one_week and small and not (mixed or avoiding or alone)


@dataclass(slots=True)
class _Joint:
    """The search: what it knows of the week, and the best template so far."""

    grid: Grid
    task: WeekTask
    groups: OpenGroups
    unplaced: int
    search: Search
    floor: int
    template: tuple[CohortPlace, ...]
    total: int

    def count(self, work: float) -> Mapping[Place, int]:
        """Bound all plans by the model that counts sessions alike; returns where its cohorts meet."""
        whole = whole_model(self.grid, self.task, self.groups, unplaced=self.unplaced, counted=True)
        solver = solver_of(self.search.limit(work, linear=2))
        status = solver.solve(whole.exact.made.model)
        if math.isfinite(solver.best_objective_bound):
            self.floor = max(self.floor, math.ceil(solver.best_objective_bound - 1e-6) + whole.constant)
        if status not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
            return {}
        found = template_of(self.grid, whole, solver.value)
        return Counter(places_of(self.grid, self.groups, self.task, found).values())

    def step(self, kept: Mapping[Place, int], work: float) -> bool:
        """Look for less than the best total with so many cohorts at their places.

        Returns whether the search came to its end, having found the least or that there is nothing.
        """
        whole = whole_model(self.grid, self.task, self.groups, unplaced=self.unplaced)
        model, objective = whole.exact.made.model, whole.exact.made.objective()
        model.add(objective >= self.floor - whole.constant)
        model.add(objective <= self.total - 1 - whole.constant)
        keep_places(whole, kept)
        solver = solver_of(self.search.limit(work, linear=2))
        status = solver.solve(model)
        if status in (cp_model().OPTIMAL, cp_model().FEASIBLE):
            self.total = round(solver.objective_value) + whole.constant
            self.template = template_of(self.grid, whole, solver.value)
        elif not kept and status != cp_model().INFEASIBLE and math.isfinite(solver.best_objective_bound):
            self.floor = max(self.floor, math.ceil(solver.best_objective_bound - 1e-6) + whole.constant)
        return bool(status in (cp_model().OPTIMAL, cp_model().INFEASIBLE))


def whole_week(
    problem: SchedulingProblem,
    *,
    loose: Grid,
    strict: Grid,
    template: tuple[CohortPlace, ...],
    total: int,
    floor: int,
    search: Search,
) -> WholeWeek:
    """Look for a better template of a small problem of one week, and bound all of them.

    First everything may move, but sessions alike are only counted: that bounds every plan. Then, exactly, one
    cohort after another may move, with all members and sessions open, until that finds nothing more; then
    everything may. Each exact search asks for less than is known, so that it ends where nothing is.

    Parameters
    ----------
    problem : SchedulingProblem
        One that `is_small` accepts.
    loose, strict : Grid
        Of the problem.
    template : tuple of CohortPlace
        To begin with.
    total : int
        What a plan with it costs.
    floor : int
        What no plan of the problem goes below, as far as known.
    search : Search
        Its effort, seed, and a clock if one limits it.

    Returns
    -------
    WholeWeek
        Without a clock the same arguments give the same. Time is bounded by the limits; the model grows with
        sessions, and with patients times starts of meetings.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.solving.grid import grid_of
    >>> hours = tuple(
    ...     {"weekday": day, "start": dt.time(8), "end": dt.time(10)} for day in ("monday", "friday"))
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)},
    ...     rooms=({"id": "hall", "type": "group", "seats": 4}, {"id": "r", "type": "gym"}),
    ...     services=({"id": "g", "discipline": "PSY", "minutes": 60, "room_type": "group"},
    ...               {"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"}),
    ...     practitioners=({"id": "k", "disciplines": ("PSY",), "hours": hours},
    ...                    {"id": "j", "disciplines": ("PT",), "hours": hours[1:]}),
    ...     patients=({"id": "a", "group": "pain"},), series=({"id": "s", "patient": "a", "service": "pt"},),
    ...     cohorts=({"id": "c", "kind": "pain", "service": "g", "min_size": 1, "max_size": 4},))
    >>> monday = CohortPlace(
    ...     cohort="c", weekday="monday", start=dt.time(8), lead="k", room="hall", members=("a",))
    >>> found = whole_week(
    ...     problem, loose=grid_of(problem, loose=True), strict=grid_of(problem), template=(monday,),
    ...     total=2, floor=0, search=Search())
    >>> found.template[0].weekday, found.total, found.bound, found.proven
    ('friday', 1, 1, True)
    """
    task, met = week_task(loose, 0, template=(), relaxed=True)
    groups = open_groups(problem, loose, strict, task)
    joint = _Joint(loose, task, groups, len(met.unserved), search, floor, template, total)
    factor = search.effort.exact / Search().effort.exact
    kept = joint.count(COUNTED * factor)
    if kept and joint.total > joint.floor and not search.over():
        joint.step(kept, STEP * factor)
    _move(joint, STEP * factor)
    proven = joint.total <= floor
    if not proven and not search.over():
        proven = joint.step({}, ALL * factor)
    return WholeWeek(joint.template, joint.total, joint.total if proven else joint.floor, proven)


def _move(joint: _Joint, work: float) -> None:
    """Let one cohort after another move, until each had its turn with nothing better found."""
    fruitless = turn = 0
    while fruitless < len(joint.template) and turn < MOST_STEPS:
        if joint.total <= joint.floor or joint.search.over():
            return
        before = joint.total
        moved = joint.template[turn % len(joint.template)].cohort
        placed = places_of(joint.grid, joint.groups, joint.task, joint.template)
        joint.step(Counter(place for name, place in placed.items() if name != moved), work)
        turn += 1
        fruitless = 0 if joint.total < before else fruitless + 1
