"""Plans of services, kept by what decides them, so that many visits are decided fast.

Two services of which the rules read the same are decided alike. The key of a plan holds the facts that the
rules of this payer, service and place can read; of a number that is only compared, it holds on which side of
each limit it lies. What a reason shows (the number itself) is read from the case when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from operator import itemgetter
from typing import Any

from allay.coverage.cases.facts import Facts
from allay.coverage.cases.paths import fact_paths
from allay.coverage.decisions.drafts import draft_lines
from allay.coverage.decisions.plan import ServicePlan
from allay.coverage.decisions.prepared import PreparedService
from allay.coverage.rules.conditions import Clause, Number, Operand
from allay.coverage.rules.rule import EffectType, Rule, Stage
from allay.coverage.rules.rulebook import INDEX, InForce

_index = itemgetter(*INDEX)


class Plans:
    """The plans made by the rules in force on a day, by index and key.

    Memory grows with the different plans asked for, some kilobytes each.
    """

    def __init__(self, in_force: InForce) -> None:
        self.in_force = in_force
        self._entries: dict[Any, _Entry] = {}

    def of(self, service: PreparedService, facts: Facts) -> ServicePlan:
        """Return the plan of a service; the first of its kind costs some hundred microseconds."""
        index = _index(facts)
        entry = self._entries.get(index)
        if entry is None:
            entry = self._entries[index] = _Entry(self.in_force, index)
        drafts = draft_lines(service.asked, rule=entry.counting)
        without = None if drafts.lines else drafts.without_lines
        key = (id(drafts.lines), drafts.missing, without, *entry.key(service, facts))
        plan = entry.plans.get(key)
        if plan is None:
            plan = entry.plans[key] = ServicePlan(service, facts, drafts, self.in_force)
        return plan

    def explained(self, service: PreparedService, facts: Facts) -> ServicePlan:
        """Return the plan with the values of this very case in its findings."""
        entry = self._entries[_index(facts)]
        return ServicePlan(service, facts, draft_lines(service.asked, rule=entry.counting), self.in_force)


class _Entry:
    """What is common to services with the same indexed facts."""

    def __init__(self, in_force: InForce, index: tuple[Any, ...]) -> None:
        rules = [rule for stage in Stage for rule in in_force.rules(stage, index)]
        self.counting = "medicare" if any(_counts_in_total(rule) for rule in rules) else "ama"
        self.plans: dict[Any, ServicePlan] = {}
        compared = [pair for rule in rules for pair in _comparisons(rule)]
        plain = {path for rule in rules for path in _plain(rule)}
        self._supervisor = _getter(sorted(path for path in plain if path.startswith("supervisor.")))
        given = {clause.path for rule in rules for clause in _clauses(rule) if clause.operator == "given"}
        self._given = sorted(given - plain)
        self._get = _getter(sorted(path for path in plain if not path.startswith(_WORKED_OUT)))
        self._limits = [
            (path, limits)
            for path in sorted({path for path, _ in compared} - plain)
            if (limits := _numbers([other for one, other in compared if one == path], in_force))
        ]
        pairs = {(path, other.fact) for path, other in compared if other.fact is not None}
        self._pairs = sorted(pair for pair in pairs if not plain.issuperset(pair))

    def key(self, service: PreparedService, facts: Facts) -> tuple[Any, ...]:
        """Return what decides a plan."""
        return (
            self._get(facts),
            tuple([self._supervisor(own) for _, own in service.supervised]),
            service.supervisor_ids,
            service.license_missing,
            *[facts[path] is None for path in self._given],
            *[_side(facts[path], limits) for path, limits in self._limits],
            *[_order(facts[one], facts[other]) for one, other in self._pairs],
        )


# Facts that a plan works out itself, or takes from lines and supervisors.
_WORKED_OUT = ("line.", "decision.", "supervisor.")


def _counts_in_total(rule: Rule) -> bool:
    effect = rule.effect
    return effect.type is EffectType.EDIT and effect.target == "total_minutes"


def _side(value: Any, limits: list[Number]) -> int | None:
    """Return between which limits a number lies: even between two, odd on one."""
    if value is None:
        return None
    place = bisect_left(limits, value)
    return 2 * place + (place < len(limits) and limits[place] == value)


def _order(one: Any, other: Any) -> int | None:
    """Return which of two numbers is larger; None where one is missing, told apart by which."""
    if one is None or other is None:
        return 2 + (one is None) + 2 * (other is None)
    return int(one > other) - int(one < other)


def _comparisons(rule: Rule) -> Iterator[tuple[str, Operand]]:
    """Yield each fact that is only compared, and with what."""
    for clause in _clauses(rule):
        if clause.operand is not None:
            yield clause.path, clause.operand
        elif _counted(clause):
            yield from ((clause.path, Operand(number=value)) for value in clause.values)  # type: ignore[arg-type]
    if rule.effect.type is EffectType.LIMIT and rule.effect.counter and rule.effect.value:
        yield rule.effect.counter, rule.effect.value


def _plain(rule: Rule) -> Iterator[str]:
    """Yield each fact of which the value itself matters: one of some values, or an amount."""
    for clause in _clauses(rule):
        if clause.operand is None and clause.path and clause.operator != "given" and not _counted(clause):
            yield clause.path
    if rule.effect.type is not EffectType.LIMIT:
        yield from (one.fact for one in rule.operands if one.fact is not None)


def _counted(clause: Clause) -> bool:
    """Whether it asks if a number is one of some numbers."""
    return bool(clause.path) and clause.operator != "given" and fact_paths()[clause.path].kind == "number"


def _clauses(rule: Rule) -> Iterator[Clause]:
    return (clause for conditions in rule.conditions for clause in conditions.all_clauses())


def _numbers(operands: Iterable[Operand], in_force: InForce) -> list[Number]:
    """Return the numbers that a fact is compared with, in order."""
    values = (one.value({}, in_force.parameter) for one in operands if one.fact is None)
    return sorted({value for value in values if isinstance(value, int | Decimal)})


def _getter(paths: Iterable[str]) -> Callable[[Facts], Any]:
    chosen = tuple(paths)
    return itemgetter(*chosen) if chosen else _nothing


def _nothing(facts: Facts) -> None:
    return None
