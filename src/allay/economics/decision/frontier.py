"""The cost-effectiveness frontier: strict and extended dominance, and the ratio from step to step.

A strategy is dominated when another costs no more and does no less, and is better in one of the two. It is
extendedly dominated when a mix of two others is. What is left is the frontier: going up it, each step buys
more effect at a higher price per unit. Strategies that lie on the line between two others stay, and so do
strategies that are equal in both.

Source: Briggs A, Claxton K, Sculpher M, Decision Modelling for Health Economic Evaluation, 2006.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from allay.economics.decision.arrays import Floats, Places, costs_and_effects

FrontierStatus = Literal["frontier", "extended", "dominated"]
STATUSES: tuple[FrontierStatus, ...] = ("frontier", "extended", "dominated")
NONE = -1
# Slopes of points on one line differ in their last digits after subtracting.
SAME_SLOPE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """Where each strategy stands, in the order in which they came.

    Attributes
    ----------
    status : tuple of {"frontier", "extended", "dominated"}
    icer : float64 array of shape (strategies,)
        Incremental cost-effectiveness ratio against the next cheaper step of the frontier, in cost per unit
        of effect; NaN for the cheapest and for what is not on the frontier.
    incremental_cost, incremental_effect : float64 arrays of shape (strategies,)
        The parts of the ratio; NaN where there is none.
    compared_with : int array of shape (strategies,)
        The step that the ratio is against; for a dominated strategy, the cheapest that dominates it; -1
        where there is neither.
    order : int array of shape (strategies,)
        The order of printed tables: the frontier by cost, then the extendedly dominated by cost, then the
        dominated by cost.
    """

    status: tuple[FrontierStatus, ...]
    icer: Floats
    incremental_cost: Floats
    incremental_effect: Floats
    compared_with: Places
    order: Places

    @property
    def members(self) -> tuple[int, ...]:
        """The strategies of the frontier, by cost."""
        return tuple(place for place in self.order.tolist() if self.status[place] == "frontier")


def frontier(costs: ArrayLike, effects: ArrayLike) -> Frontier:
    """Find the frontier of strategies.

    Parameters
    ----------
    costs, effects : array_like of shape (strategies,)
        Expected cost and effect of each; both may be negative. More effect is better.

    Raises
    ------
    InvalidValue
        Shapes that differ, no strategy, numbers that are not finite.

    Examples
    --------
    >>> found = frontier([5000, 12000, 10000, 25000, 35000, 55000], [1, 1.5, 2, 3, 4, 5])
    >>> found.status
    ('frontier', 'dominated', 'frontier', 'extended', 'frontier', 'frontier')
    >>> found.icer.tolist()
    [nan, nan, 5000.0, nan, 12500.0, 20000.0]
    """
    cost, effect = costs_and_effects(costs, effects, axes=1)
    beaten_by = _dominators(cost, effect)
    sound = np.flatnonzero(beaten_by == NONE)
    corners = _corners(cost, effect, sound[np.lexsort((effect[sound], cost[sound]))])
    status: list[FrontierStatus] = ["extended" if by == NONE else "dominated" for by in beaten_by.tolist()]
    extra_cost, extra_effect = (np.full(cost.size, np.nan) for _ in range(2))
    against = beaten_by
    before = NONE
    for step in corners:
        for twin in np.flatnonzero((cost == cost[step]) & (effect == effect[step])).tolist():
            status[twin] = "frontier"
            against[twin] = before
            if before != NONE:
                extra_cost[twin] = cost[twin] - cost[before]
                extra_effect[twin] = effect[twin] - effect[before]
        before = step
    rank = np.array([STATUSES.index(each) for each in status])
    order = np.lexsort((np.arange(cost.size), cost, rank))
    with np.errstate(over="ignore"):  # effects that differ by next to nothing
        icer = extra_cost / extra_effect
    return Frontier(tuple(status), icer, extra_cost, extra_effect, against, order)


def _dominators(cost: Floats, effect: Floats) -> Places:
    """The cheapest strategy that dominates each; -1 for none."""
    found = np.full(cost.size, NONE, dtype=np.intp)
    by_cost = np.lexsort((-effect, cost))
    for place in range(cost.size):
        no_worse = (cost[by_cost] <= cost[place]) & (effect[by_cost] >= effect[place])
        better = (cost[by_cost] < cost[place]) | (effect[by_cost] > effect[place])
        if (beats := np.flatnonzero(no_worse & better)).size:
            found[place] = by_cost[beats[0]]
    return found


def _corners(cost: Floats, effect: Floats, rising: Places) -> list[int]:
    """The steps of the frontier among strategies of rising cost and effect, one of each set of equals."""
    kept: list[int] = []
    for place in rising.tolist():
        if kept and cost[place] == cost[kept[-1]]:
            continue  # nothing dominates either, so they are equal in effect, too
        while len(kept) > 1 and _above_the_line(cost, effect, kept[-2], kept[-1], place):
            kept.pop()
        kept.append(place)
    return kept


def _above_the_line(cost: Floats, effect: Floats, first: int, middle: int, last: int) -> bool:
    """Whether a mix of the first and the last has the effect of the middle for less."""
    up = float((cost[middle] - cost[first]) * (effect[last] - effect[middle]))
    on = float((cost[last] - cost[middle]) * (effect[middle] - effect[first]))
    return up - on > SAME_SLOPE * abs(up)
