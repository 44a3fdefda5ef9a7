"""Who was followed up: the capture rate, what predicts it, and weights that correct for what predicts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.intervals import Interval, wilson
from allay.measures.logistic import LogisticFit, NotEstimable, fit_logistic

__all__ = ["Capture", "FollowupModel", "capture", "effective_n", "followup_model"]


@dataclass(frozen=True, slots=True)
class Capture:
    """How many of those enrolled have a follow-up value; ``share`` is None when nobody is enrolled.

    Examples
    --------
    >>> capture([3.0, float("nan")]).share
    0.5
    """

    followed: int
    enrolled: int
    share: float | None
    interval: Interval | None

    @property
    def missing(self) -> int:
        """Number without a follow-up value."""
        return self.enrolled - self.followed


def capture(followup: ArrayLike) -> Capture:
    """Capture rate: the share of everyone enrolled who has a follow-up value.

    Parameters
    ----------
    followup
        1-D array with one entry per enrolled patient, NaN where there is no value.

    Examples
    --------
    >>> found = capture([1.0, 2.0, float("nan"), float("nan")])
    >>> found.followed, found.enrolled, found.share
    (2, 4, 0.5)
    """
    values = np.asarray(followup, dtype=np.float64)
    if values.ndim != 1:
        raise InvalidValue(expected="a 1-D array", found=f"{values.ndim} dimensions")
    n, followed = int(values.size), int((~np.isnan(values)).sum())
    if n == 0:
        return Capture(0, 0, None, None)
    return Capture(followed, n, followed / n, wilson(followed, n))


@dataclass(frozen=True, slots=True)
class FollowupModel:
    """Logistic model of being followed up, and the weights it gives.

    Parameters
    ----------
    names
        Name of each coefficient; the first is ``intercept``.
    fit
        Coefficients, standard errors, deviance and n.
    used
        Mask over all enrolled: every predictor is recorded.
    weights
        One per enrolled patient: 1 / P(followed) for the followed with every predictor recorded, scaled so
        that they add up to the number of those patients; NaN for everyone else.
    """

    names: tuple[str, ...]
    fit: LogisticFit
    used: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @property
    def effective_n(self) -> float:
        """Kish's effective number of followed patients."""
        return effective_n(self.weights)

    @property
    def largest_weight(self) -> float:
        """Largest weight; the mean weight is 1."""
        return float(np.nanmax(self.weights))


def effective_n(weights: ArrayLike) -> float:
    """Kish's effective sample size, (sum w)^2 / sum w^2; NaN weights are left out.

    Notes
    -----
    Source: Kish L, Survey Sampling, 1965, section 11.7.

    Examples
    --------
    >>> effective_n([1, 1, 1, 1]), effective_n([3, 1, float("nan")])
    (4.0, 1.6)
    """
    w = np.asarray(weights, dtype=np.float64)
    w = w[~np.isnan(w)]
    return float(w.sum() ** 2 / (w**2).sum()) if w.size else 0.0


def followup_model(followed: ArrayLike, predictors: Mapping[str, ArrayLike]) -> FollowupModel:
    """Model who was followed up from what was known at the start.

    Parameters
    ----------
    followed
        1-D array of 0/1 or booleans, one per enrolled patient.
    predictors
        Columns of numbers by name, NaN where not recorded; 0/1 for a yes/no characteristic. Patients with any
        predictor missing are left out of the model and get no weight. A predictor that does not vary among
        the rest is dropped.

    Raises
    ------
    NotEstimable
        When the model cannot be fitted (nobody or everybody followed, perfect prediction, collinear
        predictors).

    Notes
    -----
    Weights are not trimmed; read them with the effective n and the largest weight. They correct for the
    predictors and for nothing else: missing at random given the predictors is assumed, not tested.
    Source: Seaman and White, Stat Methods Med Res 2013;22:278-295.

    Examples
    --------
    >>> model = followup_model([1, 0, 1, 1, 0, 0, 1, 0], {"pain": [3, 8, 4, 7, 6, 9, 8, 5]})
    >>> model.names, round(model.effective_n, 2)
    (('intercept', 'pain'), 3.53)
    """
    seen = np.asarray(followed, dtype=np.bool_)
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in predictors.items()}
    for name, column in columns.items():
        if column.shape != seen.shape:
            raise InvalidValue(expected=f"{seen.shape[0]} values of {name}", found=str(column.shape))
    used = np.ones(seen.shape, dtype=np.bool_)
    for column in columns.values():
        used &= ~np.isnan(column)
    if not used.any():
        raise NotEstimable("nobody has every predictor recorded")
    varying = {name: c[used] for name, c in columns.items() if np.ptp(c[used]) > 0}
    design = np.column_stack([np.ones(int(used.sum())), *varying.values()])
    fit = fit_logistic(design, seen[used])
    weights = np.full(seen.shape, np.nan)
    raw = 1 / fit.fitted[seen[used]]
    weights[used & seen] = raw * raw.size / raw.sum()
    return FollowupModel(("intercept", *varying), fit, used, weights)
