"""When a cohort is counted within a cycle: weights of the counts, by the modes that are in use.

A model of T cycles can be counted at T + 1 points: before the first cycle and at the end of each. Every mode
is a set of weights of these points:

=========== ==============================================================================================
none        every point counts 1: T + 1 counts of T cycles
start       the points at which cycles start count 1, the last counts 0
end         the points at which cycles end count 1, the first counts 0
half        half-cycle correction: the first and the last point count 1/2 (the trapezoid rule)
life-table  the average of both ends of each cycle, discounted as one count in the middle of the cycle
simpson     1/3, 4/3, 2/3, 4/3, ... 1/3: Simpson's rule. It holds for an even number of cycles; with an odd
            one the pattern, which is then the one people type, leaves out a third of a cycle
darth       1/3, 2/3, 4/3, 2/3, ... 1/3: what the DARTH group's published code and tutorials compute. It swaps
            the weights of Simpson's rule, and is here so that their results are found again to the dollar
=========== ==============================================================================================

Sources: DARTH's Sick-Sicker tutorial (Medical Decision Making 2023;43:3) and its code, whose results agree
with the weights of `darth` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound

Array = NDArray[np.float64]
Counting: TypeAlias = Literal["none", "start", "end", "half", "life-table", "simpson", "darth"]
COUNTINGS: tuple[Counting, ...] = get_args(Counting)


@dataclass(frozen=True, slots=True, eq=False)
class CycleWeights:
    """How much the count at the start and the count at the end of each cycle weigh, arrays [cycle].

    A point between two cycles ends the one and starts the other; what it weighs in the modes that weigh
    points is shared by both, half and half, so that each cycle's own costs and effects meet its own counts.
    """

    start: Array
    end: Array


def point_weights(counting: Counting, *, cycles: int) -> Array:
    """Return the weights of the T + 1 points: array [cycle + 1].

    Examples
    --------
    >>> point_weights("half", cycles=3).tolist()
    [0.5, 1.0, 1.0, 0.5]
    >>> [round(3 * weight) for weight in point_weights("simpson", cycles=4)]
    [1, 4, 2, 4, 1]
    >>> [round(3 * weight) for weight in point_weights("darth", cycles=4)]
    [1, 2, 4, 2, 1]
    """
    weights = cycle_weights(counting, cycles=cycles)
    found: Array = np.append(weights.start, 0.0) + np.insert(weights.end, 0, 0.0)
    return found


def cycle_weights(counting: Counting, *, cycles: int) -> CycleWeights:
    """Return the weights of the two ends of every cycle.

    Raises
    ------
    NotFound
        For a mode there is not.

    Examples
    --------
    >>> weights = cycle_weights("start", cycles=2)
    >>> weights.start.tolist(), weights.end.tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    if cycles < 1:
        raise InvalidValue(expected="one cycle or more", found=str(cycles))
    if counting in ("start", "end", "half", "life-table"):
        share = {"start": 1.0, "end": 0.0}.get(counting, 0.5)
        return CycleWeights(np.full(cycles, share), np.full(cycles, 1.0 - share))
    points = np.ones(cycles + 1)
    if counting in ("simpson", "darth"):
        odd, even = (4 / 3, 2 / 3) if counting == "simpson" else (2 / 3, 4 / 3)
        points[1::2], points[2::2] = odd, even
        points[0] = points[-1] = 1 / 3
    elif counting != "none":
        raise NotFound.among("way of counting", counting, known=COUNTINGS)
    shared = points / 2
    shared[0], shared[-1] = points[0], points[-1]
    return CycleWeights(shared[:-1].copy(), shared[1:].copy())
