"""Where functions of all draws at once cross zero."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_STEPS = 200


def crossing(
    function: Callable[[Array], Array],
    *,
    low: Array,
    high: Array,
    tolerance: float,
    close: float = 0.0,
    ends: tuple[Array, Array] | None = None,
) -> Array:
    """Find where a continuous function is zero, for every draw between its two ends.

    The secant of the bracket is tried first, so a straight line takes one step; whenever the bracket does not
    shrink by half, its middle is tried next (bisection), so every step but one in two halves it at least.

    Parameters
    ----------
    function : callable
        From array [draw] to array [draw]; always called with all draws.
    low, high : array [draw]
        Ends of the brackets.
    tolerance : float
        Width of the bracket, in the unit of the argument, at which the search ends.
    close : float
        What the function may be away from zero and still count as zero, in its own unit.
    ends : two arrays [draw], optional
        The function at both ends, where it is known already.

    Returns
    -------
    array [draw]
        NaN where the function has the same sign at both ends.

    Examples
    --------
    >>> squares = np.array([4.0, 9.0, 400.0])
    >>> found = crossing(lambda x: x**2 - squares, low=np.zeros(3), high=np.full(3, 10.0), tolerance=1e-9)
    >>> found.round(6).tolist()
    [2.0, 3.0, nan]
    """
    left, right = low.astype(np.float64), high.astype(np.float64)

    def rounded(value: Array) -> Array:
        return np.where(np.abs(value) <= close, 0.0, value)

    first, last = ends if ends is not None else (function(left), function(right))
    at_left, at_right = rounded(first), rounded(last)
    crosses = np.sign(at_left) * np.sign(at_right) <= 0
    best = np.where(np.abs(at_left) <= np.abs(at_right), left, right)
    halve = np.zeros(best.shape, dtype=np.bool_)
    for _ in range(MOST_STEPS):
        width = right - left
        open_ = crosses & (width > tolerance) & (at_left != 0) & (at_right != 0)
        if not open_.any():
            break
        slope = np.where(open_, at_right - at_left, 1.0)
        trial = np.where(halve, (left + right) / 2, left - at_left * width / slope)
        trial = np.where(open_, np.clip(trial, left, right), best)
        value = rounded(function(trial))
        to_left = open_ & (np.sign(value) == np.sign(at_left))
        to_right = open_ & ~to_left
        left, at_left = np.where(to_left, trial, left), np.where(to_left, value, at_left)
        right, at_right = np.where(to_right, trial, right), np.where(to_right, value, at_right)
        best = np.where(open_, trial, best)
        halve = right - left > width / 2
    best = np.where(at_left == 0, left, np.where(at_right == 0, right, best))
    return np.where(crosses, best, np.nan)
