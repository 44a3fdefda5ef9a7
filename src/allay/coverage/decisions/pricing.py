"""Stage of the price: by contract, plan or fee schedule; the lowest layer that has a price counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from allay.base.errors import NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.cases.case import Case
from allay.coverage.decisions.plan import LinePlan
from allay.coverage.decisions.working import OPEN, Working, WorkingLine, cents
from allay.coverage.fees.localities import NATIONAL
from allay.coverage.fees.price import FeePrice
from allay.coverage.fees.reduction import paid_in_full, reduced_units
from allay.coverage.fees.schedule import FeeSchedule


@dataclass(slots=True)
class _FeeLine:
    """A line paid by the fee schedule, with the price of a unit."""

    line: WorkingLine
    price: FeePrice
    reducible: bool
    group: str


def price_services(services: Sequence[Working], fees: FeeSchedule, case: Case) -> None:
    """Price every line that may be billed, and reduce therapy where the payer does.

    Rounded half up for each line.
    """
    by_schedule: list[_FeeLine] = []
    for service in services:
        for place, line in enumerate(service.lines):
            if line.bill not in OPEN or not line.plan.method:
                continue
            if line.plan.method != "fee_schedule":
                line.allowed = _held(_by_rule(line.plan, first=place == 0), line.plan)
            elif (price := _look_up(service, line, fees, case)) is not None:
                reducible = price.therapy and line.plan.reduction
                group = service.prepared.practitioner.tax_id_key or ""
                by_schedule.append(_FeeLine(line, price, reducible, group))
    _by_schedule(by_schedule)


def _look_up(service: Working, line: WorkingLine, fees: FeeSchedule, case: Case) -> FeePrice | None:
    place = case.setting.place_code
    if place is None:
        service.ask_for("setting.place")
        return None
    try:
        return fees.price(
            line.plan.draft.code,
            day=case.service_date,
            known_on=case.known_on,
            site=fees.places.get(place).site,
            locality=case.setting.locality or NATIONAL,
        )
    except NotFound as absent:
        line.reasons += (_unpriced(line.plan.draft.code, str(absent)),)
        return None


def _unpriced(code: str, why: str) -> Reason:
    return Reason(f"price.{code}", why, "unknown", Status.UNKNOWN, stage="price", effect="price")


def _by_rule(plan: LinePlan, *, first: bool) -> Money | None:
    """Price a line by an amount: each unit, each visit (on its first line), or nothing inside a bundle."""
    if plan.method == "included" or (plan.method == "per_visit" and not first):
        return Money(0)
    if plan.value is None:
        return None
    times = 1 if plan.method == "per_visit" else plan.draft.units
    return Money.rounded(Fraction(plan.value) * times * plan.factor)


def _held(allowed: Money | None, plan: LinePlan) -> Money | None:
    """Hold an amount between what rules say of each unit."""
    if allowed is None:
        return None
    if plan.most is not None:
        allowed = min(allowed, Money(plan.most.cents * plan.draft.units))
    return allowed if plan.least is None else max(allowed, Money(plan.least.cents * plan.draft.units))


def _by_schedule(lines: Sequence[_FeeLine]) -> None:
    reach = [(one.group, one.price if one.reducible else None) for one in lines]
    full = paid_in_full(reach) if any(price is not None for _, price in reach) else set()
    for place, one in enumerate(lines):
        units, cut = one.line.plan.draft.units, 0
        if one.reducible:
            allowed, cut = reduced_units(one.price, units, full=place in full)
        else:
            allowed = cents(one.price.amount.cents * units)
        factor = one.line.plan.factor
        one.line.allowed = allowed if factor == 1 else allowed * factor
        one.line.explain = partial(_priced, one, cut)


def _priced(one: _FeeLine, cut: int) -> Reason:
    line, price = one.line, one.price
    whole = line.plan.draft.units - cut
    parts = [f"{whole} at {price.amount}"] if whole else []
    if cut:
        parts.append(f"{cut} at {price.reduced}, the practice part reduced")
    factor = line.plan.factor
    times = "" if factor == 1 else f", times {float(factor):g}"
    return Reason(
        rule=f"price.{line.plan.draft.code}",
        text=f"{line.plan.draft.code}: {' and '.join(parts)}{times} ({price.locality}, {price.site})",
        outcome="priced",
        status=price.reduced_status if cut else price.status,
        references=price.references,
        stage="price",
        effect="price",
        values=tuple((version, "") for version in price.versions),
    )
