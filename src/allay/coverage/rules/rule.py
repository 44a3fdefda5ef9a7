"""A rule: when it applies, what it does, since when, how sure we are, and where it is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from allay.base.dates import holds_on
from allay.base.fact import UNKNOWN, Reference, Value
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.rules.conditions import Clause, Conditions, FactsRead, Operand, Parameters


class Stage(StrEnum):
    """The stages of a decision, in order; none is skipped because an earlier one said no."""

    SCOPE = "scope"
    SETTING = "setting"
    BENEFIT = "benefit"
    IDENTITY = "identity"
    CODES = "codes"
    EDITS = "edits"
    LIMITS = "limits"
    PRIOR_AUTH = "prior_auth"
    PRICE = "price"
    COST_SHARE = "cost_share"
    PROGRAM = "program"
    MLR = "mlr"

    __hash__ = str.__hash__  # that of enumerations is slow, and decisions look stages up all the time


class Layer(StrEnum):
    """Who makes a rule, highest first. A lower layer may be more generous, and fill gaps."""

    FEDERAL_LAW = "federal_law"
    STATE_LAW = "state_law"
    COVERAGE_POLICY = "coverage_policy"
    PLAN = "plan"
    CONTRACT = "contract"
    PROGRAM = "program"

    __hash__ = str.__hash__  # as for stages

    @property
    def rank(self) -> int:
        """0 for the highest."""
        return _RANKS[self]


_RANKS = {layer: place for place, layer in enumerate(Layer)}


class EffectType(StrEnum):
    """What a rule does."""

    REQUIRE = "require"  # its test must hold
    PERMIT = "permit"  # one is needed
    DENY = "deny"  # one is enough
    LIMIT = "limit"  # so many, counted in a fact
    CAP = "cap"  # at most
    FLOOR = "floor"  # at least
    FORBID = "forbid"  # takes a target away from lower layers
    PRICE = "price"  # how the allowed amount or the patient's share is worked out
    MODIFY = "modify"  # adds modifiers to a line, may change its price by a factor
    EDIT = "edit"  # lines that are not paid beside others of the day
    CLASSIFY = "classify"  # class of spending

    __hash__ = str.__hash__  # as for stages


PAYER = "plan.payer"  # nothing is asked about a plan before it is known who pays


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does, with what that needs."""

    type: EffectType
    target: str = ""
    value: Operand | None = None
    counter: str | None = None
    per: str = ""
    method: str = ""
    modifiers: tuple[str, ...] = ()
    factor: Operand | None = None
    mlr_class: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule.

    Attributes
    ----------
    when, unless, test : Conditions
        It applies where `when` holds and `unless` does not; a `require` asks that `test` holds.
    derogable : bool
        Whether a lower layer may be stricter.
    known_from : datetime.date
        From when it could be known: before its first day, unless it was made to reach back.
    """

    id: str
    stage: Stage
    layer: Layer
    effect: Effect
    text: str
    when: Conditions
    unless: Conditions | None
    test: Conditions | None
    effective_from: dt.date
    effective_to: dt.date | None
    known_from: dt.date
    status: Status
    references: tuple[Reference, ...]
    alternatives: tuple[str, ...] = ()
    derogable: bool = False

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry."""
        return f"{self.id}@{self.effective_from}/{self.known_from}"

    def covers(self, day: dt.date) -> bool:
        """Whether it is in force on that day."""
        return holds_on(day, self.effective_from, self.effective_to)

    @property
    def conditions(self) -> tuple[Conditions, ...]:
        """All its conditions."""
        return tuple(one for one in (self.when, self.unless, self.test) if one is not None)

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The numbers its effect uses."""
        return tuple(one for one in (self.effect.value, self.effect.factor) if one is not None)

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts of a case it looks at, in order."""
        return self._reads([clause for one in self.conditions for clause in one.all_clauses()])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it uses, in order."""
        return self._parameters([clause for one in self.conditions for clause in one.all_clauses()])

    def relied_on(self, facts: FactsRead, parameters: Parameters) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the facts and the parameters that what it says in a case rests on."""
        clauses = [clause for one in self.conditions for clause in one.relied_on(facts, parameters)]
        return self._reads(clauses), self._parameters(clauses)

    def _reads(self, clauses: list[Clause]) -> tuple[str, ...]:
        paths = [path for clause in clauses for path in clause.reads]
        paths += [one.fact for one in self.operands if one.fact is not None]
        paths += [self.effect.counter] if self.effect.counter else []
        return tuple(dict.fromkeys(paths))

    def _parameters(self, clauses: list[Clause]) -> tuple[str, ...]:
        names = [name for clause in clauses for name in clause.parameters]
        names += [one.parameter for one in self.operands if one.parameter is not None]
        return tuple(dict.fromkeys(names))

    def missing(self, facts: FactsRead, parameters: Parameters) -> tuple[str, ...]:
        """Return the facts it would need to say more: first who pays, then what says whether it applies."""
        whether = [one for one in (self.when, self.unless) if one is not None]
        paths = [path for one in whether for path in one.missing(facts, parameters)]
        if PAYER in paths:
            return (PAYER,)
        if not paths and self.test is not None:
            paths += self.test.missing(facts, parameters)
        return tuple(dict.fromkeys(paths))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that can apply to cases with some facts settled; `when` holds what is left to ask."""

    rule: Rule
    when: Conditions

    @classmethod
    def among(cls, rule: Rule, settled: FactsRead) -> Candidate | None:
        """Return the rule where the settled facts let it apply, else None.

        Parameters
        ----------
        settled : mapping
            Facts with the values that all the cases share; None where it is missing in all of them.
        """
        left = []
        for clause in rule.when.clauses:
            settles = clause.path in settled and clause.operand is None and clause.listed is None
            verdict = clause.verdict(settled, _no_parameter) if settles else Verdict.CONDITIONAL
            if verdict is Verdict.NO:
                return None
            if verdict is not Verdict.YES:
                left.append(clause)
        return cls(rule, Conditions(tuple(left), rule.when.any_of))

    def applies(self, facts: FactsRead, parameters: Parameters) -> Verdict:
        """Say whether the rule applies to a case with these facts."""
        found = self.when.verdict(facts, parameters)
        unless = self.rule.unless
        if unless is None or found is Verdict.NO:
            return found
        return Verdict.all_of([found, _NOT[unless.verdict(facts, parameters)]])


def _no_parameter(name: str) -> Value:
    return UNKNOWN


_NOT = {
    Verdict.YES: Verdict.NO,
    Verdict.NO: Verdict.YES,
    Verdict.CONDITIONAL: Verdict.CONDITIONAL,
    Verdict.UNKNOWN: Verdict.UNKNOWN,
}
