"""Weights: how much of an agreement two different ratings still are."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import NotFound

Floats = NDArray[np.float64]
Weighting = Literal["unweighted", "linear", "quadratic", "ordinal"]
WEIGHTINGS: tuple[str, ...] = get_args(Weighting)


def weight_matrix(positions: ArrayLike, weights: str = "unweighted") -> Floats:
    """Return the weights of agreement between categories, as Gwet (2014) defines them.

    Parameters
    ----------
    positions : array of shape (categories,)
        Rising numbers: the points of the scale, or 1, 2, ... for labels. Only `linear` and `quadratic` look
        at distances; `ordinal` counts the pairs of categories between two.
    weights : {"unweighted", "linear", "quadratic", "ordinal"}

    Returns
    -------
    float64 array of shape (categories, categories)
        Ones on the diagonal, symmetric, zero between the two ends (all zero off the diagonal when
        unweighted). Time and memory grow with the square of categories.

    Raises
    ------
    NotFound
        For weights there are not.

    Examples
    --------
    >>> weight_matrix([1, 2, 3], "quadratic").tolist()
    [[1.0, 0.75, 0.0], [0.75, 1.0, 0.75], [0.0, 0.75, 1.0]]
    >>> weight_matrix([1, 2, 4], "ordinal")[0].round(4).tolist()
    [1.0, 0.6667, 0.0]
    """
    if weights not in WEIGHTINGS:
        raise NotFound.among("weights", weights, known=WEIGHTINGS)
    points = np.asarray(positions, dtype=np.float64)
    if weights == "unweighted" or len(points) < 2:
        return np.eye(len(points))
    if weights == "ordinal":
        apart = np.abs(np.subtract.outer(np.arange(len(points)), np.arange(len(points)))).astype(np.float64)
        distance = (apart + 1) * apart / 2
    else:
        distance = np.abs(np.subtract.outer(points, points))
        distance = distance**2 if weights == "quadratic" else distance
    return np.asarray(1 - distance / distance.max(), dtype=np.float64)


def metric_weights(positions: ArrayLike, metric: str, *, uses: ArrayLike) -> Floats:
    """Return one minus the distances of a metric of Krippendorff, the largest distance being 1.

    Alpha does not change when distances are divided by a number, so the result can be used as weights.

    Parameters
    ----------
    positions : array of shape (categories,)
    metric : {"nominal", "ordinal", "interval", "ratio"}
    uses : array of shape (categories,)
        How often each category was used; only the ordinal metric looks at it.

    Examples
    --------
    >>> metric_weights([1, 2, 3], "ordinal", uses=[2, 1, 1]).round(4).tolist()
    [[1.0, 0.64, 0.0], [0.64, 1.0, 0.84], [0.0, 0.84, 1.0]]
    """
    points = np.asarray(positions, dtype=np.float64)
    if metric == "nominal" or len(points) < 2:
        return np.eye(len(points))
    if metric == "ordinal":
        used = np.asarray(uses, dtype=np.float64)
        middle = np.cumsum(used) - used / 2
        distance = np.subtract.outer(middle, middle) ** 2
    elif metric == "interval":
        distance = np.subtract.outer(points, points) ** 2
    elif metric == "ratio":
        total = np.add.outer(points, points)
        distance = (np.subtract.outer(points, points) / np.where(total == 0, 1, total)) ** 2
    else:
        raise NotFound.among("metric", metric, known=("nominal", "ordinal", "interval", "ratio"))
    largest = distance.max()
    scaled = 1 - distance / largest if largest > 0 else np.eye(len(points))
    return np.asarray(scaled, dtype=np.float64)
