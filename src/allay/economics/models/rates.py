"""Rates and probabilities: from one to the other, and what a ratio does to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]


def rate_to_prob(rate: ArrayLike, *, time: ArrayLike = 1.0) -> Array:
    """Return the probability that something happening at a constant rate happens within a time.

    Parameters
    ----------
    rate : array of any shape
        Events per unit of time, 0 or more.
    time : array, optional
        In the same unit.

    Returns
    -------
    array
        1 - exp(-rate x time).

    Raises
    ------
    InvalidValue
        For a negative rate or time.

    Examples
    --------
    >>> round(float(rate_to_prob(0.15)), 6), round(float(rate_to_prob(1.2, time=1 / 12)), 6)
    (0.139292, 0.095163)
    """
    held = np.asarray(rate, dtype=np.float64) * np.asarray(time, dtype=np.float64)
    if (np.asarray(rate) < 0).any() or (np.asarray(time) < 0).any():
        raise InvalidValue(expected="rates and times of 0 or more", found=f"{np.min(held):g}")
    found: Array = -np.expm1(-held)
    return found


def prob_to_rate(probability: ArrayLike, *, time: ArrayLike = 1.0) -> Array:
    """Return the constant rate at which something happens with a probability within a time.

    Parameters
    ----------
    probability : array of any shape
        0 or more and below 1.
    time : array, optional
        The time the probability is about, above 0.

    Returns
    -------
    array
        -log(1 - probability) / time.

    Raises
    ------
    InvalidValue
        For a probability outside [0, 1) or a time of 0.

    Examples
    --------
    >>> round(float(prob_to_rate(0.5)), 6), round(float(rate_to_prob(prob_to_rate(0.25))), 12)
    (0.693147, 0.25)
    """
    share = np.asarray(probability, dtype=np.float64)
    if ((share < 0) | (share >= 1)).any():
        wrong = share[(share < 0) | (share >= 1)].flat[0]
        raise InvalidValue(expected="probabilities of 0 or more and below 1", found=f"{wrong:g}")
    if (np.asarray(time) <= 0).any():
        raise InvalidValue(expected="times above 0", found=f"{np.min(time):g}")
    found: Array = -np.log1p(-share) / np.asarray(time, dtype=np.float64)
    return found


def apply_ratio(probability: ArrayLike, ratio: ArrayLike) -> Array:
    """Apply a hazard or rate ratio to a probability, on the scale of rates, where it cannot pass 1.

    A relative *risk* multiplies the probability itself; where a source means that, multiply.

    Parameters
    ----------
    probability : array of any shape
        Without the exposure.
    ratio : array
        Of the rates, 0 or more.

    Returns
    -------
    array
        1 - (1 - probability) ** ratio.

    Examples
    --------
    >>> round(float(apply_ratio(0.6, 3)), 3), float(apply_ratio(0.6, 1))
    (0.936, 0.6)
    """
    times = np.asarray(ratio, dtype=np.float64)
    if (times < 0).any():
        raise InvalidValue(expected="ratios of 0 or more", found=f"{times.min():g}")
    return rate_to_prob(prob_to_rate(probability) * times)
