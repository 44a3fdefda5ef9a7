"""Residuals of a time series: do they still depend on their neighbors, and errors that allow for it."""

from __future__ import annotations

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.series.design import Floats


def durbin_watson(residuals: Floats) -> float:
    """Return Durbin and Watson's statistic: near 2 without serial correlation, towards 0 with a positive one.

    Examples
    --------
    >>> durbin_watson(np.array([1.0, -1.0, 1.0, -1.0])), durbin_watson(np.array([1.0, 1.0, -1.0, -1.0]))
    (3.0, 1.0)
    """
    total = float(residuals @ residuals)
    return float((np.diff(residuals) ** 2).sum()) / total if total > 0 else float("nan")


def autocorrelations(residuals: Floats, *, lags: int) -> Floats:
    """Return the autocorrelations at lags 1 to `lags`.

    Examples
    --------
    >>> autocorrelations(np.array([1.0, -1.0, 1.0, -1.0]), lags=2).tolist()
    [-0.75, 0.5]
    """
    centered = residuals - residuals.mean()
    total = float(centered @ centered)
    most = min(lags, len(residuals) - 1)
    if not total > 0:
        return np.full(most, np.nan)
    return np.array([float(centered[k:] @ centered[:-k]) / total for k in range(1, most + 1)])


def newey_west(design: Floats, scores: Floats, inverse: Floats, *, lags: int) -> Floats:
    """Return a covariance of coefficients that allows for unequal variances and serial correlation.

    Parameters
    ----------
    design : array [n, k]
    scores : array [n]
        Observed less fitted (of a model with the canonical link), in the order of time.
    inverse : array [k, k]
        Inverse of X'WX.
    lags : int
        How far the dependence reaches; weights fall linearly (Bartlett). 0 allows for unequal variances only.

    Notes
    -----
    Newey WK, West KD, Econometrica 1987;55:703-708. With the factor n / (n - k).

    Examples
    --------
    >>> x, left = np.ones((4, 1)), np.array([1.0, 1.0, -1.0, -1.0])
    >>> newey_west(x, left, np.array([[0.25]]), lags=1).round(6).tolist()  # (4 + 1) / 16 x 4 / 3
    [[0.416667]]
    """
    n, k = design.shape
    if not 0 <= lags < n:
        raise InvalidValue(expected=f"from 0 to {n - 1} lags", found=str(lags))
    moved = design * scores[:, None]
    middle = moved.T @ moved
    for lag in range(1, lags + 1):
        cross = moved[lag:].T @ moved[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    found: Floats = inverse @ middle @ inverse * (n / max(n - k, 1))
    return found
