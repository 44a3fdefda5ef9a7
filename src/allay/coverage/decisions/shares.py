"""Stage of cost sharing: deductible, then copay or coinsurance, then the caps of law and of the year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from allay.base.money import Money
from allay.coverage.answers import Verdict
from allay.coverage.decisions.stages import Finding, StageResult
from allay.coverage.decisions.working import Working, WorkingLine
from allay.coverage.rules.rule import EffectType, Stage

_ZERO = Money(0)
_KEPT = 100_000


def share_services(services: Sequence[Working]) -> None:
    """Work out the patient's share of every line that may be billed, half up for each line.

    The deductible and the yearly maximum are used up from line to line; a copay is due once for a service.
    """
    purse = _Purse(services[0])
    for service in services:
        result = service.judge(Stage.COST_SHARE, service.facts)
        if result.findings:
            service.stages.append((Stage.COST_SHARE, result))
        rule = _chosen(result)
        value = None if rule is None else _value(service, rule)
        if rule is None or (value is None and rule.rule.effect.method != "none"):
            continue
        purse.copay = None
        for line in service.lines:
            if line.bill in (Verdict.NO, Verdict.UNKNOWN):
                continue
            share = _share(service, line, rule.rule.effect.method, value or 0, purse)
            line.share = None if share is None else _limited(share, service, result, purse)


class _Purse:
    """What is left of the deductible, of a copay and until the yearly maximum; None where it is not said."""

    __slots__ = ("copay", "deductible", "maximum")

    def __init__(self, service: Working) -> None:
        self.deductible = _money(service.facts["plan.deductible_left"])
        self.maximum = _money(service.facts["plan.out_of_pocket_left"])
        self.copay: Money | None = None


def _share(
    service: Working, line: WorkingLine, method: str, value: int | Decimal, purse: _Purse
) -> Money | None:
    if method == "none":
        return _ZERO
    if method == "copay":
        left = _money(value) if purse.copay is None else purse.copay
        assert left is not None
        share = left if line.allowed is None else min(left, line.allowed)
        purse.copay = left - share
        return share
    return _coinsurance(service, line, value, purse)


def _limited(share: Money, service: Working, result: StageResult, purse: _Purse) -> Money:
    """Apply the caps and floors of rules, and the yearly maximum."""
    for cap in result.held(EffectType.CAP):
        most = _money(_value(service, cap))
        share = share if most is None else min(share, most)
    for floor in result.held(EffectType.FLOOR):
        least = _money(_value(service, floor))
        share = share if least is None else max(share, least)
    if purse.maximum is not None:
        share = min(share, purse.maximum)
        purse.maximum = purse.maximum - share
    return share


def _coinsurance(service: Working, line: WorkingLine, ratio: int | Decimal, purse: _Purse) -> Money | None:
    if line.allowed is None:
        return None
    if purse.deductible is None:
        service.missing.append("plan.deductible_left")
        return None
    if not purse.deductible:
        return _part(line.allowed.cents, ratio)
    first = min(purse.deductible, line.allowed)
    purse.deductible = purse.deductible - first
    return first + _part((line.allowed - first).cents, ratio)


@lru_cache(_KEPT)
def _part(cents: int, ratio: int | Decimal) -> Money:
    """Return a part of an amount, half up; amounts come again and again."""
    return Money(cents) * Fraction(ratio)


def _chosen(result: StageResult) -> Finding | None:
    """Return how the share is worked out: the lowest layer that says so."""
    found = result.held(EffectType.PRICE)
    return min(found, key=lambda one: (-one.rule.layer.rank, one.rule.id), default=None)


def _value(service: Working, finding: Finding) -> int | Decimal | None:
    operand = finding.rule.effect.value
    found = None if operand is None else operand.value(service.facts, service.judge.in_force.parameter)
    return found if isinstance(found, int | Decimal) else None


@lru_cache(_KEPT)
def _money(value: object) -> Money | None:
    return Money.rounded(Fraction(value)) if isinstance(value, int | Decimal) else None
