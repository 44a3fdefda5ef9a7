"""What rules can tell apart in a number: on which side of each limit it lies, not the number itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from allay.coverage.cases.facts import Facts
from allay.coverage.cases.paths import fact_paths
from allay.coverage.rules.conditions import Clause, Number, Operand
from allay.coverage.rules.rule import EffectType, Rule
from allay.coverage.rules.rulebook import InForce

Ask = Callable[[Facts], Any]


@dataclass(slots=True)
class _Compared:
    """With what one fact is compared: from where on, beyond what, and with which other facts."""

    from_on: set[Number] = field(default_factory=set)
    beyond: set[Number] = field(default_factory=set)
    others: set[tuple[str, str, bool]] = field(default_factory=set)  # larger or equal; strictly


class Sides:
    """Which facts the rules compare only, and how to ask where they lie.

    Attributes
    ----------
    plain : set of str
        Facts of which the value itself matters: one of some values, or an amount.
    """

    def __init__(self, rules: Iterable[Rule], in_force: InForce) -> None:
        chosen = tuple(rules)
        self.plain = {path for rule in chosen for path in _plain(rule)}
        self._compared: dict[str, _Compared] = defaultdict(_Compared)
        for rule in chosen:
            for path, operand, strictly in _comparisons(rule):
                self._add(path, operand, in_force, strictly=strictly)

    def _add(self, path: str, operand: Operand, in_force: InForce, *, strictly: bool) -> None:
        compared = self._compared[path]
        if operand.fact is not None:
            pair = (path, operand.fact, strictly)
            compared.others.add(pair)
            self._compared[operand.fact].others.add(pair)
            return
        value = operand.value({}, in_force.parameter)
        if isinstance(value, int | Decimal):
            (compared.beyond if strictly else compared.from_on).add(value)

    def is_compared(self, path: str) -> bool:
        """Whether a fact is only compared."""
        return path in self._compared and path not in self.plain

    def ask(self, path: str) -> Ask:
        """Return the question where a fact lies: the same answer means the same to every rule."""
        compared = self._compared[path]
        from_on, beyond = sorted(compared.from_on), sorted(compared.beyond)
        others = sorted(compared.others)

        def ask(facts: Facts) -> Any:
            value: Any = facts[path]
            if value is None:
                return None
            side = (bisect_right(from_on, value), bisect_left(beyond, value))
            return (side, *[_beyond(facts, *pair) for pair in others]) if others else side

        return ask


def _beyond(facts: Facts, one: str, other: str, strictly: bool) -> bool | None:
    left: Any = facts[one]
    right: Any = facts[other]
    if left is None or right is None:
        return None
    return bool(left > right) if strictly else bool(left >= right)


def _comparisons(rule: Rule) -> Iterator[tuple[str, Operand, bool]]:
    """Yield each fact that is compared, with what, and whether being equal is not yet beyond it."""
    for clause in _clauses(rule):
        if clause.operand is not None:
            yield clause.path, clause.operand, clause.operator in ("more_than", "at_most")
        elif _counted(clause):
            for value in clause.values if clause.operator != "given" else (0,):
                yield from ((clause.path, Operand(number=value), strictly) for strictly in (False, True))  # type: ignore[arg-type]
    if rule.effect.type is EffectType.LIMIT and rule.effect.counter and rule.effect.value:
        yield rule.effect.counter, rule.effect.value, False


def _plain(rule: Rule) -> Iterator[str]:
    for clause in _clauses(rule):
        if clause.operand is None and clause.path and not _counted(clause):
            yield clause.path
    if rule.effect.type is not EffectType.LIMIT:
        yield from (one.fact for one in rule.operands if one.fact is not None)


def _counted(clause: Clause) -> bool:
    """Whether it asks if a number is there, or one of some numbers."""
    return bool(clause.path) and fact_paths()[clause.path].kind == "number"


def _clauses(rule: Rule) -> Iterator[Clause]:
    return (clause for conditions in rule.conditions for clause in conditions.all_clauses())
