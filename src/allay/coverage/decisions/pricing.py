"""Stage of the price: by contract, plan or fee schedule; the lowest layer that has a price counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from allay.base.errors import NotFound
from allay.base.fact import Unknown
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import Case
from allay.coverage.decisions.stages import Finding, StageResult
from allay.coverage.decisions.working import Working, WorkingLine
from allay.coverage.fees.localities import NATIONAL
from allay.coverage.fees.price import FeePrice
from allay.coverage.fees.schedule import FeeSchedule
from allay.coverage.rules.rule import EffectType, Rule, Stage

_ONE = Fraction(1)


@dataclass(slots=True)
class _FeeLine:
    """A line paid by the fee schedule, with the unit price and the factor that cuts it."""

    line: WorkingLine
    price: FeePrice
    factor: Fraction
    reducible: bool
    group: str


def price_services(services: Sequence[Working], fees: FeeSchedule, case: Case) -> None:
    """Price every line that may be billed, and reduce therapy where the payer does.

    Rounded half up for each line.
    """
    by_schedule: list[_FeeLine] = []
    for service in services:
        for place, line in enumerate(service.lines):
            result = service.judge(Stage.PRICE, service.facts_of(line.draft))
            if result.findings and (Stage.PRICE, result) not in service.stages:
                service.stages.append((Stage.PRICE, result))
            chosen = _chosen(result)
            if chosen is None or line.bill in (Verdict.NO, Verdict.UNKNOWN):
                continue
            changes = (*result.held(EffectType.MODIFY), *line.stage.held(EffectType.MODIFY))
            factor = _factor((chosen, *changes), service)
            if factor is None:
                continue
            if chosen.rule.effect.method != "fee_schedule":
                _by_rule(chosen.rule, service, line, factor, first=place == 0)
            elif (price := _look_up(service, line, fees, case)) is not None:
                cuts = (one.rule.effect.target for one in result.held(EffectType.EDIT))
                reducible = price.therapy and "therapy_reduction" in cuts
                group = service.prepared.practitioner.tax_id_key or ""
                by_schedule.append(_FeeLine(line, price, factor, reducible, group))
    _by_schedule(by_schedule)


def _chosen(result: StageResult) -> Finding | None:
    prices = [one for one in result.held(EffectType.PRICE) if one.rule.effect.target == "allowed"]
    return min(prices, key=lambda one: (-one.rule.layer.rank, one.rule.id), default=None)


def _factor(findings: Iterable[Finding], service: Working) -> Fraction | None:
    """Multiply the factors of rules; None when one is not known."""
    product = _ONE
    for one in findings:
        if one.rule.effect.factor is not None:
            value = one.rule.effect.factor.value(service.facts, service.judge.in_force.parameter)
            if value is None or isinstance(value, Unknown):
                return None
            product = Fraction(value) if product is _ONE else product * Fraction(value)
    return product


def _look_up(service: Working, line: WorkingLine, fees: FeeSchedule, case: Case) -> FeePrice | None:
    place = case.setting.place_code
    if place is None:
        service.missing.append("setting.place")
        return None
    try:
        return fees.price(
            line.draft.code,
            day=case.service_date,
            known_on=case.known_on,
            site=fees.places.get(place).site,
            locality=case.setting.locality or NATIONAL,
        )
    except NotFound as absent:
        line.reasons += (_unpriced(line.draft.code, str(absent)),)
        return None


def _unpriced(code: str, why: str) -> Reason:
    return Reason(f"price.{code}", why, "unknown", Status.UNKNOWN, stage="price", effect="price")


def _by_rule(rule: Rule, service: Working, line: WorkingLine, factor: Fraction, *, first: bool) -> None:
    """Price a line by an amount: each unit, each visit (on its first line), or nothing inside a bundle."""
    effect = rule.effect
    if effect.method == "included":
        line.allowed = Money(0)
        return
    if effect.method == "per_visit" and not first:
        line.allowed = Money(0)
        return
    parameters = service.judge.in_force.parameter
    value = None if effect.value is None else effect.value.value(service.facts, parameters)
    if value is None or isinstance(value, Unknown):
        return
    times = 1 if effect.method == "per_visit" else line.units
    line.allowed = Money.rounded(Fraction(Decimal(value)) * times * factor)


def _by_schedule(lines: Sequence[_FeeLine]) -> None:
    full = _full_units(lines)
    for one in lines:
        unit, reduced = one.price.amount.cents, one.price.reduced.cents
        units = one.line.units
        if one.reducible:
            whole = 1 if full.get(one.group) is one else 0
            cents = whole * unit + (units - whole) * reduced
        else:
            whole, cents = units, units * unit
        one.line.allowed = Money(cents) if one.factor is _ONE else Money(cents) * one.factor
        one.line.explain.append(partial(_priced, one, whole))


def _full_units(lines: Sequence[_FeeLine]) -> dict[str, _FeeLine]:
    """Return for each billing group the line with the highest practice part; one unit of it is full."""
    full: dict[str, _FeeLine] = {}
    for one in lines:
        best = full.get(one.group)
        if one.reducible and (best is None or one.price.practice > best.price.practice):
            full[one.group] = one
    return full


def _priced(one: _FeeLine, whole: int) -> Reason:
    line, price = one.line, one.price
    parts = [f"{whole} at {price.amount}"] if whole else []
    if line.units > whole:
        parts.append(f"{line.units - whole} at {price.reduced}, the practice part reduced")
    times = "" if one.factor is _ONE else f", times {float(one.factor):g}"
    cut = one.reducible and line.units > whole
    return Reason(
        rule=f"price.{line.draft.code}",
        text=f"{line.draft.code}: {' and '.join(parts)}{times} ({price.locality}, {price.site})",
        outcome="priced",
        status=price.reduced_status if cut else price.status,
        references=price.references,
        stage="price",
        effect="price",
        values=tuple((version, "") for version in price.versions),
    )
