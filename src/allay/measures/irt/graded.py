"""The graded response model as functions on arrays: probabilities of answers, and information.

Logistic, without the scaling constant (D = 1): an item with slope ``a`` and thresholds ``b1 < ... < bk`` is
answered in category ``j`` or above with probability ``1 / (1 + exp(-a * (theta - bj)))``. Items with fewer
thresholds than the widest are padded with infinity, which no theta reaches.

Source: Samejima F, Estimation of latent ability using a response pattern of graded scores, Psychometrika
Monograph 17, 1969.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit

Floats = NDArray[np.float64]


def log_probabilities(slopes: Floats, thresholds: Floats, theta: Floats) -> Floats:
    """Log probability of every category of every item at every theta.

    A category's probability is a product here, not a difference of two numbers near 1, so it keeps its
    digits far out, where differences lose them all.

    Parameters
    ----------
    slopes : float64 array of shape (items,)
    thresholds : float64 array of shape (items, k)
        Rising, padded with infinity.
    theta : float64 array of shape (g,)

    Returns
    -------
    float64 array of shape (items, k + 1, g)
        Minus infinity for a category an item does not have.

    Examples
    --------
    >>> found = log_probabilities(np.array([1.0]), np.array([[0.0, np.inf]]), np.array([0.0]))
    >>> np.exp(found).ravel().tolist()
    [0.5, 0.5, 0.0]
    """
    x = slopes[:, None, None] * (theta[None, None, :] - thresholds[:, :, None])
    above, below = log_expit(x), log_expit(-x)
    middle = above[:, :-1] + below[:, 1:] + np.log(gaps(slopes, thresholds))[:, :, None]
    return np.concatenate([below[:, :1], middle, above[:, -1:]], axis=1)


def gaps(slopes: Floats, thresholds: Floats) -> Floats:
    """One minus exp(-a * (b[j+1] - b[j])): what a middle category keeps of the product of its two sides.

    Examples
    --------
    >>> gaps(np.array([2.0]), np.array([[0.0, np.log(2.0), np.inf]])).round(12).tolist()
    [[0.75, 1.0]]
    """
    real = np.isfinite(thresholds[:, :-1])
    width = np.subtract(thresholds[:, 1:], thresholds[:, :-1], where=real, out=np.full(real.shape, np.inf))
    return np.asarray(-np.expm1(-slopes[:, None] * width), dtype=np.float64)


def information(slopes: Floats, thresholds: Floats, theta: Floats) -> Floats:
    """Fisher information of every item at every theta; never negative.

    Parameters
    ----------
    slopes, thresholds, theta
        As in `log_probabilities`.

    Returns
    -------
    float64 array of shape (items, g)

    Notes
    -----
    The sum over categories of (dP/dtheta)^2 / P, where dP/dtheta = a * P * (1 - upper - lower) with the two
    cumulative probabilities around the category; so nothing is divided by a probability.

    Examples
    --------
    >>> information(np.array([2.0]), np.array([[0.0]]), np.array([0.0])).tolist()
    [[1.0]]
    """
    x = slopes[:, None, None] * (theta[None, None, :] - thresholds[:, :, None])
    small = np.exp(-np.abs(x))
    large = 1.0 / (1.0 + small)
    small *= large
    up = x >= 0
    above, below = np.where(up, large, small), np.where(up, small, large)
    total = below[:, 0] * above[:, 0] ** 2 + above[:, -1] * below[:, -1] ** 2
    if thresholds.shape[1] > 1:
        share = above[:, :-1] * below[:, 1:] * gaps(slopes, thresholds)[:, :, None]
        total += (share * (below[:, :-1] - above[:, 1:]) ** 2).sum(axis=1)
    return np.asarray(total * slopes[:, None] ** 2, dtype=np.float64)
