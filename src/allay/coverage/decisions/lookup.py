"""Plans of services, kept by what decides them, so that many visits are decided fast.

Two services of which the rules read the same are decided alike. The key of a plan holds the facts that the
rules of this payer, service and place can read; of a number that is only compared, it holds on which side of
each limit it lies. What a reason shows (the number itself) is read from the case when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from decimal import Decimal
from operator import itemgetter
from typing import Any

from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.drafts import draft_lines
from allay.coverage.decisions.plan import ServicePlan
from allay.coverage.decisions.prepared import PreparedService
from allay.coverage.rules.conditions import COMPARE, Number
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
        paths = dict.fromkeys(path for rule in rules for path in rule.reads)
        plain = _read_plainly(rules)
        limits = {path: _limits(path, rules, in_force) for path in paths if path not in plain}
        kept = [path for path in paths if not path.startswith(("line.", "decision.", "supervisor."))]
        self._get = _getter(path for path in kept if path in plain or not limits[path])
        self._compared = [(path, limits[path]) for path in kept if limits.get(path)]
        self._supervisor = _getter(path for path in paths if path.startswith("supervisor."))

    def key(self, service: PreparedService, facts: Facts) -> tuple[Any, ...]:
        """Return what decides a plan."""
        sides = [_side(facts[path], limits) for path, limits in self._compared]
        supervised = tuple(map(self._supervisor, (own for _, own in service.supervised)))
        return (self._get(facts), supervised, service.supervisor_ids, service.license_missing, *sides)


def _counts_in_total(rule: Rule) -> bool:
    effect = rule.effect
    return effect.type is EffectType.EDIT and effect.target == "total_minutes"


def _side(value: Any, limits: list[Number]) -> int | None:
    """Return between which limits a number lies: even below one, odd on it."""
    if value is None:
        return None
    place = bisect_left(limits, value)
    return 2 * place + (place < len(limits) and limits[place] == value)


def _read_plainly(rules: Iterable[Rule]) -> set[str]:
    """The facts of which the value itself matters: counted, paid, or one of some values."""
    found = {rule.effect.counter for rule in rules if rule.effect.counter}
    for rule in rules:
        found |= {one.fact for one in rule.operands if one.fact}
        for conditions in rule.conditions:
            for clause in conditions.all_clauses():
                if clause.operator not in COMPARE:
                    found.add(clause.path)
                elif clause.operand is not None and clause.operand.fact:
                    found |= {clause.path, clause.operand.fact}
    return found


def _limits(path: str, rules: Iterable[Rule], in_force: InForce) -> list[Number]:
    """The numbers a fact is compared with, in order."""
    found = set()
    for rule in rules:
        for conditions in rule.conditions:
            for clause in conditions.all_clauses():
                if clause.path == path and clause.operand is not None:
                    value = clause.operand.value({}, in_force.parameter)
                    if isinstance(value, int | Decimal):
                        found.add(value)
    return sorted(found)


def _getter(paths: Iterable[str]) -> Callable[[Facts], Any]:
    chosen = tuple(paths)
    return itemgetter(*chosen) if chosen else _nothing


def _nothing(facts: Facts) -> None:
    return None
