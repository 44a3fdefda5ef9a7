"""Effects of each cohort in each period, with everything that is needed to add them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_SINGULAR = 1e-12
"""Eigenvalues of a correlation below this come from arithmetic, not from data (15 digits, some cells)."""


@dataclass(frozen=True, slots=True)
class Pretest:
    """Wald test that no cohort moved apart from its comparison before treatment.

    Attributes
    ----------
    statistic : float
        Chi-squared with `df` degrees of freedom where the trends are parallel.
    df : int
    p : float
        That it is not small does not show that trends are parallel.
    """

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupTimeEffects:
    """Average effects on the treated, by cohort and period: ATT(g,t).

    Attributes
    ----------
    cohort, time, base : int64 array [cell]
        The first treated period of the cohort, the period, and the one from which changes are counted.
    att, se : float64 array [cell]
        Effect and its standard error; NaN where the effect is 0 by definition (period = base).
    groups : int64 array [group]
        The treated cohorts that have a cell.
    size : float64 array [group]
        Their shares of the weight of all units.
    joint : float64 array [cell + group, cell + group]
        Sums of products of the contributions to effects and shares: the covariance of effects, and what
        weighting them by size adds.
    n : mapping of int to int
        Units by cohort, 0 for never.
    periods : int64 array
    pretest : Pretest, optional
        None where there is no period before treatment, or fewer units than tested effects.
    control, method, base_period : str
    anticipation : int
    influence : float64 array [unit, cell + group], optional
        Contribution of each unit (or cluster) to the estimates: its cross-product is `joint`. This is the
        influence function divided by the number of units.
    notes : tuple of str
        What was left out, and why.

    References
    ----------
    Callaway B, Sant'Anna PHC. Difference-in-Differences with multiple time periods. J Econometrics 2021;
    225:200-230.

    Examples
    --------
    >>> from allay.evaluation.did.effects import group_time_effects
    >>> from allay.evaluation.did.panel import wide
    >>> panel = wide([1, 1, 2, 2, 3, 3, 4, 4], [1, 2] * 4, [2] * 4 + [0] * 4, [1, 5, 1, 3, 2, 3, 4, 5])
    >>> effects = group_time_effects(panel)
    >>> effects.att.tolist(), effects.se.round(4).tolist()
    ([2.0], [0.7071])
    """

    cohort: Integers
    time: Integers
    base: Integers
    att: Floats
    se: Floats
    groups: Integers
    size: Floats
    joint: Floats
    n: Mapping[int, int]
    periods: Integers
    pretest: Pretest | None
    control: str
    method: str
    base_period: str
    anticipation: int
    influence: Floats | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def covariance(self) -> Floats:
        """Covariance of the effects: array [cell, cell]; 0 where an effect is 0 by definition."""
        return self.joint[: len(self.att), : len(self.att)]

    @property
    def event(self) -> Integers:
        """Periods since treatment began: array [cell]."""
        return self.time - self.cohort


def errors_of(covariance: Floats, defined: NDArray[np.bool_]) -> Floats:
    """Standard errors from a covariance, NaN for what is 0 by definition.

    Examples
    --------
    >>> errors_of(np.diag([4.0, 0.0]), np.array([False, True])).tolist()
    [2.0, nan]
    """
    return np.where(defined, np.nan, np.sqrt(np.maximum(np.diag(covariance), 0.0)))


def wald(att: Floats, covariance: Floats) -> Pretest | None:
    """Test that all effects are 0; None where there is none or their covariance has not full rank.

    Examples
    --------
    >>> wald(np.array([2.0]), np.array([[1.0]])).p.__round__(4)
    0.0455
    """
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if not len(att) or (scale == 0).any():
        return None
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] < _SINGULAR:
        return None
    scaled = att / scale
    statistic = float(scaled @ np.linalg.solve(correlation, scaled))
    return Pretest(statistic, len(att), float(chi2.sf(statistic, len(att))))
