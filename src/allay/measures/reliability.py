"""Reliability: how well the items of a scale hang together in the people who answered."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue


def cronbach_alpha(points: ArrayLike) -> float:
    """Return Cronbach's alpha of the points of complete assessments.

    Parameters
    ----------
    points : array of shape (assessments, items)
        What each answer counts in the scale (reversed items already turned). Rows with NaN are left out.

    Returns
    -------
    float
        ``k / (k - 1) * (1 - sum of item variances / variance of the sum)``; NaN where the sum does not vary.

    Raises
    ------
    InvalidValue
        With fewer than two items or two complete assessments.

    References
    ----------
    Cronbach LJ, Psychometrika 1951;16:297-334.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 3]]), 4)
    0.7843
    """
    values = np.asarray(points, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] < 2:
        raise InvalidValue(expected="points of two items or more", found=f"an array of shape {values.shape}")
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2:
        raise InvalidValue(expected="two complete assessments or more", found=str(len(complete)))
    items = complete.shape[1]
    total = complete.sum(axis=1).var(ddof=1)
    if total == 0:
        return float("nan")
    return float(items / (items - 1) * (1 - complete.var(axis=0, ddof=1).sum() / total))
