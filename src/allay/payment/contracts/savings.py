"""Shared savings: a benchmark, a minimum rate, a share, a quality score and a cap."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from allay.base.money import Exact, Money


class Savings(NamedTuple):
    """What came of a benchmark.

    Attributes
    ----------
    benchmark, actual : Money
    rate : Fraction
        Saved, as a share of the benchmark; below zero where more was spent.
    payment : Money
    reason : str
        Why it is this much.
    """

    benchmark: Money
    actual: Money
    rate: Fraction
    payment: Money
    reason: str


def shared_savings(
    *,
    benchmark: Money,
    actual: Money,
    minimum_rate: Exact,
    share: Exact,
    cap: Exact | None = None,
    score: Exact | None = None,
    gate: Exact = 0,
    multiplier: Exact = 1,
) -> Savings:
    """Work out shared savings: share of savings, times the quality multiplier, and then the cap.

    Parameters
    ----------
    benchmark, actual : Money
        Of the same members and months.
    minimum_rate : exact number
        Savings below this share of the benchmark pay nothing; from it on, all savings are shared.
    share, multiplier : exact numbers
    cap : exact number, optional
        Share of the benchmark that a payment cannot exceed.
    score, gate : exact numbers, optional
        A score below the gate pays nothing. Without a score, a gate above zero is not reached.

    Examples
    --------
    >>> found = shared_savings(benchmark=Money(600_000_000), actual=Money(570_000_000),
    ...                        minimum_rate=Decimal("0.039"), share=Decimal("0.5"))
    >>> str(found.payment), float(found.rate)
    ('150000.00', 0.05)
    """
    saved = benchmark - actual
    rate = Fraction(saved.cents, benchmark.cents) if benchmark else Fraction(0)
    if saved.cents <= 0 or rate < Fraction(minimum_rate):
        shown = f"{float(rate):.2%} saved, below the minimum of {float(Fraction(minimum_rate)):.2%}"
        return Savings(benchmark, actual, rate, Money(), shown)
    if gate and (score is None or Fraction(score) < Fraction(gate)):
        shown = "unknown" if score is None else str(Decimal(str(score)))
        return Savings(benchmark, actual, rate, Money(), f"the quality score is {shown}, the gate {gate}")
    payment = saved * (Fraction(share) * Fraction(multiplier))
    reason = f"{float(rate):.2%} saved"
    if cap is not None and payment > benchmark * cap:
        payment, reason = benchmark * cap, f"{reason}; capped at {float(Fraction(cap)):.2%} of the benchmark"
    return Savings(benchmark, actual, rate, payment, reason)
