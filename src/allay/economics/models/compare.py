"""A strategy beside the comparator: increments, and the ratio where it says something."""

from __future__ import annotations

from typing import NamedTuple

from allay.economics.models.result import Comparison

# Two strategies that differ by less than this share of their size differ by rounding only.
SAME = 1e-12


class Increment(NamedTuple):
    """What a strategy costs and brings more than the comparator."""

    cost: float
    effect: float
    icer: float | None
    comparison: Comparison


def against(cost: float, effect: float, *, comparator: tuple[float, float]) -> Increment:
    """Compare a strategy with the comparator's (cost, effect).

    Examples
    --------
    >>> against(50601.65, 8.937389, comparator=(44663.45, 7.991207)).comparison
    'more effect at more cost'
    >>> against(10.0, 1.0, comparator=(20.0, 0.5))
    Increment(cost=-10.0, effect=0.5, icer=None, comparison='dominates')
    """
    more_cost = _difference(cost, comparator[0])
    more_effect = _difference(effect, comparator[1])
    if more_cost == 0 and more_effect == 0:
        return Increment(0.0, 0.0, None, "the same")
    if more_cost <= 0 <= more_effect:
        return Increment(more_cost, more_effect, None, "dominates")
    if more_effect <= 0 <= more_cost:
        return Increment(more_cost, more_effect, None, "dominated")
    words: Comparison = "more effect at more cost" if more_effect > 0 else "less effect at less cost"
    return Increment(more_cost, more_effect, more_cost / more_effect, words)


def _difference(one: float, other: float) -> float:
    found = one - other
    return 0.0 if abs(found) <= SAME * max(abs(one), abs(other)) else found
