"""A comparison: who stands for whom, with which weight, and who was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from allay.evaluation.matching.arrays import Flags, Floats, Places
from allay.evaluation.matching.propensity import PropensityScores

Method: TypeAlias = Literal["nearest", "cem", "ipw", "overlap", "entropy"]
Estimand: TypeAlias = Literal["ATT", "ATT among the matched", "ATO"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Weights that make untreated people comparable with treated people.

    Attributes
    ----------
    method : str
    estimand : str
        ATT: the effect on the treated. ATT among the matched: on those treated who were kept. ATO: on those
        who could be either (the overlap).
    treated : array [n] of bool
    weights : array [n]
        0 for whoever is not used. Except for overlap weights (treated 1 - e, untreated e), a treated person
        weighs 1, and the untreated together as much as the treated who are used.
    groups : array [n] of int, or None
        The matched set or cell of each person, -1 for whoever is not used; people of one set are not
        independent.
    scores : PropensityScores or None
    caliper : float or None
        The widest distance allowed, in the unit of the score.
    covariates : array [n, k] or None
        What was matched or weighed on.
    names : tuple of str
        Of the covariates.
    """

    method: Method
    estimand: Estimand
    treated: Flags
    weights: Floats
    groups: Places | None = None
    scores: PropensityScores | None = None
    caliper: float | None = None
    covariates: Floats | None = None
    names: tuple[str, ...] = ()

    @property
    def used(self) -> Flags:
        """Who has a weight."""
        found: Flags = self.weights > 0
        return found

    @property
    def dropped_treated(self) -> int:
        """How many treated people are not used."""
        return int((self.treated & ~self.used).sum())

    @property
    def dropped_untreated(self) -> int:
        """How many untreated people are not used."""
        return int((~self.treated & ~self.used).sum())

    @property
    def effective(self) -> tuple[float, float]:
        """Effective sample sizes of the treated and the untreated."""
        return effective_size(self.weights[self.treated]), effective_size(self.weights[~self.treated])


def effective_size(weights: Floats) -> float:
    """Return Kish's effective sample size: the square of the sum over the sum of squares.

    Examples
    --------
    >>> import numpy as np
    >>> effective_size(np.array([1.0, 1.0, 0.0])), effective_size(np.array([3.0, 1.0]))
    (2.0, 1.6)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
