"""How much fits into a day at most: free runs cut into lengths, without saying when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allay.scheduling.solving.grid import Bools, runs


@dataclass(frozen=True, slots=True)
class DayCapacity:
    """What fits into one day of one practitioner, room or patient, whatever its order.

    Attributes
    ----------
    slots : int
        Most slots that things of the given lengths fill together.
    most : tuple of (int, int)
        For each length, shortest first: so many things of at least this length at most.
    """

    slots: int
    most: tuple[tuple[int, int], ...]


def day_capacity(free: Bools, lengths: Iterable[int]) -> DayCapacity:
    """Bound what fits into the free runs of a day.

    A run of `n` slots holds at most `n // length` things of that length or longer, and things of the given
    lengths fill it at most up to the largest sum of lengths that does not go beyond it. Both hold for every
    arrangement, so both may stand in a bound.

    Parameters
    ----------
    free : bool[S]
    lengths : iterable of int
        Lengths that can come, in slots.

    Returns
    -------
    DayCapacity
        Time grows with slots times lengths.

    Examples
    --------
    >>> import numpy as np
    >>> free = np.array([1, 1, 1, 1, 1, 0, 1, 1, 1], dtype=bool)
    >>> day_capacity(free, [2])
    DayCapacity(slots=6, most=((2, 3),))
    >>> day_capacity(free, [2, 3])
    DayCapacity(slots=8, most=((2, 3), (3, 2)))
    """
    sizes = sorted(set(lengths))
    whole = [end - first for first, end in runs(free)]
    return DayCapacity(
        slots=sum(_filled(run, sizes) for run in whole),
        most=tuple((size, sum(run // size for run in whole)) for size in sizes),
    )


def _filled(run: int, sizes: Sequence[int]) -> int:
    """Largest sum of sizes, each as often as it takes, that is not above the run."""
    reached = [True] + [False] * run
    for total in range(1, run + 1):
        reached[total] = any(size <= total and reached[total - size] for size in sizes)
    return max(total for total, found in enumerate(reached) if found)
