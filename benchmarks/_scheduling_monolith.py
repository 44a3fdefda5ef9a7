"""One model for a whole week, as a peer of the three levels: every session, person, day and time at once.

Time-indexed booleans for CP-SAT: ``x[session, lead, second, day, slot]`` for every start that calendars, the
meetings of the given template and same-day rules leave open. Each session is placed once or unserved; nobody
has two things in one slot; rooms of a type are counted in each slot (they are alike); a day on site counts
the patient's trip weight. It is what one would write first, with the good sides of such a model: starts that
cannot be are left out before the search, symmetric practitioners are left to CP-SAT's own symmetry breaking,
and it may start from good greedy. It is for one week of sessions that stand alone, as the generator makes
them, and knows neither gaps nor late sessions.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

import allay
from allay.scheduling.plan.plan import Bound, CohortPlace, Plan, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.book import DayBook, day_book
from allay.scheduling.solving.baselines.choice import places_left, session_at
from allay.scheduling.solving.baselines.fill import not_placed
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.baselines.meetings import Met, meet
from allay.scheduling.solving.due import DueSession, due_sessions
from allay.scheduling.solving.grid import grid_of
from allay.scheduling.solving.limits import Way, seconds_of
from allay.scheduling.solving.score import score_of

NOISE = 1e-6  # of the solver's arithmetic
Start = tuple[int, int, int | None, int, int, str]  # session, lead, second, day, slot, mode


@dataclass(frozen=True, slots=True)
class Monolith:
    """What the model gave: the plan, its own bound, how large it was and how long it took."""

    plan: Plan
    booleans: int
    seconds: float
    status: str


@dataclass(slots=True)
class _Week:
    """The model under construction."""

    problem: SchedulingProblem
    book: DayBook
    dues: tuple[DueSession, ...]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    start: dict[Start, Any] = field(default_factory=dict)
    missed: list[Any] = field(default_factory=list)
    trips: dict[tuple[int, int], Any] = field(default_factory=dict)
    busy: dict[tuple[Any, ...], list[Any]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[tuple[str, int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    watched: dict[tuple[int, int, int], list[tuple[int, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    days: dict[tuple[int, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    given: dict[tuple[int, int, str], list[Any]] = field(default_factory=lambda: defaultdict(list))


def monolith(
    problem: SchedulingProblem,
    template: tuple[CohortPlace, ...],
    *,
    seconds: float | None,
    workers: int,
    seed: int = 1,
    hinted: bool = True,
) -> Monolith:
    """Solve a week with one model, given the template; `hinted` starts from good greedy.

    Without `seconds` it is solved to the end, which only small problems allow.
    """
    if problem.opening.weeks != 1 or any(one.sessions > 1 for one in problem.series):
        raise ValueError("one week of sessions that stand alone")
    began = time.perf_counter()
    grid = grid_of(problem)
    book = day_book(grid)
    met = meet(book, template)
    week = _Week(problem, book, due_sessions(problem, grid, 0, ()))
    _starts(week)
    _capacity(week)
    _objective(week)
    if hinted:
        _hint(week, good_greedy(problem, template))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if seconds is not None:
        # The time to build the model is its own time too.
        solver.parameters.max_time_in_seconds = max(1.0, seconds - (time.perf_counter() - began))
    status = solver.solve(week.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise RuntimeError(f"no plan in {seconds} s: {solver.status_name(status)}")
    chosen = [key for key, variable in week.start.items() if solver.boolean_value(variable)]
    bound = Bound(
        kind="given_template",
        # Until the search has a bound of its own, what the meetings cost is one.
        value=max(_fixed(week), math.ceil(solver.best_objective_bound - NOISE)),
        proven=status == cp_model.OPTIMAL,
    )
    plan = _plan(week, template, met, chosen, bound)
    took = time.perf_counter() - began
    return Monolith(plan, len(week.model.proto.variables), took, solver.status_name(status))


def _starts(week: _Week) -> None:
    grid, model = week.book.grid, week.model
    for index, due in enumerate(week.dues):
        length = grid.length(due.service.id)
        patient = grid.patient_index[due.patient.id]
        options = []
        for choice in places_left(week.book, due, grid.days_of(0)):
            linked = due.service.linked if choice.way.mode == "onsite" else None
            seconds = seconds_of(grid, due.service, choice.way.lead, due.patient) if linked else (None,)
            for day, slot in zip(*choice.where.nonzero(), strict=True):
                for second in seconds:
                    span = range(int(slot), int(slot) + length)
                    held = {"full": span, "start": span[:1]}.get(linked.presence if linked else "", ())
                    if second is not None and not _there(week, second, int(day), span, held):
                        continue
                    lead, mode = choice.way.lead, choice.way.mode
                    variable = model.new_bool_var("")
                    week.start[index, lead, second, int(day), int(slot), mode] = variable
                    options.append(variable)
                    week.given[patient, int(day), due.service.id].append(variable)
                    for at in span:
                        week.busy["lead", lead, int(day), at].append(variable)
                        week.busy["patient", patient, int(day), at].append(variable)
                        if mode == "onsite" and due.service.room_type:
                            week.rooms[due.service.room_type, int(day), at].append(variable)
                        if second is not None and linked:
                            week.watched[second, int(day), at].append((linked.max_ratio, variable))
                    for at in held:
                        week.busy["lead", second, int(day), at].append(variable)
                    if mode == "onsite":
                        week.days[patient, int(day)].append(variable)
        missed = model.new_bool_var("")
        week.missed.append(missed)
        model.add_exactly_one([*options, missed])


def _there(week: _Week, second: int, day: int, span: range, held: Any) -> bool:
    there = week.book.grid.practitioner_free[second, day]
    free = week.book.practitioner[second, day]
    return all(there[at] for at in span) and all(free[at] for at in held)


def _capacity(week: _Week) -> None:
    for variables in week.busy.values():
        if len(variables) > 1:
            week.model.add_at_most_one(variables)
    for (kind, day, slot), variables in week.rooms.items():
        which = [at for at, room in enumerate(week.problem.rooms) if room.type == kind]
        free = int(week.book.room[which, day, slot].sum())
        if len(variables) > free:
            week.model.add(sum(variables) <= free)
    for watched in week.watched.values():
        week.model.add(sum(variable for _, variable in watched) <= min(ratio for ratio, _ in watched))


def _objective(week: _Week) -> None:
    model, book, problem = week.model, week.book, week.problem
    costs: list[Any] = [problem.weights.unserved * missed for missed in week.missed]
    trips: dict[int, list[Any]] = defaultdict(list)
    for (patient, day), variables in week.days.items():
        if not book.on_site[patient, day]:
            trip = week.trips[patient, day] = model.new_bool_var("")
            for variable in variables:
                model.add_implication(variable, trip)
            trips[patient].append(trip)
            costs.append(problem.patients[patient].trip_weight * trip)
    for patient, listed in trips.items():
        most = problem.patients[patient].most_trips
        if most is not None:
            model.add(sum(listed) <= most - int(book.on_site[patient].sum()))
    _same_day(week, costs)
    model.minimize(sum(costs) + _fixed(week))


def _same_day(week: _Week, costs: list[Any]) -> None:
    """Rules between two sessions; those with the group are in the starts, or priced on the group's day."""
    for patient, rules in enumerate(week.book.rules):
        for rule in rules:
            one, other = rule.services
            for day in range(len(week.book.grid.days)):
                received = week.book.received.get((patient, day), [])
                lists = [
                    [1] if service in received else week.given.get((patient, day, service), [])
                    for service in rule.services
                ]
                if one == other or not all(lists) or (rule.effect == "forbidden" and received):
                    continue
                if rule.effect == "forbidden":
                    week.model.add(sum(lists[0]) + sum(lists[1]) <= 1)
                else:
                    lost = week.model.new_bool_var("")
                    week.model.add(sum(lists[0]) + sum(lists[1]) <= 1 + lost)
                    costs.append(week.problem.points(rule) * lost)


