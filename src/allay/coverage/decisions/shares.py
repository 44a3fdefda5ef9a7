"""Stage of cost sharing: deductible, then copay or coinsurance, then the caps of law and of the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from allay.base.money import Money
from allay.coverage.answers import Verdict
from allay.coverage.decisions.stages import Finding, StageResult
from allay.coverage.decisions.working import Working, WorkingLine
from allay.coverage.rules.rule import EffectType, Stage

_ZERO = Money(0)


def share_services(services: Sequence[Working]) -> None:
    """Work out the patient's share of every line that may be billed, half up for each line.

    The deductible and the yearly maximum are used up from line to line.
    """
    if not services:
        return
    purse = _Purse(services[0])
    for service in services:
        result = service.judge(Stage.COST_SHARE, service.facts)
        if result.findings:
            service.stages.append((Stage.COST_SHARE, result))
        copay_due = True
        for line in service.lines:
            if line.bill in (Verdict.NO, Verdict.UNKNOWN):
                continue
            _share(service, line, result, purse, copay_due=copay_due)
            copay_due = False


class _Purse:
    """What is left of the deductible and until the yearly maximum, in cents; None where it is not said."""

    def __init__(self, service: Working) -> None:
        self.deductible = _money(service.facts["plan.deductible_left"])
        self.maximum = _money(service.facts["plan.out_of_pocket_left"])


def _share(
    service: Working, line: WorkingLine, result: StageResult, purse: _Purse, *, copay_due: bool
) -> None:
    rule = _chosen(result)
    if rule is None:
        return
    method = rule.rule.effect.method
    if method == "none":
        line.share = _ZERO
        return
    value = _value(service, rule)
    if value is None:
        return
    if method == "copay":
        share: Money | None = Money.rounded(Fraction(Decimal(value))) if copay_due else _ZERO
        if line.allowed is not None and line.allowed and share is not None:
            share = min(share, line.allowed)
    else:
        share = _coinsurance(service, line, value, purse)
    if share is None:
        return
    for cap in _limits(service, result, EffectType.CAP):
        share = min(share, cap)
    for floor in _limits(service, result, EffectType.FLOOR):
        share = max(share, floor)
    if purse.maximum is not None:
        share = min(share, purse.maximum)
        purse.maximum = purse.maximum - share
    line.share = share


def _coinsurance(service: Working, line: WorkingLine, ratio: int | Decimal, purse: _Purse) -> Money | None:
    if line.allowed is None:
        return None
    if purse.deductible is None:
        service.missing.append("plan.deductible_left")
        return None
    first = min(purse.deductible, line.allowed)
    purse.deductible = purse.deductible - first
    return first + (line.allowed - first) * Fraction(Decimal(ratio))


def _chosen(result: StageResult) -> Finding | None:
    """Return how the share is worked out: the lowest layer that says so."""
    found = result.held(EffectType.PRICE)
    return min(found, key=lambda one: (-one.rule.layer.rank, one.rule.id), default=None)


def _limits(service: Working, result: StageResult, kind: EffectType) -> Iterable[Money]:
    for one in result.held(kind):
        value = _value(service, one)
        if value is not None:
            yield Money.rounded(Fraction(Decimal(value)))


def _value(service: Working, finding: Finding) -> int | Decimal | None:
    operand = finding.rule.effect.value
    found = None if operand is None else operand.value(service.facts, service.judge.in_force.parameter)
    return found if isinstance(found, int | Decimal) else None


def _money(value: object) -> Money | None:
    return Money.rounded(Fraction(value)) if isinstance(value, int | Decimal) else None
