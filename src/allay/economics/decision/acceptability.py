"""Net benefit, and what it says of a decision at each willingness to pay.

Net benefit of a strategy at willingness to pay ``k`` is ``k * effect - cost``, in money. The acceptability
curve is the share of draws in which each strategy is best; the acceptability frontier is that share for the
strategy with the highest expected net benefit, which need not be the one that is best most often.

Source: Fenwick E, Claxton K, Sculpher M, Representing uncertainty: the role of cost-effectiveness
acceptability curves, Health Economics 2001;10:779-787.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.economics.decision.arrays import Floats, Places, costs_and_effects, thresholds


def net_benefit(costs: Floats, effects: Floats, *, wtp: float) -> Floats:
    """Net monetary benefit, of the shape of costs and effects.

    Examples
    --------
    >>> net_benefit(np.array([1000.0]), np.array([0.5]), wtp=20_000).tolist()
    [9000.0]
    """
    return wtp * effects - costs


@dataclass(frozen=True, slots=True, eq=False)
class Acceptability:
    """A decision at each of some thresholds.

    Attributes
    ----------
    wtp : float64 array of shape (thresholds,)
    expected : float64 array of shape (thresholds, strategies)
        Expected net benefit.
    best : int array of shape (thresholds,)
        The strategy with the highest expected net benefit; of equals the first.
    probability : float64 array of shape (thresholds, strategies)
        Share of draws in which each is best; equals share a draw. Rows add up to 1.
    expected_loss : float64 array of shape (thresholds, strategies)
        What choosing each forgoes on average against choosing the best in every draw.
    evpi, evpi_se : float64 arrays of shape (thresholds,)
        Expected value of perfect information, which is the expected loss of the best, and its Monte-Carlo
        standard error.
    """

    wtp: Floats
    expected: Floats
    best: Places
    probability: Floats
    expected_loss: Floats
    evpi: Floats
    evpi_se: Floats

    @property
    def best_probability(self) -> Floats:
        """The acceptability frontier, of shape (thresholds,)."""
        return self.probability[np.arange(len(self.best)), self.best]


def acceptability(costs: ArrayLike, effects: ArrayLike, *, wtp: ArrayLike) -> Acceptability:
    """Weigh strategies at each willingness to pay.

    Parameters
    ----------
    costs, effects : array_like of shape (draws, strategies)
    wtp : array_like of shape (thresholds,)
        Willingness to pay for a unit of effect.

    Raises
    ------
    InvalidValue
        Arrays that do not fit, fewer than one draw, thresholds below zero.

    Examples
    --------
    >>> found = acceptability([[0, 10], [0, 30]], [[0, 2], [0, 2]], wtp=[4, 12.5])
    >>> found.best.tolist(), found.probability.tolist(), found.evpi.tolist()
    ([0, 1], [[1.0, 0.0], [0.5, 0.5]], [0.0, 2.5])
    """
    cost, effect = costs_and_effects(costs, effects, axes=2)
    prices = thresholds(wtp)
    strategies = cost.shape[1]
    expected, share, loss = (np.empty((len(prices), strategies)) for _ in range(3))
    best = np.empty(len(prices), dtype=np.intp)
    evpi_se = np.empty(len(prices))
    for place, price in enumerate(prices.tolist()):
        benefit = net_benefit(cost, effect, wtp=price)
        most = benefit.max(axis=1)
        winners = benefit == most[:, None]
        share[place] = (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0)
        expected[place] = benefit.mean(axis=0)
        best[place] = np.argmax(expected[place])
        forgone = most[:, None] - benefit
        loss[place] = forgone.mean(axis=0)
        evpi_se[place] = standard_error(forgone[:, best[place]])
    return Acceptability(prices, expected, best, share, loss, loss[np.arange(len(prices)), best], evpi_se)


def standard_error(values: Floats) -> float:
    """Monte-Carlo standard error of a mean; NaN for a single draw.

    Examples
    --------
    >>> standard_error(np.array([1.0, 3.0]))
    1.0
    """
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else float("nan")
