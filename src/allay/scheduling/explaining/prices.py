"""Prices of same-day rules: what the best of a relaxed week loses to each payer's rule, with one template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.explaining.changes import without_rule
from allay.scheduling.explaining.levels import Level, level_of
from allay.scheduling.explaining.totals import PlannedTotal, planned_total, scored
from allay.scheduling.plan.plan import CohortPlace, Score
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Id, Text
from allay.scheduling.solving.score import applies

Count = Annotated[int, Field(ge=0)]
Progress = Callable[[int, int], None]


class PlannedPrice(Strict):
    """What one rule costs in plans, clock times and rooms and all, with the same template.

    Attributes
    ----------
    trips, trip_points, unserved, points : int
        Less, or fewer, in the best plan found without the rule.
    at_least, at_most : int
        Points that the rule costs between the best plans there are: by the bound of one side and the plan of
        the other.
    """

    trips: int
    trip_points: int
    unserved: int
    points: int
    at_least: Count
    at_most: Count


class RulePrice(Strict):
    """What one same-day rule costs with the patients of one payer.

    Attributes
    ----------
    rule, payer : str or None
        No rule: all of them together. No payer: patients who have none, or, of all rules, everybody.
    status : str or None
        Of the rule, as the problem has it.
    patients : int
        For whom the rule holds.
    without : Level
        Once it holds for them no longer.
    trips, trip_points, unserved, points : int
        Fewer without it: the difference of what was found; `unserved` and `trips` may be negative, when
        sessions are served that need a trip.
    at_least, at_most : int
        Points that the rule costs in relaxed weeks; the same when both sides are proven.
    planned : PlannedPrice, optional
        What it costs in plans.
    """

    rule: Id | None
    payer: Id | None
    status: str | None = None
    patients: Count
    without: Level
    trips: int
    trip_points: int
    unserved: int
    points: int
    at_least: Count
    at_most: Count
    planned: PlannedPrice | None = None


class Prices(Strict):
    """Prices of all same-day rules of a problem, with one template; `planned` only when plans were made."""

    allay_version: Text
    problem: Id
    problem_digest: Text
    synthetic: bool
    with_rules: Level
    planned: Score | None = None
    prices: tuple[RulePrice, ...]


def price_rules(
    problem: SchedulingProblem,
    *,
    template: Sequence[CohortPlace],
    allay_version: str,
    seed: int = 0,
    effort: float = 1.0,
    plans: bool = False,
    progress: Progress | None = None,
) -> Prices:
    """Say what each payer's same-day rules cost, each by itself, and all together.

    The relaxed weeks of a problem (level 2, whose optimum bounds every plan with the template) are solved
    with all rules, then without each. As leaving a rule out only takes conditions away, an optimum never gets
    worse by it; where one is not proven, the weeks found with the rule count for those without it, too.

    Parameters
    ----------
    problem : SchedulingProblem
    template : sequence of CohortPlace
        The same for all: what another template would save is not part of the price.
    allay_version : str
    seed : int
    effort : float
        Factor on the deterministic limits of a week.
    plans : bool
        Make plans, too, with and without each rule, which takes as long as solving that many problems.
    progress : callable, optional
        Is told how many problems are solved, of how many.

    Returns
    -------
    Prices
        A row for each rule and payer with patients, in the order of the problem, then all rules together.
        Time: that of a bound (some seconds for a week of 300 patients) for each row.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> import datetime as dt
    >>> hours = {"weekday": "monday", "start": dt.time(8), "end": dt.time(12)}
    >>> both = (hours, {**hours, "weekday": "tuesday"})
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "room"},),
    ...     services=tuple(
    ...         {"id": d, "discipline": d, "minutes": 60, "room_type": "room"} for d in ("pt", "psy")),
    ...     practitioners=tuple({"id": f"k-{d}", "disciplines": (d,), "hours": both} for d in ("pt", "psy")),
    ...     patients=({"id": "ana", "payer": "x", "trip_weight": 3},),
    ...     series=tuple({"id": f"s-{name}", "patient": "ana", "service": name} for name in ("pt", "psy")),
    ...     same_day=({"id": "split", "payers": ("x",), "services": ("pt", "psy")},))
    >>> found = price_rules(problem, template=(), allay_version="0")
    >>> [(row.rule, row.trips, row.points, row.at_least, row.at_most) for row in found.prices]
    [('split', 1, 3, 3, 3), (None, 1, 3, 3, 3)]
    """
    scenes = _scenes(problem)
    told = progress or (lambda done, of: None)
    base = level_of(problem, template, seed=seed, effort=effort)
    plan = planned_total(problem, template, seed=seed, effort=effort) if plans else None
    told(1, len(scenes) + 1)
    prices = []
    for done, (rule, payer, patients, left) in enumerate(scenes):
        level = _no_worse(level_of(left, template, seed=seed, effort=effort), base)
        planned = None
        if plan is not None:
            other = planned_total(left, template, seed=seed, effort=effort)
            planned = _planned(left, template, plan, other)
        prices.append(_price(rule, payer, patients, base, level, planned))
        told(done + 2, len(scenes) + 1)
    return Prices(
        allay_version=allay_version,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        with_rules=base,
        planned=plan.score if plan else None,
        prices=tuple(prices),
    )


def _scenes(
    problem: SchedulingProblem,
) -> list[tuple[SameDayRule | None, str | None, int, SchedulingProblem]]:
    """Each rule and payer, for how many patients, and the problem without it; then that without all rules."""
    found: list[tuple[SameDayRule | None, str | None, int, SchedulingProblem]] = []
    for rule in problem.same_day:
        for payer in _payers(problem, rule):
            count = sum(applies(rule, each) and each.payer == payer for each in problem.patients)
            found.append((rule, payer, count, without_rule(problem, rule.id, payer=payer)))
    if found:
        count = sum(any(applies(rule, each) for rule in problem.same_day) for each in problem.patients)
        found.append((None, None, count, problem.model_copy(update={"same_day": ()})))
    return found


def _payers(problem: SchedulingProblem, rule: SameDayRule) -> list[str | None]:
    """Payers with patients for whom a rule holds; None for patients without one."""
    found = {each.payer for each in problem.patients if applies(rule, each)}
    return sorted(found, key=lambda payer: (payer is None, payer or ""))


def _no_worse(without: Level, base: Level) -> Level:
    """What was found without a rule, or what was found with it where the search got less far."""
    if without.points <= base.points:
        return without
    return base.model_copy(update={"bound": without.bound, "proven": without.bound == base.points})


def _price(
    rule: SameDayRule | None,
    payer: str | None,
    patients: int,
    base: Level,
    level: Level,
    planned: PlannedPrice | None,
) -> RulePrice:
    return RulePrice(
        rule=rule.id if rule else None,
        payer=payer,
        status=rule.status if rule else None,
        patients=patients,
        without=level,
        trips=base.trips - level.trips,
        trip_points=base.trip_points - level.trip_points,
        unserved=base.unserved - level.unserved,
        points=base.points - level.points,
        at_least=max(0, base.bound - level.points),
        at_most=max(0, base.points - level.bound),
        planned=planned,
    )


def _planned(
    left: SchedulingProblem, template: Sequence[CohortPlace], plan: PlannedTotal, other: PlannedTotal
) -> PlannedPrice:
    """The price in plans; the plan with the rule is one without it, too, if it scores less there."""
    kept = scored(left, template, plan.sessions, plan.meetings, plan.members)
    score = min((other.score, kept), key=lambda each: each.total)
    return PlannedPrice(
        trips=plan.score.trips - score.trips,
        trip_points=plan.score.trip_points - score.trip_points,
        unserved=plan.score.unserved - score.unserved,
        points=plan.score.total - score.total,
        at_least=max(0, plan.bound - score.total),
        at_most=max(0, plan.score.total - other.bound),
    )
