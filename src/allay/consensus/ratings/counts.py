"""How many raters chose each point of the scale: what every verdict is made from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.table import Floats, Ints, RatingTable


def counts_of(
    table: RatingTable, scale: RatingScale = NINE_POINTS, raters: NDArray[np.bool_] | None = None
) -> Ints:
    """Count the ratings of a round.

    Parameters
    ----------
    table : RatingTable
    scale : RatingScale
    raters : bool array of shape (raters,), optional
        Whose ratings count; everybody's without it.

    Returns
    -------
    int64 array of shape (statements, points)
        Points of the scale, lowest first.

    Examples
    --------
    >>> table = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[9.0, 7.0]]), np.array([[2, 3]]))
    >>> counts_of(table).tolist()
    [[0, 0, 0, 0, 0, 0, 1, 0, 1]]
    >>> counts_of(table, raters=np.array([True, False])).tolist()
    [[0, 0, 0, 0, 0, 0, 0, 0, 1]]
    """
    return count_ratings(table.values if raters is None else table.values[:, raters], scale)


def count_ratings(values: Floats, scale: RatingScale = NINE_POINTS) -> Ints:
    """Count ratings given as an array.

    Parameters
    ----------
    values : float64 array of shape (statements, raters)
        NaN where there is none.

    Returns
    -------
    int64 array of shape (statements, points)
        In a time that grows with the number of cells.

    Raises
    ------
    InvalidValue
        When a value is no whole number on the scale.

    Examples
    --------
    >>> count_ratings(np.array([[1, 1, np.nan], [9, 8, 9]])).tolist()
    [[2, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1, 2]]
    """
    given = np.asarray(values, dtype=np.float64)
    statements, points = given.shape[0], scale.points
    place = given - scale.minimum
    missing = np.isnan(place)
    wrong = ~missing & ~((place >= 0) & (place < points) & (place == np.floor(place)))
    if wrong.any():
        expected = f"whole numbers from {scale.minimum} to {scale.maximum}"
        raise InvalidValue(expected=expected, found=f"{given[wrong][0]:g}")
    # What is missing gets a column of its own, which is dropped.
    place[missing] = points
    column = place.astype(np.int64)
    column += np.arange(statements)[:, None] * (points + 1)
    counted = np.bincount(column.ravel(), minlength=statements * (points + 1))
    return counted.reshape(statements, points + 1)[:, :points].astype(np.int64)
