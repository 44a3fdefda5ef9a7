"""What is not zero: sums by cell, kept as the cells that have any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
DENSE = 8
"""From one value for so many cells on, a table of all cells is quicker than sorting."""


def distinct(numbers: Ints) -> Ints:
    """Return every number once, in order; sorting is quicker here than what NumPy does.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    if len(ordered) < 2:
        return ordered
    fresh = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    found: Ints = ordered[fresh]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class SparseSums:
    """Values by place, for the places whose value is not zero.

    Attributes
    ----------
    place : int array
        In order, each once.
    value : int array
    """

    place: Ints
    value: Ints

    @classmethod
    def counted(cls, places: Ints, *, size: int) -> SparseSums:
        """Count places; -1 is left out.

        Examples
        --------
        >>> found = SparseSums.counted(np.array([4, -1, 2, 4]), size=9)
        >>> found.place.tolist(), found.value.tolist()
        ([2, 4], [1, 2])
        """
        places = places[places >= 0]
        if len(places) * DENSE > size:
            return cls.of(np.bincount(places, minlength=size))
        ordered = np.sort(places)
        place = distinct(ordered)
        ends = np.searchsorted(ordered, place, side="right")
        return cls(place, np.diff(ends, prepend=0).astype(np.int64))

    @classmethod
    def summed(cls, places: Ints, values: Ints, *, size: int) -> SparseSums:
        """Add values up by place; -1 is left out.

        Examples
        --------
        >>> SparseSums.summed(np.array([4, -1, 4]), np.array([5, 7, 1]), size=9).value.tolist()
        [6]
        """
        inside = places >= 0
        places, values = places[inside], values[inside]
        # Exact: sums of cents and of thousandths stay below 2**53.
        if len(places) * DENSE > size:
            return cls.of(np.rint(np.bincount(places, weights=values, minlength=size)).astype(np.int64))
        place, back = np.unique(places, return_inverse=True)
        sums = np.rint(np.bincount(back, weights=values, minlength=len(place))).astype(np.int64)
        some = sums != 0
        return cls(place[some], sums[some])

    @classmethod
    def of(cls, values: Ints) -> SparseSums:
        """Keep what is not zero of a table of all places."""
        place = np.flatnonzero(values)
        return cls(place, values[place].astype(np.int64, copy=False))

    def moved(self, table: Ints) -> SparseSums:
        """Give places new numbers, which keep their order; -1 drops them."""
        place = table[self.place]
        kept = place >= 0
        return SparseSums(place[kept], self.value[kept])
