"""A probabilistic sensitivity analysis: cost and effect of every strategy in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.economics.decision.arrays import Floats, costs_and_effects, names_of
from allay.economics.decision.frontier import Frontier, frontier


@dataclass(frozen=True, slots=True, eq=False)
class Psa:
    """The draws of an analysis.

    Attributes
    ----------
    strategies : tuple of str
    costs, effects : float64 arrays of shape (draws, strategies)
        In money, and in units of effect such as quality-adjusted life years.

    Examples
    --------
    >>> psa = Psa.of(["usual care", "program"], costs=[[0, 900], [0, 1100]], effects=[[0, 0.1], [0, 0.3]])
    >>> psa.mean_costs.tolist(), psa.frontier.icer.tolist()
    ([0.0, 1000.0], [nan, 5000.0])
    """

    strategies: tuple[str, ...]
    costs: Floats
    effects: Floats

    @classmethod
    def of(cls, strategies: Sequence[str], *, costs: ArrayLike, effects: ArrayLike) -> Psa:
        """Return the analysis, or refuse arrays that do not fit.

        Raises
        ------
        InvalidValue
            Shapes that differ, numbers that are not finite, names that are not one for each strategy.
        """
        cost, effect = costs_and_effects(costs, effects, axes=2)
        return cls(names_of(strategies, count=cost.shape[1]), cost, effect)

    @property
    def draws(self) -> int:
        """How many there are."""
        return len(self.costs)

    @property
    def mean_costs(self) -> Floats:
        """Expected cost of each strategy."""
        return np.asarray(self.costs.mean(axis=0))

    @property
    def mean_effects(self) -> Floats:
        """Expected effect of each strategy."""
        return np.asarray(self.effects.mean(axis=0))

    @property
    def frontier(self) -> Frontier:
        """The frontier of the expected costs and effects."""
        return frontier(self.mean_costs, self.mean_effects)
