"""Whether a patient met the target: each measure by itself, then together under a policy.

How measures combine is not settled by the sources, so the policy is an argument. A missing end score is never
an improvement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.payment.access.targets import AccessTarget

Rule = Literal["any", "all", "k_of_n"]


class Outcome(StrEnum):
    """What came of a target. Only `met` counts as met in the money."""

    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """How the measures of a patient combine.

    Parameters
    ----------
    rule : str
        ``any`` measure, ``all`` measures, or ``k_of_n``: at least `k` of them.
    k : int, optional
        With ``k_of_n`` and only with it.
    veto : bool
        Whether pain that rose by more than the guard allows rules the target out.
    same_instrument : bool
        Whether both ends must come from the same instrument (a short form and an adaptive test are two).

    Examples
    --------
    >>> TargetPolicy("k_of_n", k=2).text
    'at least 2 measures, pain as a veto, the same instrument at both ends'
    """

    rule: Rule = "all"
    k: int | None = None
    veto: bool = True
    same_instrument: bool = True

    def __post_init__(self) -> None:
        if self.rule not in ("any", "all", "k_of_n"):
            raise InvalidValue(expected="any, all or k_of_n", found=repr(self.rule))
        if (self.k is not None) is not (self.rule == "k_of_n"):
            raise InvalidValue(expected="k with k_of_n and only with it", found=f"{self.rule}, k {self.k}")
        if self.k is not None and self.k < 1:
            raise InvalidValue(expected="k of at least 1", found=str(self.k))

    @property
    def text(self) -> str:
        """The policy in words."""
        how = {"any": "any measure", "all": "all measures", "k_of_n": f"at least {self.k} measures"}[
            self.rule
        ]
        pain = "pain as a veto" if self.veto else "no veto by pain"
        forms = "the same instrument at both ends" if self.same_instrument else "forms of a measure may mix"
        return f"{how}, {pain}, {forms}"

    def needed(self, measures: int) -> int:
        """How many of some measures must be met.

        Raises
        ------
        InvalidValue
            When more are asked for than there are.
        """
        if self.k is not None and self.k > measures:
            raise InvalidValue(
                expected=f"k of at most {measures}, the measures of this site", found=str(self.k)
            )
        return {"any": 1, "all": measures}.get(self.rule, self.k or 0)


@dataclass(frozen=True, slots=True)
class EndScores:
    """The scores of one instrument at both ends; None is missing."""

    instrument: str
    scale: str
    baseline: Decimal | None
    end: Decimal | None


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measure: what changed, what was asked, and what came of it."""

    target: AccessTarget
    outcome: Outcome
    improvement: Decimal | None
    reason: str

    @property
    def status(self) -> Status:
        """How sure the amount asked is."""
        return self.target.amount.status if self.target.amount else Status.VERIFIED


@dataclass(frozen=True, slots=True)
class Attainment:
    """Whether a patient met the target, with the result of each measure."""

    outcome: Outcome
    reason: str
    measures: tuple[MeasureResult, ...]
    policy: TargetPolicy

    @property
    def status(self) -> Status:
        """The weakest status of the amounts asked; that of the policy stands in the terms."""
        return Status.weakest([each.status for each in self.measures] or [Status.UNKNOWN])


