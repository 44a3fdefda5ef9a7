"""Stage of cost sharing: deductible, then copay or coinsurance, then the caps of law and of the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from allay.base.money import Money
from allay.coverage.answers import Verdict
from allay.coverage.cases.case import Case
from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.plan import SharePlan
from allay.coverage.decisions.working import OPEN, Working, WorkingLine, cents

_ZERO = Money(0)
_KEPT = 100_000


def share_services(services: Sequence[Working], case: Case) -> None:
    """Work out the patient's share of every line that may be billed, half up for each line.

    The deductible and the yearly maximum are used up from line to line; a copay is due once for a service,
    that of a bundle once for the visit. Caps and floors of rules hold for the service.
    """
    purse = _Purse(services[0].facts)
    for service in services:
        if case.charges:
            _charge(service, case.charges)
        plan = service.plan.share
        if plan is None:
            continue
        purse.copay = None
        lines = [line for line in service.lines if line.bill in OPEN]
        shares = [_share(service, line, plan, purse) for line in lines]
        for line, share in zip(lines, held_shares(shares, plan), strict=True):
            line.share = None if share is None else purse.up_to_maximum(share)


def _charge(service: Working, charges: Mapping[str, Decimal]) -> None:
    """Let the patient pay the whole charge of lines that say so by a notice."""
    for line in service.lines:
        told = service.plan.patient_pays.intersection(line.plan.modifiers)
        if line.bill is Verdict.NO and told and line.plan.draft.code in charges:
            charge = Fraction(charges[line.plan.draft.code])
            line.share = Money.rounded(charge * line.plan.draft.units)


class _Purse:
    """What is left of the deductible, of a copay and until the yearly maximum; None where it is not said."""

    __slots__ = ("bundle", "copay", "deductible", "maximum")

    def __init__(self, facts: Facts) -> None:
        self.deductible = _money(facts["plan.deductible_left"])
        self.maximum = _money(facts["plan.out_of_pocket_left"])
        self.copay: Money | None = None
        self.bundle: Money | None = None

    def up_to_maximum(self, share: Money) -> Money:
        """Return how much of a share is due before the yearly maximum is reached, and take it from there."""
        if self.maximum is None:
            return share
        due = min(share, self.maximum)
        self.maximum = self.maximum - due
        return due


def _share(service: Working, line: WorkingLine, plan: SharePlan, purse: _Purse) -> Money | None:
    if plan.method == "none":
        return _ZERO
    if plan.method != "copay":
        return _coinsurance(service, line, plan.value, purse)
    if plan.of_bundle:
        due = _money(plan.value) if purse.bundle is None else purse.bundle
        purse.bundle = _ZERO
        return due
    left = _money(plan.value) if purse.copay is None else purse.copay
    assert left is not None
    share = left if line.allowed is None else min(left, line.allowed)
    purse.copay = left - share
    return share


def held_shares(shares: Sequence[Money | None], plan: SharePlan) -> Sequence[Money | None]:
    """Hold the shares of a service's lines between caps and floors, which count for their sum.

    Where a cap or floor might apply that would change the sum, no share is known.
    """
    if not (plan.caps or plan.floors or plan.open_caps or plan.open_floors):
        return shares
    held = _capped(shares, min(plan.caps, default=None))
    known = [share for share in held if share is not None]
    if not known:
        return held
    total = Money.total(known)
    least = max(plan.floors, default=_ZERO)
    if len(known) == len(held) and total < least:
        held[-1] = known[-1] + (least - total)
        total = least
    return [None] * len(held) if _unsettled(total, plan) else held


def _capped(shares: Sequence[Money | None], left: Money | None) -> list[Money | None]:
    """Use a cap up from line to line."""
    held: list[Money | None] = []
    for share in shares:
        if share is None or left is None:
            held.append(share)
        else:
            held.append(min(share, left))
            left = left - min(share, left)
    return held


def _unsettled(total: Money, plan: SharePlan) -> bool:
    """Whether a cap or floor of which nobody knows if it applies, or how much it is, would change the sum."""
    capped = bool(total) and any(cap is None or cap < total for cap in plan.open_caps)
    return capped or any(floor is None or floor > total for floor in plan.open_floors)


def _coinsurance(service: Working, line: WorkingLine, ratio: int | Decimal, purse: _Purse) -> Money | None:
    if line.allowed is None:
        return None
    if purse.deductible is None:
        service.ask_for("plan.deductible_left")
        return None
    if not purse.deductible:
        return _part(line.allowed.cents, ratio)
    allowed = line.allowed.cents
    first = min(purse.deductible.cents, allowed)
    purse.deductible = cents(purse.deductible.cents - first)
    return cents(first + _part(allowed - first, ratio).cents)


@lru_cache(_KEPT)
def _part(amount: int, ratio: int | Decimal) -> Money:
    """Return a part of an amount in cents, half up; amounts come again and again."""
    return Money(amount) * Fraction(ratio)


@lru_cache(_KEPT)
def _money(value: object) -> Money | None:
    return Money.rounded(Fraction(value)) if isinstance(value, int | Decimal) else None
