"""Limits of balance, as data, and what they say of a balance table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from allay.base.status import Status
from allay.base.tables import read_yaml
from allay.evaluation.limits import Limits
from allay.evaluation.matching.balance import Balance
from allay.evaluation.matching.comparison import Comparison

FILE = Path(__file__).parent / "data" / "limits.yaml"
Answer = Literal["balanced", "not balanced", "far from balanced"]


@dataclass(frozen=True, slots=True)
class BalanceVerdict:
    """What the limits say of a balance table, in one word and in sentences that name the limits."""

    answer: Answer
    beyond: tuple[str, ...]
    reasons: tuple[str, ...]
    status: Status


@cache
def balance_limits() -> Limits:
    """Read the limits of balance.

    Examples
    --------
    >>> balance_limits()["smd"]
    0.1
    """
    return read_yaml(FILE, Limits)


def judge(found: Balance, comparison: Comparison | None = None) -> BalanceVerdict:
    """Say whether a balance table is good, and what speaks against it.

    Parameters
    ----------
    found : Balance
    comparison : Comparison, optional
        To say how many of the treated it still speaks for.

    Examples
    --------
    >>> from allay.evaluation.matching.balance import balance
    >>> verdict = judge(balance([1, 1, 0, 0], [[1], [3], [1], [4]], [1, 1, 1, 1], names=["age"]))
    >>> verdict.answer, verdict.reasons[0]
    ('far from balanced', 'age differs by -0.354 standard deviations (limit 0.1, memory)')
    """
    limits = balance_limits()
    limit, far = limits["smd"], limits["smd_far"]
    beyond = found.beyond(limit)
    named = f"(limit {limit:g}, {limits.status('smd').value})"
    reasons = []
    for one in found.covariates:
        if one.name in beyond:
            size = "entirely" if one.after.smd is None else f"by {one.after.smd:.3f} standard deviations"
            reasons.append(f"{one.name} differs {size} {named}")
        ratio = one.after.variance_ratio
        low, high = limits["variance_ratio_low"], limits["variance_ratio_high"]
        if ratio is not None and not low <= ratio <= high:
            status = limits.status("variance_ratio_low").value
            reasons.append(
                f"{one.name} varies {ratio:.2f} times as much (limits {low:g} to {high:g}, {status})"
            )
    if comparison is not None:
        reasons += _kept(comparison, limits)
    answer: Answer = "far from balanced" if found.beyond(far) else "not balanced" if beyond else "balanced"
    status = Status.weakest(limits.status(name) for name in limits.limits)
    return BalanceVerdict(answer, beyond, tuple(reasons), status)


def _kept(comparison: Comparison, limits: Limits) -> list[str]:
    total = int(comparison.treated.sum())
    share = 1 - comparison.dropped_treated / total
    if share >= limits["kept_share"]:
        return []
    return [
        f"{comparison.dropped_treated} of {total} treated are not used, so the effect is not that on the "
        f"treated (limit {limits['kept_share']:.0%} kept, {limits.status('kept_share').value})"
    ]
