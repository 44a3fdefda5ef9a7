"""Quartiles of rows in which some values are absent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quartiles(values: Floats) -> tuple[Floats, Floats, Floats]:
    """First quartile, median and third quartile of every row, by linear interpolation.

    The position of quartile q among n sorted values is q(n - 1)/4, counted from 0, and taken apart in whole
    numbers: half a step is exactly half a step.

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
    last = np.maximum((~np.isnan(values)).sum(axis=1) - 1, 0)
    row = np.arange(rows)

    def at(quarter: int) -> Floats:
        whole, rest = np.divmod(quarter * last, 4)
        low = placed[row, whole]
        high = placed[row, np.minimum(whole + 1, last)]
        found: Floats = low + (high - low) * (rest / 4)
        return found

    return at(1), at(2), at(3)
