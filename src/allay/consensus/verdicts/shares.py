"""Percentages compared with whole numbers, so that 3 of 20 is 15% and not below it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

import numpy as np

from allay.consensus.ratings.table import Ints
from allay.consensus.verdicts.conventions import as_written


def least_reaching(n: Ints, percent: float) -> Ints:
    """The fewest of `n` that are at least so many percent; fewer are below it.

    Parameters
    ----------
    n : int64 array of shape (statements,)
    percent : float
        Taken as it is written, 0 to 100.

    Examples
    --------
    >>> least_reaching(np.array([20, 30]), 70).tolist(), least_reaching(np.array([20]), 15).tolist()
    ([14, 21], [3])
    """
    return _by_size(n, percent, ceil)


def most_within(n: Ints, percent: float) -> Ints:
    """The most of `n` that are at most so many percent.

    Examples
    --------
    >>> most_within(np.array([20, 21]), 50).tolist()
    [10, 10]
    """
    return _by_size(n, percent, floor)


def _by_size(n: Ints, percent: float, rounded: Callable[[Fraction], int]) -> Ints:
    share = as_written(percent) / 100
    sizes, place = np.unique(n, return_inverse=True)
    found = np.array([rounded(share * size) for size in sizes.tolist()], dtype=np.int64)
    return found[place]
