"""Ratings of one round as an array, with the line each came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RatingTable:
    """Who rated what, and how.

    Attributes
    ----------
    name : str
        The file, as messages call it.
    statements, raters : tuple of str
        In the order in which they first appear in the file.
    values : float64 array of shape (statements, raters)
        NaN where somebody did not rate a statement.
    lines : int64 array of the same shape
        The line of the file; 0 where there is none.
    round : int
    versions : tuple of int
        Of each statement, the version that was rated.

    Examples
    --------
    >>> table = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[7.0, np.nan]]), np.array([[2, 0]]))
    >>> table.answered.tolist()
    [[True, False]]
    """

    name: str
    statements: tuple[str, ...]
    raters: tuple[str, ...]
    values: Floats
    lines: Ints
    round: int = 1
    versions: tuple[int, ...] = ()

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Where a rating was given."""
        return ~np.isnan(self.values)
