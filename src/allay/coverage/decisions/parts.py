"""What is decided for one service of a visit, and for each of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from allay.base.money import Money
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.decisions.stages import StageResult
from allay.coverage.rules.rule import EffectType, Stage


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the claim, or one that was asked for and may not be on it.

    Attributes
    ----------
    bill : Verdict
        Whether it may be billed.
    allowed, patient_share : Money or None
        None where they are not known. For a line that may not be billed the plan pays nothing.
    """

    code: str
    units: int
    modifiers: tuple[str, ...]
    bill: Verdict
    allowed: Money | None
    patient_share: Money | None
    service: str
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[str, ...] = ()
    codes: StageResult | None = None
    price: StageResult | None = None


@dataclass(frozen=True, slots=True)
class ServiceDecision:
    """What was decided for one service of a visit.

    `stages` are the ones the decision rests on; `considered` are ways to bill that were asked about in vain
    where another one is open.
    """

    asked: ServiceAsked
    deliver: Verdict
    bill: Verdict
    bill_as: str
    prior_auth: str
    mlr_class: str
    lines: tuple[Line, ...]
    stages: tuple[tuple[Stage, StageResult], ...]
    considered: tuple[tuple[Stage, StageResult], ...]
    notes: tuple[Reason, ...]
    missing: tuple[str, ...]

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The missing facts that can still change something.

        What may not be billed needs no questions about the bill: those about who may give it, and about the
        class of spending, stay. Where a price hangs on facts alone it asks for them.
        """
        if self.bill is Verdict.NO:
            stay = {LICENSES, *_asked(self.stages)}
            return tuple(path for path in self.missing if path in stay)
        unpriced = [line.price for line in self.lines if line.bill is not Verdict.NO and line.allowed is None]
        prices = (path for price in unpriced if price is not None for path in _price_hangs_on(price))
        return tuple(dict.fromkeys((*self.missing, *prices)))


LICENSES = "practitioner.licensed"
_WITHOUT_BILL = (Stage.SCOPE, Stage.SETTING, Stage.PROGRAM, Stage.MLR)


def _asked(stages: Iterable[tuple[Stage, StageResult]]) -> Iterator[str]:
    """Yield what stages ask that matter without a bill; one that says no asks for nothing."""
    for stage, result in stages:
        if stage in _WITHOUT_BILL and result.verdict is not Verdict.NO:
            yield from result.missing


def _price_hangs_on(price: StageResult) -> tuple[str, ...]:
    """Return the facts without which there is no price, by the rules of the highest layer that has one."""
    if price.held(EffectType.PRICE):
        return ()
    open_rules = [one for one in price.findings if one.rule.effect.type is EffectType.PRICE and one.missing]
    highest = min((one.rule.layer.rank for one in open_rules), default=0)
    return tuple(path for one in open_rules if one.rule.layer.rank == highest for path in one.missing)
