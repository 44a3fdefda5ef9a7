"""Prices of same-day rules: what the best of a relaxed week loses to each payer's rule, with one template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.explaining.changes import without_rule
from allay.scheduling.explaining.levels import Level, level_of
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Id, Text
from allay.scheduling.solving.score import applies

Count = Annotated[int, Field(ge=0)]
Progress = Callable[[int, int], None]


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
        Points that the rule costs between bounds that are proven; the same when both sides are.
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


class Prices(Strict):
    """Prices of all same-day rules of a problem, with one template."""

    allay_version: Text
    problem: Id
    problem_digest: Text
    synthetic: bool
    with_rules: Level
    prices: tuple[RulePrice, ...]


def price_rules(
    problem: SchedulingProblem,
    *,
    template: Sequence[CohortPlace],
    allay_version: str,
    seed: int = 0,
    effort: float = 1.0,
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
        Factor on the deterministic limit of a week, about 20 s.
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
    rows = [(rule, payer) for rule in problem.same_day for payer in _payers(problem, rule)]
    total = len(rows) + 2
    told = progress or (lambda done, of: None)
    base = level_of(problem, template, seed=seed, effort=effort)
    told(1, total)
    prices = []
    for done, (rule, payer) in enumerate(rows):
        left = without_rule(problem, rule.id, payer=payer)
        level = _no_worse(level_of(left, template, seed=seed, effort=effort), base)
        count = sum(applies(rule, each) and each.payer == payer for each in problem.patients)
        prices.append(_price(rule, payer, count, base, level))
        told(done + 2, total)
    if rows:
        none = problem.model_copy(update={"same_day": ()})
        count = sum(any(applies(rule, each) for rule in problem.same_day) for each in problem.patients)
        level = _no_worse(level_of(none, template, seed=seed, effort=effort), base)
        prices.append(_price(None, None, count, base, level))
    told(total, total)
    return Prices(
        allay_version=allay_version,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        with_rules=base,
        prices=tuple(prices),
    )


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
    rule: SameDayRule | None, payer: str | None, patients: int, base: Level, level: Level
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
    )
