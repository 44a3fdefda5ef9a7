"""Round steps: the distances between ticks of a scale, and between thresholds that nobody chose."""

from __future__ import annotations

import math


def round_step(width: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that fits no more often than this into a width.

    Parameters
    ----------
    width : float
        Above 0.
    most : int

    Examples
    --------
    >>> round_step(52_000, 6), round_step(52_000, 3)
    (10000.0, 20000.0)
    """
    power = 10.0 ** math.floor(math.log10(width / most))
    return next(power * factor for factor in (1, 2, 5, 10, 20) if width / (power * factor) <= most)