def _fixed(week: _Week) -> int:
    """Points of the meetings, which the template has decided: trips, and patients not served."""
    weights = [patient.trip_weight for patient in week.problem.patients]
    return sum(weights[int(patient)] for patient in week.book.on_site.nonzero()[0])


def _hint(week: _Week, plan: Plan) -> None:
    grid = week.book.grid
    by_series = {session.series: session for session in plan.sessions}
    wanted = set()
    came = set()
    for index, due in enumerate(week.dues):
        session = by_series.get(due.series.id)
        if session is not None:
            day, slot = grid.place_of(session.start)
            second = grid.practitioner_index[session.second] if session.second else None
            if session.mode == "onsite":
                came.add((grid.patient_index[due.patient.id], day))
            wanted.add((index, grid.practitioner_index[session.lead], second, day, slot, session.mode))
        week.model.add_hint(week.missed[index], session is None)
    for key, variable in week.start.items():
        week.model.add_hint(variable, key in wanted)
    for where, trip in week.trips.items():
        week.model.add_hint(trip, where in came)


def _plan(
    week: _Week, template: tuple[CohortPlace, ...], met: Met, chosen: list[Start], bound: Bound
) -> Plan:
    problem, book = week.problem, week.book
    for index, lead, second, day, slot, mode in sorted(chosen, key=lambda key: (key[3], key[4], key[0])):
        session: Session = session_at(book, week.dues[index], Way(lead, mode), day, slot)
        if second is not None:
            session = session.model_copy(update={"second": problem.practitioners[second].id})
        book.put_session(session)
    sessions = book.sessions()
    unserved = tuple(
        UnservedSession(series=series.id, number=1)
        for series in problem.series
        if series.id not in book.placed
    )
    score = score_of(
        problem,
        template=template,
        meetings=met.meetings,
        sessions=sessions,
        unserved_sessions=unserved,
        unserved_members=met.unserved,
    )
    groups = score.unserved - len(unserved)
    fixed = groups * problem.weights.unserved
    return Plan(
        allay_version=allay.__version__,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method="monolithic",
        template=template,
        meetings=met.meetings,
        sessions=sessions,
        unserved_sessions=unserved,
        unserved_members=met.unserved,
        score=score,
        notes=not_placed(problem, template),
        bounds=(bound.model_copy(update={"value": bound.value + fixed}),),
    )
