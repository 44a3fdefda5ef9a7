"""One stage of a decision: which rules apply, what each says, and what follows together.

How effects combine: one deny, one failed requirement or one limit reached is enough for a no; of several
permits one is needed; a lower layer cannot take away what a higher one permits, unless that rule lets it
(`derogable`). What is not known stays open: `conditional` where facts of the case are missing, `unknown`
where the rules do not settle it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from allay.base.fact import UNKNOWN
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.rules.conditions import FactsRead, Number
from allay.coverage.rules.rule import Candidate, EffectType, Rule
from allay.coverage.rules.rulebook import InForce


class Outcome(StrEnum):
    """What came of a rule in a case."""

    HOLDS = "holds"  # it applies, and lets the service pass
    FAILS = "fails"  # it applies, and stops it
    MISSING = "missing"  # facts of the case are missing
    UNKNOWN = "unknown"  # the rule or its parameter is not settled
    SET_ASIDE = "set_aside"  # a higher layer does not let it say so


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that applies, or might, and what came of it."""

    rule: Rule
    outcome: Outcome
    applies: Verdict = Verdict.YES
    missing: tuple[str, ...] = ()
    left: Number | None = None


class StageResult:
    """What a stage says: the verdict, every finding, and the facts it was asked about.

    Attributes
    ----------
    missing : tuple of str
        The facts to ask for; where one rule permits, nothing is asked for the sake of others that might.
    """

    __slots__ = ("_held", "facts", "findings", "missing", "verdict")

    def __init__(self, verdict: Verdict, findings: tuple[Finding, ...], facts: FactsRead) -> None:
        self.verdict = verdict
        self.findings = findings
        self.facts = facts
        self._held: dict[EffectType, tuple[Finding, ...]] = {}
        for one in findings:
            if one.outcome is Outcome.HOLDS:
                kind = one.rule.effect.type
                self._held[kind] = (*self._held.get(kind, ()), one)
        self.missing: tuple[str, ...] = ()
        asking = [one for one in findings if one.missing]
        if asking:
            permitted = EffectType.PERMIT in self._held
            asking = [one for one in asking if not (permitted and one.rule.effect.type is EffectType.PERMIT)]
            self.missing = tuple(dict.fromkeys(path for one in asking for path in one.missing))

    def held(self, effect: EffectType) -> tuple[Finding, ...]:
        """Return the findings of rules of one type of effect that hold."""
        return self._held.get(effect, ())


_STOPS: Final = (EffectType.DENY, EffectType.REQUIRE, EffectType.LIMIT)


def judge(
    rules: Sequence[Candidate], facts: FactsRead, in_force: InForce, *, without_permit: Verdict
) -> StageResult:
    """Judge a stage.

    Parameters
    ----------
    rules : sequence of Candidate
        Those of the stage that can apply.
    facts : mapping
        The facts of the case, with None for what is missing.
    in_force : InForce
        Parameters of the day.
    without_permit : Verdict
        What it means that no rule permits.
    """
    if not rules:
        return StageResult(without_permit, (), facts)
    found = [finding for rule in rules if (finding := _finding(rule, facts, in_force)) is not None]
    found = [_set_aside(finding, found) for finding in found]
    return StageResult(_verdict(found, without_permit), tuple(found), facts)


def _finding(candidate: Candidate, facts: FactsRead, in_force: InForce) -> Finding | None:
    """Say what comes of a rule, or None where it does not apply."""
    rule = candidate.rule
    applies = candidate.applies(facts, in_force.parameter)
    if applies is Verdict.NO:
        return None
    if applies is Verdict.YES and rule.status is Status.UNKNOWN:
        return Finding(rule, Outcome.UNKNOWN)
    passes, left = _says(rule, facts, in_force)
    if rule.effect.type in _STOPS and passes is Verdict.YES and applies is not Verdict.YES:
        # It would let the service pass whether it applies or not; how many are left is still worth saying.
        return Finding(rule, Outcome.HOLDS, applies, left=left) if left is not None else None
    both = (applies, passes)
    if Verdict.UNKNOWN in both:
        return Finding(rule, Outcome.UNKNOWN, applies)
    if Verdict.CONDITIONAL in both:
        return Finding(rule, Outcome.MISSING, applies, _missing(rule, facts, in_force))
    return Finding(rule, Outcome.HOLDS if passes is Verdict.YES else Outcome.FAILS, left=left)


