"""Uses of one category by the members of a bucket: with the program and without it, from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedUses:
    """Uses of a category, in the order of their cells.

    Attributes
    ----------
    category : str
    cell : int array [use]
        Member times months plus month.
    day : int array [use]
        Counted from the start.
    kept, without : bool array [use]
        Whether it happens with the program, and would without it.
    code : int array [use]
        Which of the category's codes it has.
    cents, cents_without : int array [line, use]
        Paid for each line, with the program and without it; 0 for a line that is not there.
    units, units_without : int array [use]
        Nights of stays, units of fills, else 1.
    crowded : int
        Uses left out since their month has no day left.
    """

    category: str
    cell: Ints
    day: Ints
    kept: Bools
    without: Bools
    code: Ints
    cents: Ints
    cents_without: Ints
    units: Ints
    units_without: Ints
    crowded: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FreeDays:
    """Days of each cell on which a use can fall: `count` of them, from `shift` on around `width` days."""

    first: Ints
    width: Ints
    count: Ints
    shift: Ints


def cents(price: float, spread: float, noise: Floats, *, times: Floats | Ints | int = 1) -> Ints:
    """Return amounts in cents: a price times log-normal noise of mean 1, times a number.

    Examples
    --------
    >>> cents(10.0, 0.0, np.zeros(2)).tolist()
    [1000, 1000]
    """
    found = np.exp(spread * noise - spread**2 / 2)
    found *= 100 * price * times
    return np.rint(found).astype(np.int64)


STRIDE = 17


@dataclass(frozen=True, slots=True, eq=False)
class PlacedUses:
    """Uses that have a day each: positions among those asked for, and the day within the month."""

    taken: Ints | slice
    index: Ints = field(repr=False)


def place(cell: Ints, slots: FreeDays, draw: Floats) -> PlacedUses:
    """Give each use in a cell a day of its own: a random first one, then every seventeenth, around.

    The day of a use does not depend on how many come after it. Those for which a cell has no day left are not
    taken.
    """
    new = np.empty(len(cell), dtype=bool)
    new[:1] = True
    np.not_equal(cell[1:], cell[:-1], out=new[1:])
    begin = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    rank = np.arange(len(cell)) - begin[group]
    count = slots.count[cell]
    taken: Ints | slice = slice(None)
    if (rank >= count).any():
        taken = np.flatnonzero(rank < count)
        rank, count, group, cell = rank[taken], count[taken], group[taken], cell[taken]
    start = (draw[begin][group] * count).astype(np.int64)
    # A prime is coprime to every number of days but itself, so that no day comes twice.
    index = (start + rank * np.where(count == STRIDE, 1, STRIDE)) % count
    index = (slots.shift[cell] + index) % slots.width[cell]
    return PlacedUses(taken, index)