def attainment(
    scores: Sequence[EndScores], policy: TargetPolicy, *, targets: Sequence[AccessTarget]
) -> Attainment:
    """Judge the scores of one patient.

    Parameters
    ----------
    scores : sequence of EndScores
        One for each instrument; those no target asks for are passed over.
    policy : TargetPolicy
        How measures combine.
    targets : sequence of AccessTarget
        `allay.payment.access.targets.targets` of the patient's site and care period.

    Raises
    ------
    InvalidValue
        Two entries for one score; a policy that asks for more measures than there are.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.payment.access.targets import targets
    >>> asked = targets("other", on=dt.date(2026, 8, 1))
    >>> scores = [
    ...     EndScores("promis-pf6b", "physical_function", Decimal("36.8"), Decimal("38.8")),
    ...     EndScores("promis-pi6a", "pain_interference", Decimal("62.5"), Decimal("61.6")),
    ...     EndScores("pain-nrs", "total", Decimal(6), Decimal(6)),
    ... ]
    >>> for rule in ("any", "all"):
    ...     print(attainment(scores, TargetPolicy(rule), targets=asked).outcome.value)
    met
    not_met
    """
    by_key = {(each.instrument, each.scale): each for each in scores}
    if len(by_key) < len(scores):
        raise InvalidValue(expected="each score of an instrument once", found="one twice")
    measures = tuple(_judge(target, by_key, policy) for target in targets)
    outcome, reason = _combine(measures, policy)
    return Attainment(outcome, reason, measures, policy)


def _judge(
    target: AccessTarget, scores: dict[tuple[str, str], EndScores], policy: TargetPolicy
) -> MeasureResult:
    held = [scores[i, target.scale] for i in target.instruments if (i, target.scale) in scores]
    if target.role == "report":
        reported = any(each.end is not None for each in held)
        said = "reported, not scored" if reported else "not reported; it is not scored"
        return MeasureResult(target, Outcome.MET if reported else Outcome.MISSING, None, said)
    ends, problem = _ends(held, policy)
    if ends is None:
        return MeasureResult(target, Outcome.MISSING, None, problem)
    baseline, end = ends
    improvement = end - baseline if target.better == "higher" else baseline - end
    if target.amount is None or not target.known:
        return MeasureResult(target, Outcome.UNKNOWN, improvement, "what is asked of it is not known")
    amount = Decimal(target.amount.number)
    if target.role == "guard":
        met, asked = improvement >= -amount, f"it may not rise by more than {amount}"
    else:
        met, asked = improvement >= amount, f"{amount} or more is asked"
    return MeasureResult(
        target, Outcome.MET if met else Outcome.NOT_MET, improvement, f"{baseline} to {end}; {asked}"
    )


def _ends(held: Sequence[EndScores], policy: TargetPolicy) -> tuple[tuple[Decimal, Decimal] | None, str]:
    """The baseline and end to compare, or what is missing."""
    for each in held:
        if each.baseline is not None and each.end is not None:
            return (each.baseline, each.end), ""
    first = next((each.baseline for each in held if each.baseline is not None), None)
    last = next((each.end for each in held if each.end is not None), None)
    if first is None or last is None:
        missing = "end score" if first is not None else "baseline" if last is not None else "baseline and end"
        return None, f"no {missing}"
    if policy.same_instrument:
        return None, "another instrument at the end than at baseline"
    return (first, last), ""


def _combine(measures: Sequence[MeasureResult], policy: TargetPolicy) -> tuple[Outcome, str]:
    improving = [each for each in measures if each.target.role == "improve"]
    guards = [each for each in measures if each.target.role == "guard"] if policy.veto else []
    if any(guard.outcome is Outcome.NOT_MET for guard in guards):
        return Outcome.NOT_MET, "pain rose by more than the guard allows"
    needed = policy.needed(len(improving))
    count = {kind: sum(each.outcome is kind for each in improving) for kind in Outcome}
    said = f"{count[Outcome.MET]} of {len(improving)} measures met, {needed} asked"
    if count[Outcome.MET] < needed:
        if count[Outcome.UNKNOWN]:
            return Outcome.UNKNOWN, f"{said}; what is asked of {count[Outcome.UNKNOWN]} is not known"
        could = count[Outcome.MET] + count[Outcome.MISSING] >= needed
        return (Outcome.MISSING if could else Outcome.NOT_MET), said
    if any(guard.outcome is Outcome.MISSING for guard in guards):
        return Outcome.MISSING, f"{said}; the pain rating that guards it is missing"
    return Outcome.MET, said
