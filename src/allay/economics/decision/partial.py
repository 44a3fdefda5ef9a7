"""The expected value of partial perfect information (EVPPI): what knowing some parameters would be worth.

It is the expected net benefit of deciding once they are known, less that of deciding now. What to expect
given them is learned from the draws themselves: with splines for one parameter, with a Gaussian process for a
group. Costs and effects are learned apart, once for all thresholds.

The standard error is of the sampling of draws: that of the mean gain from the decision that the curve
advises. It takes in that the curve is estimated (to first order, as the advised decision is optimal for it),
and is on the safe side where the curve is nearly straight. It does not take in that a curve may be too stiff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata

from allay.base.errors import InvalidValue
from allay.economics.decision.acceptability import net_benefit, standard_error
from allay.economics.decision.arrays import Floats, Places, costs_and_effects, thresholds
from allay.economics.decision.gaussian import expected_given_group
from allay.economics.decision.smoothing import FEWEST_DRAWS, RankSmoother, expected_given

MOST_POINTS = 200
"""Draws that carry a Gaussian process, unless another number is asked for."""

_FEWEST_OVER = 5


@dataclass(frozen=True, slots=True, eq=False)
class PartialInformation:
    """What knowing parameters is worth, at each of some thresholds.

    Attributes
    ----------
    wtp : float64 array of shape (thresholds,)
    evppi, se : float64 arrays of shape (thresholds, parameters)
        The value for one decision, in money, and its Monte-Carlo standard error. Of a group there is one
        column.
    """

    wtp: Floats
    evppi: Floats
    se: Floats

    def ranking(self, *, place: int = 0) -> Places:
        """Parameters from the most to the least worth knowing at one threshold; of equals the first first.

        Examples
        --------
        >>> found = PartialInformation(np.array([1.0]), np.array([[0.0, 3.0, 1.0]]), np.zeros((1, 3)))
        >>> found.ranking().tolist()
        [1, 2, 0]
        """
        return np.argsort(-self.evppi[place], kind="stable")


def evppi(
    costs: ArrayLike, effects: ArrayLike, parameters: ArrayLike, *, wtp: ArrayLike
) -> PartialInformation:
    """Value each parameter alone.

    Parameters
    ----------
    costs, effects : array_like of shape (draws, strategies)
    parameters : array_like of shape (draws, parameters)
        The values that made the draws.
    wtp : array_like of shape (thresholds,)

    Raises
    ------
    InvalidValue
        Arrays that do not fit, numbers that are not finite, fewer than 20 draws.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(20_000, 2)) * [1.0, 2.0] + [1.0, 0.0]
    >>> benefit = np.column_stack([np.zeros(20_000), draws[:, 0] - draws[:, 1]])
    >>> found = evppi(-benefit, np.zeros_like(benefit), draws, wtp=0)
    >>> found.evppi.round(2).tolist(), found.se.round(2).tolist()
    ([[0.08, 0.39]], [[0.01, 0.01]])
    """
    cost, effect, values, prices = _checked(costs, effects, parameters, wtp)
    outcomes = _against_first(cost, effect)
    smoother = RankSmoother.of(len(cost))
    shape = (len(prices), values.shape[1])
    found, error = np.empty(shape), np.empty(shape)
    for place in range(values.shape[1]):
        expected, order = expected_given(values[:, place], outcomes, smoother=smoother)
        found[:, place], error[:, place] = _gain(expected, outcomes[:, order], prices)
    return PartialInformation(prices, found, error)


def evppi_of_group(
    costs: ArrayLike,
    effects: ArrayLike,
    parameters: ArrayLike,
    *,
    wtp: ArrayLike,
    seed: int,
    points: int = MOST_POINTS,
) -> PartialInformation:
    """Value a group of parameters known together.

    Parameters
    ----------
    costs, effects, wtp
        As for `evppi`.
    parameters : array_like of shape (draws, parameters)
        Those of the group.
    seed : int
        Of the choice of draws that carry the Gaussian process.
    points : int
        How many do, at most. Time grows with the cube, memory with draws times points.

    Raises
    ------
    InvalidValue
        As for `evppi`; too few points for the number of parameters.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(9000, 2)) * [1.0, 2.0] + [1.0, 0.0]
    >>> benefit = np.column_stack([np.zeros(9000), draws[:, 0] - draws[:, 1]])
    >>> found = evppi_of_group(-benefit, np.zeros_like(benefit), draws, wtp=0, seed=1, points=60)
    >>> found.evppi.round(2).tolist()
    [[0.48]]
    """
    cost, effect, values, prices = _checked(costs, effects, parameters, wtp)
    values = values[:, values.min(axis=0) < values.max(axis=0)]
    outcomes = _against_first(cost, effect)
    if not values.shape[1]:
        nothing = np.zeros((len(prices), 1))
        return PartialInformation(prices, nothing, nothing.copy())
    count = min(points, len(cost))
    if count < (fewest := values.shape[1] + 1 + _FEWEST_OVER):
        raise InvalidValue(
            expected=f"at least {fewest} points for {values.shape[1]} parameters", found=f"{count}"
        )
    scores = ndtri((rankdata(values, axis=0) - 0.5) / len(values))
    sample = np.sort(np.random.default_rng(seed).choice(len(cost), count, replace=False))
    expected = expected_given_group(scores, outcomes, sample=sample)
    found, error = _gain(expected, outcomes, prices)
    return PartialInformation(prices, found[:, None], error[:, None])


def _checked(
    costs: ArrayLike, effects: ArrayLike, parameters: ArrayLike, wtp: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    cost, effect = costs_and_effects(costs, effects, axes=2)
    values = np.asarray(parameters, dtype=np.float64)
    if values.ndim != 2 or len(values) != len(cost) or not values.shape[1]:
        expected = f"a row of parameters for each of {len(cost)} draws"
        raise InvalidValue(expected=expected, found=f"{values.shape}")
    if not np.isfinite(values).all():
        raise InvalidValue(expected="parameters that are finite", found="one that is not")
    if len(cost) < FEWEST_DRAWS:
        raise InvalidValue(expected=f"at least {FEWEST_DRAWS} draws", found=str(len(cost)))
    return cost, effect, values, thresholds(wtp)


def _against_first(cost: Floats, effect: Floats) -> Floats:
    """Costs, then effects, of every other strategy against the first, of shape (outcomes, draws).

    Only differences decide.
    """
    both = [cost.T[1:] - cost.T[:1], effect.T[1:] - effect.T[:1]]
    return np.ascontiguousarray(np.concatenate(both))


def _gain(expected: Floats, outcomes: Floats, prices: Floats) -> tuple[Floats, Floats]:
    """What deciding on the expected outcomes brings at each threshold, and the error of that mean."""
    others, draws = len(outcomes) // 2, np.arange(outcomes.shape[1])
    found, error = np.zeros(len(prices)), np.zeros(len(prices))
    if not others:
        return found, error
    known, drawn = (np.zeros((others + 1, len(draws))) for _ in range(2))
    for place, price in enumerate(prices.tolist()):
        known[1:] = net_benefit(expected[:others], expected[others:], wtp=price)
        drawn[1:] = net_benefit(outcomes[:others], outcomes[others:], wtp=price)
        now = int(np.argmax(known.mean(axis=1)))
        advised = np.argmax(known, axis=0)
        found[place] = (known[advised, draws] - known[now]).mean()
        error[place] = standard_error(drawn[advised, draws] - drawn[now])
    return found, error
