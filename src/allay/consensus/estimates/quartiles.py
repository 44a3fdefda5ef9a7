"""Quartiles of rows in which some values are absent, and of runs of different lengths."""

from __future__ import annotations

import numpy as np

from allay.consensus.ratings.table import Floats, Ints


def quartiles(values: Floats) -> tuple[Floats, Floats, Floats]:
    """First quartile, median and third quartile of every row, by linear interpolation.

    Parameters
    ----------
    values : float64 array of shape (rows, columns)
        NaN where there is no value. Time grows with the cells (they are sorted by row).

    Returns
    -------
    three float64 arrays of shape (rows,)
        NaN for a row without values.

    Examples
    --------
    >>> [part.tolist() for part in quartiles(np.array([[4.0, 1.0, np.nan, 2.0, 3.0]]))]
    [[1.75], [2.5], [3.25]]
    """
    rows, columns = values.shape
    if columns == 0:
        nothing = np.full(rows, np.nan)
        return nothing, nothing.copy(), nothing.copy()
    placed = np.sort(values, axis=1)  # NaN comes last
    sizes = np.maximum((~np.isnan(values)).sum(axis=1), 1)
    return run_quartiles(placed.ravel(), np.arange(rows) * columns, sizes)


def run_quartiles(placed: Floats, starts: Ints, sizes: Ints) -> tuple[Floats, Floats, Floats]:
    """Quartiles of runs of sorted values that stand in one array.

    The position of quartile q among n sorted values is q(n - 1)/4, counted from 0, and taken apart in whole
    numbers: half a step is exactly half a step.

    Parameters
    ----------
    placed : float64 array
        Sorted within every run.
    starts, sizes : int64 arrays of shape (runs,)
        Where each run begins and how many values it has, at least one.

    Returns
    -------
    three float64 arrays of shape (runs,)

    Examples
    --------
    >>> first, median, third = run_quartiles(np.array([1.0, 3.0, 7.0]), np.array([0, 2]), np.array([2, 1]))
    >>> median.tolist()
    [2.0, 7.0]
    """

    def at(quarter: int) -> Floats:
        whole, rest = np.divmod(quarter * (sizes - 1), 4)
        low = placed[starts + whole]
        high = placed[starts + np.minimum(whole + 1, sizes - 1)]
        found: Floats = low + (high - low) * (rest / 4)
        return found

    return at(1), at(2), at(3)
