"""Conditions of rules: clauses over the facts of a case, answered yes, no, missing or unknown.

A clause whose fact is missing is `conditional` (`said` asks no further: what nobody said is not so; and
`given` is about whether somebody said it); one that compares with a parameter nobody knows is `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from allay.base.fact import UNKNOWN, Unknown, Value
from allay.coverage.answers import Verdict

# A fact of a case as rules read it; None is missing.
FactValue: TypeAlias = str | bool | int | Decimal | frozenset[str] | object | None
FactsRead: TypeAlias = Mapping[str, FactValue]
Number: TypeAlias = int | Decimal
# Returns the value of a parameter on the day asked about.
Parameters: TypeAlias = Callable[[str], Value]
Operator = Literal[
    "is", "is_not", "said", "given", "has", "lacks", "at_least", "more_than", "at_most", "less_than"
]

COMPARE: Mapping[str, Callable[[Number, Number], bool]] = {
    "at_least": lambda left, right: left >= right,
    "more_than": lambda left, right: left > right,
    "at_most": lambda left, right: left <= right,
    "less_than": lambda left, right: left < right,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """A number of a rule: written out, a parameter by its id, or another fact of the case."""

    number: Number | None = None
    parameter: str | None = None
    fact: str | None = None

    def value(self, facts: FactsRead, parameters: Parameters) -> Number | Unknown | None:
        """Return the number; None when the fact is missing, UNKNOWN when nobody knows the parameter."""
        if self.parameter is not None:
            given = parameters(self.parameter)
            return given if isinstance(given, int | Decimal | Unknown) else UNKNOWN
        if self.fact is not None:
            found = facts[self.fact]
            return found if isinstance(found, int | Decimal) else None
        return self.number


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement about one fact: `plan.payer is one of ...`, `patient.pain_weeks at least ...`.

    Attributes
    ----------
    path : str
        The fact; empty for a statement about a parameter alone.
    values, listed : frozenset, str
        What it may be: written out, or in a parameter that is a list.
    operand : Operand
        What it is compared with.
    parameter : str
        For a statement about a parameter alone: its id.
    """

    path: str
    operator: Operator
    values: frozenset[object] = frozenset()
    operand: Operand | None = None
    listed: str | None = None
    parameter: str | None = None

    def verdict(self, facts: FactsRead, parameters: Parameters) -> Verdict:
        """Say whether the statement holds."""
        found = facts[self.path] if self.parameter is None else parameters(self.parameter)
        if found is None or found is UNKNOWN:
            return self._without(found)
        operator = self.operator
        if operator == "is" and self.listed is None:  # most statements; the rest says the same more slowly
            return Verdict.YES if found in self.values else Verdict.NO
        if operator == "given":
            return _yes(True in self.values)
        if self.operand is not None:
            return self._compared(found, self.operand.value(facts, parameters))
        values = self.values if self.listed is None else _members(parameters(self.listed))
        if values is None:
            return Verdict.UNKNOWN
        if operator in ("has", "lacks"):
            assert isinstance(found, frozenset)  # the loader lets `has` stand with sets only
            return _yes(bool(found & values) is (operator == "has"))
        return _yes((found in values) is (operator != "is_not"))

    def _without(self, found: object) -> Verdict:
        """Say what follows where the fact is missing, or nobody knows the parameter."""
        if self.operator == "given":
            return _yes((found is not None) in self.values)
        if found is None:
            return Verdict.NO if self.operator == "said" else Verdict.CONDITIONAL
        return Verdict.UNKNOWN

    def _compared(self, found: object, other: Number | Unknown | None) -> Verdict:
        if other is UNKNOWN:
            return Verdict.UNKNOWN
        if other is None:
            return Verdict.CONDITIONAL
        assert isinstance(found, int | Decimal)  # the loader compares numbers only
        assert isinstance(other, int | Decimal)
        return _yes(COMPARE[self.operator](found, other))

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts it looks at."""
        other = self.operand.fact if self.operand else None
        return tuple(path for path in (self.path, other) if path)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it looks at."""
        other = self.operand.parameter if self.operand else None
        return tuple(name for name in (self.parameter, self.listed, other) if name)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Clauses that must all hold, and lists of which one must."""

    clauses: tuple[Clause, ...] = ()
    any_of: tuple[Conditions, ...] = ()

    def verdict(self, facts: FactsRead, parameters: Parameters) -> Verdict:
        """Say whether they hold; no clauses hold always."""
        worst = Verdict.YES
        for clause in self.clauses:
            found = clause.verdict(facts, parameters)
            if found is Verdict.NO:
                return found
            if found is not Verdict.YES:
                worst = Verdict.all_of((worst, found))
        if not self.any_of:
            return worst
        choice = Verdict.any_of([one.verdict(facts, parameters) for one in self.any_of])
        return Verdict.all_of((worst, choice))

    def all_clauses(self) -> Iterator[Clause]:
        """Yield every clause, those of the lists too."""
        yield from self.clauses
        for one in self.any_of:
            yield from one.all_clauses()

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts they look at, in order."""
        return tuple(dict.fromkeys(path for clause in self.all_clauses() for path in clause.reads))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters they compare with."""
        return tuple(name for clause in self.all_clauses() for name in clause.parameters)

    def relied_on(self, facts: FactsRead, parameters: Parameters) -> tuple[Clause, ...]:
        """Return the clauses the verdict rests on: of lists of which one must hold, the first that does."""
        verdicts = [one.verdict(facts, parameters) for one in self.any_of]
        if Verdict.YES in verdicts:
            return (*self.clauses, *self.any_of[verdicts.index(Verdict.YES)].relied_on(facts, parameters))
        return tuple(self.all_clauses())

    def missing(self, facts: FactsRead, parameters: Parameters) -> tuple[str, ...]:
        """Return the facts without which the verdict stays open."""
        if self.verdict(facts, parameters) is not Verdict.CONDITIONAL:
            return ()
        clauses = [one for one in self.clauses if one.verdict(facts, parameters) is Verdict.CONDITIONAL]
        paths = [path for clause in clauses for path in clause.reads if facts[path] is None]
        if Verdict.any_of(one.verdict(facts, parameters) for one in self.any_of) is Verdict.CONDITIONAL:
            paths += [path for one in self.any_of for path in one.missing(facts, parameters)]
        return tuple(paths)


def _members(value: Value) -> frozenset[object] | None:
    """Return the members of a list, None where nobody knows them."""
    return frozenset(value) if isinstance(value, tuple) else None


def _yes(holds: bool) -> Verdict:
    return Verdict.YES if holds else Verdict.NO
