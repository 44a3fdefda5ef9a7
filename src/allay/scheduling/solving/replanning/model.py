"""Models of a week's re-plan: as few as possible unserved, then to be notified, then points."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from allay.scheduling.plan.plan import Session
from allay.scheduling.solving.assignment.assignment import AssignmentModel, assignment_model
from allay.scheduling.solving.assignment.options import Option
from allay.scheduling.solving.effort import Limit, solver_of
from allay.scheduling.solving.repair.model import ExactModel, exact_model
from allay.scheduling.solving.replanning.week import ReplanWeek
from allay.scheduling.solving.sequencing.names import PlacedVisit, placed_of
from allay.scheduling.solving.sequencing.rows import Var
from allay.scheduling.solving.solver import cp_model

SHARE = 0.3
"""How much of the time goes to points, once it is known who must move."""
SAME_TIME, SAME_DAY, OTHER_DAY = 1, 2, 3
"""How much a change of a session is, where points do not decide."""


class PastClash(Exception):  # noqa: N818
    """Sessions before the first day that may change, which the problem does not allow any more.

    None are named when each is possible by itself and all together are not.
    """

    def __init__(self, sessions: Iterable[Session] = ()) -> None:
        super().__init__()
        self.sessions = tuple(sessions)


@dataclass(frozen=True, slots=True)
class RingStart:
    """What a re-plan of a week starts from.

    Attributes
    ----------
    now : mapping of int to PlacedVisit
        What visits have so far.
    told : frozenset of int
        Patients (places in the problem) who must be told of something anyhow.
    """

    now: Mapping[int, PlacedVisit]
    told: frozenset[int]


@dataclass(frozen=True, slots=True)
class ReplanSolution:
    """What a model found: visits with their places (rooms not yet dealt), and how many are concerned.

    `bound` is the least that `unserved` times one more than all patients, plus `notified`, can be with what
    was free in the model; `proven` says that it is reached.
    """

    placed: Mapping[int, PlacedVisit]
    unserved: int
    notified: int
    bound: int
    proven: bool


@dataclass(slots=True)
class _Model:
    week: ReplanWeek
    made: AssignmentModel
    stays: Mapping[int, int]
    notified: Mapping[int, Var]

    @property
    def step(self) -> int:
        return weight_of(self.week)

    def first(self) -> Var:
        """Unserved sessions first, then patients to be notified."""
        return sum(self.step * var for var in self.made.unserved.values()) + sum(self.notified.values())

    def second(self, exact: ExactModel) -> Var:
        """Points; of as many, the gentlest changes: at the same time, on the same day, on another day."""
        changes = list(self._changes(exact))
        return (OTHER_DAY * len(self.week.task.visits) + 1) * self.made.objective() + sum(changes)

    def _changes(self, exact: ExactModel) -> Iterable[Var]:
        for part in exact.days:
            places = [at for at, option in enumerate(self.made.options) if option.day == part.day]
            for at, starts in enumerate(part.rows.starts):
                visit = part.options[at].visit
                if visit in self.week.was and self.stays.get(visit) != places[at]:
                    day, slot = self.week.was[visit]
                    for start, var in starts.items():
                        same = SAME_TIME if start == slot else SAME_DAY
                        yield (same if day == part.day else OTHER_DAY) * var


def weight_of(week: ReplanWeek) -> int:
    """What an unserved session counts in patients to be notified: one more than all of them."""
    return len(week.task.weights) + 1


def least(week: ReplanWeek, told: frozenset[int], limit: Limit) -> tuple[int, frozenset[int]]:
    """Bound what any re-plan of the week has to give up, by a model without clock times.

    Returns
    -------
    bound : int
        As in `ReplanSolution`.
    changed : frozenset of int
        Visits that the relaxed model would change.
    """
    options, stays = _options(week, free=range(len(week.task.visits)))
    made = assignment_model(week.task, options=options)
    model = _Model(week, made, stays, _notified(made, week, stays, told))
    _keep_past(model)
    made.model.minimize(model.first())
    solver = solver_of(limit)
    status = solver.solve(made.model)
    if status not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
        return ceiling(solver.best_objective_bound), frozenset()
    changed = {visit for visit, at in stays.items() if not solver.boolean_value(made.chosen[at])}
    return ceiling(solver.best_objective_bound), frozenset(changed)


def solve_free(
    week: ReplanWeek, wish: RingStart, free: Collection[int], limit: Limit, *, beat: int | None = None
) -> ReplanSolution | None:
    """Re-plan a week exactly where only some visits may move.

    Parameters
    ----------
    week : ReplanWeek
    wish : RingStart
        What to begin with.
    free : collection of int
        Visits that may move; the others stay, or have no place where what stays clashes.
    limit : Limit
        Of the first of two solves; the second, for points, has a part of it.
    beat : int, optional
        Only what gives up less than this, counted as the bound is, is looked for.

    Returns
    -------
    ReplanSolution or None
        None when nothing was found within the limit. With `beat`, what there is now where nothing is better.

    Raises
    ------
    PastClash
        When what lies in the past clashes.
    """
    options, stays = _options(week, free=free)
    everything = range(len(week.task.visits))
    exact = exact_model(week.task, options, days=range(len(week.task.dates)), placed={}, free=everything)
    made = exact.made
    model = _Model(week, made, stays, _notified(made, week, stays, wish.told))
    _keep_past(model)
    _keep_seconds(exact, week, stays)
    made.model.minimize(model.first())
    if beat is not None:
        made.model.add(model.first() < beat)
    try:
        found = _solve(model, exact, limit, wish.now)
    except PastClash:
        if beat is None:
            raise
        return ReplanSolution(wish.now, *divmod(beat, model.step), bound=beat, proven=True)
    if found is None:
        return None
    placed, value, bound, proven = found
    made.model.add(model.first() <= value)
    made.model.minimize(model.second(exact))
    better = _solve(model, exact, replace(limit, work=limit.work * SHARE), placed)
    if better is not None:
        placed = better[0]
    unserved, notified = divmod(value, model.step)
    return ReplanSolution(placed, unserved, notified, bound, proven)


def _options(week: ReplanWeek, *, free: Collection[int]) -> tuple[tuple[Option, ...], dict[int, int]]:
    """Options of a model, and the place among them of what each visit has."""
    listed: list[Option] = []
    stays: dict[int, int] = {}
    for visit, (_, option) in week.stay.items():
        stays[visit] = len(listed)
        listed.append(option)
    moving = set(free) - week.past
    listed += [option for option in week.options if option.visit in moving]
    return tuple(listed), stays


def _notified(
    made: AssignmentModel, week: ReplanWeek, stays: Mapping[int, int], told: frozenset[int]
) -> dict[int, Var]:
    """A boolean for each patient who need not be told of anything so far."""
    found: dict[int, Var] = {}
    for at, visit in enumerate(week.task.visits):
        if visit.patient in told or at in week.past:
            continue
        if visit.patient not in found:
            found[visit.patient] = made.model.new_bool_var("")
        var = found[visit.patient]
        if at in stays:
            made.model.add(var + made.chosen[stays[at]] >= 1)
        else:
            made.model.add(var + made.unserved[at] >= 1)
    return found


def _keep_past(model: _Model) -> None:
    for visit in model.week.past:
        model.made.model.add(model.made.chosen[model.stays[visit]] == 1)


def _keep_seconds(exact: ExactModel, week: ReplanWeek, stays: Mapping[int, int]) -> None:
    """What stays has the second practitioner it had."""
    options = exact.made.options
    for part in exact.days:
        places = [at for at, option in enumerate(options) if option.day == part.day]
        for at, seconds in part.rows.seconds.items():
            visit = part.options[at].visit
            if stays.get(visit) == places[at]:
                for unit, slots in seconds.items():
                    if unit != week.stay[visit][0].second:
                        for var in slots.values():
                            exact.made.model.add(var == 0)


def _solve(
    model: _Model, exact: ExactModel, limit: Limit, now: Mapping[int, PlacedVisit]
) -> tuple[dict[int, PlacedVisit], int, int, bool] | None:
    _hint(model, exact, now)
    solver = solver_of(limit)
    status = solver.solve(model.made.model)
    if status == cp_model().INFEASIBLE:
        raise PastClash
    if status not in (cp_model().OPTIMAL, cp_model().FEASIBLE):
        return None
    placed = {one.visit: one for part in exact.days for one in placed_of(model.week.task, part, solver.value)}
    value = round(solver.objective_value)
    return placed, value, min(value, ceiling(solver.best_objective_bound)), status == cp_model().OPTIMAL


def _hint(model: _Model, exact: ExactModel, now: Mapping[int, PlacedVisit]) -> None:
    made, task = model.made, model.week.task
    made.model.clear_hints()  # type: ignore[no-untyped-call]
    taken = dict(_taken(model, now))
    trips = {
        (task.visits[one.visit].patient, one.day)
        for one in now.values()
        if one.mode == "onsite" and one.visit in taken
    }
    for at, option in enumerate(made.options):
        made.model.add_hint(made.chosen[at], taken.get(option.visit) == at)
    for visit, var in made.unserved.items():
        made.model.add_hint(var, visit not in taken)
    for key, var in made.trips.items():
        made.model.add_hint(var, key in trips)
    for part in exact.days:
        places = [at for at, option in enumerate(made.options) if option.day == part.day]
        for at, starts in enumerate(part.rows.starts):
            visit = part.options[at].visit
            mine = taken.get(visit) == places[at]
            for slot, var in starts.items():
                made.model.add_hint(var, mine and now[visit].slot == slot)


def _taken(model: _Model, now: Mapping[int, PlacedVisit]) -> Iterable[tuple[int, int]]:
    """The option of each visit that holds what it has now; what stays first."""
    options: dict[int, list[int]] = {}
    for at, option in enumerate(model.made.options):
        options.setdefault(option.visit, []).append(at)
    for visit, placed in now.items():
        for at in options.get(visit, ()):
            option = model.made.options[at]
            same = (option.day, option.mode) == (placed.day, placed.mode) and placed.lead in option.leads
            if same and option.starts >> placed.slot & 1:
                yield visit, at
                break


def is_same(one: PlacedVisit, other: PlacedVisit) -> bool:
    """Say whether two places of a visit are the same to the patient: all but the room.

    Examples
    --------
    >>> is_same(PlacedVisit(0, 0, 4, "onsite", 1, room=0), PlacedVisit(0, 0, 4, "onsite", 1, room=2))
    True
    """
    return bool(replace(one, room=None) == replace(other, room=None))


def cost_of(week: ReplanWeek, placed: Mapping[int, PlacedVisit], told: Collection[int]) -> int:
    """What a week gives up, as models count it: unserved first, then patients to be notified."""
    unserved, patients = 0, set()
    for at, visit in enumerate(week.task.visits):
        one, stood = placed.get(at), week.stay.get(at)
        unserved += one is None
        was = None if stood is None else stood[0]
        stays = one is not None and was is not None and is_same(one, was)
        if not (stays or one is was) and visit.patient not in told:
            patients.add(visit.patient)
    return weight_of(week) * unserved + len(patients)


def ceiling(value: float) -> int:
    """Return the least whole number, not below 0, that a solver's bound allows.

    Examples
    --------
    >>> ceiling(1.2), ceiling(2.0000001), ceiling(float("-inf"))
    (2, 2, 0)
    """
    return max(0, math.ceil(value - 1e-6)) if math.isfinite(value) else 0


def visits_of(week: ReplanWeek, patients: Collection[int]) -> Sequence[int]:
    """Visits of some patients."""
    return [at for at, visit in enumerate(week.task.visits) if visit.patient in patients]