def _says(rule: Rule, facts: FactsRead, in_force: InForce) -> tuple[Verdict, Number | None]:
    """Return whether the service passes where the rule applies, and for a limit how many are left."""
    if rule.test is not None:
        return rule.test.verdict(facts, in_force.parameter), None
    if rule.effect.type is EffectType.LIMIT:
        return _limit(rule, facts, in_force)
    return (Verdict.NO if rule.effect.type is EffectType.DENY else Verdict.YES), None


def _missing(rule: Rule, facts: FactsRead, in_force: InForce) -> tuple[str, ...]:
    asked = rule.missing(facts, in_force.parameter)
    effect = rule.effect
    if effect.type is EffectType.LIMIT and not asked:
        needed = [effect.counter] + ([effect.value.fact] if effect.value else [])
        asked += tuple(path for path in needed if path is not None and facts[path] is None)
    return tuple(dict.fromkeys(asked))


def _limit(rule: Rule, facts: FactsRead, in_force: InForce) -> tuple[Verdict, Number | None]:
    """Return whether one more fits, and how many are left after it."""
    effect = rule.effect
    assert effect.value is not None and effect.counter is not None  # noqa: PT018 - the loader asks for both
    most = effect.value.value(facts, in_force.parameter)
    used = facts[effect.counter]
    if most is UNKNOWN:
        return Verdict.UNKNOWN, None
    if most is None or used is None:
        return Verdict.CONDITIONAL, None
    assert isinstance(used, int | Decimal)  # the loader lets numbers be counters only
    left = most - used - 1
    return (Verdict.YES, left) if left >= 0 else (Verdict.NO, max(most - used, 0))


def _set_aside(finding: Finding, found: Iterable[Finding]) -> Finding:
    """Set aside what a lower layer takes away from a higher one."""
    rule = finding.rule
    if rule.effect.type not in _STOPS or finding.outcome is Outcome.HOLDS:
        return finding
    for other in found:
        higher = other.rule.layer.rank < rule.layer.rank and not other.rule.derogable
        if not higher or other.outcome is not Outcome.HOLDS:
            continue
        same_counter = (
            rule.effect.type is EffectType.LIMIT and other.rule.effect.counter == rule.effect.counter
        )
        if other.rule.effect.type in (EffectType.PERMIT, EffectType.FORBID) or same_counter:
            return Finding(rule, Outcome.SET_ASIDE, finding.applies)
    return finding


def _verdict(found: Sequence[Finding], without_permit: Verdict) -> Verdict:
    stops = [one for one in found if one.rule.effect.type in _STOPS]
    outcomes = {one.outcome for one in stops}
    if Outcome.FAILS in outcomes:
        return Verdict.NO
    permits = {one.outcome for one in found if one.rule.effect.type is EffectType.PERMIT}
    if Outcome.HOLDS in permits:
        permitted = Verdict.YES
    elif Outcome.MISSING in permits:
        permitted = Verdict.CONDITIONAL
    elif Outcome.UNKNOWN in permits:
        permitted = Verdict.UNKNOWN
    else:
        permitted = without_permit
    if permitted is Verdict.NO:
        return Verdict.NO
    if Outcome.UNKNOWN in outcomes:
        return Verdict.UNKNOWN
    if Outcome.MISSING in outcomes:
        return Verdict.all_of([Verdict.CONDITIONAL, permitted])
    return permitted
