"""What is decided for one service of a visit, and for each of its lines."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.money import Money
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.decisions.stages import StageResult
from allay.coverage.rules.rule import Stage


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
