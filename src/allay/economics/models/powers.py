"""A cohort whose transitions and values are the same in every cycle: fewer products by powers of its matrix.

What is wanted is a weighted sum of the counts s, sP, sP^2, ... With Q = P^b it is a sum of b small steps and
of strides of b cycles: (w0 s + w1 sP + ...) + (wb s + ...) Q + ... (the scheme of Paterson and Stockmeyer).
For four states and 60 cycles that is 26 products of a state with a matrix instead of 60. The plain steps
remain the reference that tests hold it against.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STRIDES = (2, 4, 8, 16, 32)
WORTH_IT = 0.75
"""Share of the plain steps below which strides are taken; nearer to it, the plain steps read less memory."""


def stride_for(*, points: int, states: int) -> int | None:
    """Return the best number of cycles in a stride, or None where plain steps are as good.

    A stride of b costs b - 1 small steps, one product of matrices (as dear as `states` steps) for each
    doubling, and a step for each stride.

    Examples
    --------
    >>> stride_for(points=61, states=4), stride_for(points=11, states=4), stride_for(points=61, states=30)
    (8, None, None)
    """
    costs = {b: b - 1 + states * (b.bit_length() - 1) + -(-points // b) - 1 for b in STRIDES}
    best = min(costs, key=lambda b: (costs[b], -b))
    return best if costs[best] <= WORTH_IT * (points - 1) else None


def weighted_counts(state: Array, chances: Array, weights: list[Array], *, stride: int) -> list[Array]:
    """Return the weighted sum of all counts, for each set of weights.

    Parameters
    ----------
    state : array [state, pair]
        Before the first cycle.
    chances : array [from, to, pair]
    weights : list of array [cycle + 1]
    stride : int
        A power of two.

    Returns
    -------
    list of array [state, pair]
    """
    small = np.empty((stride, *state.shape))
    small[0] = state
    for step in range(1, stride):
        np.einsum("fp,ftp->tp", small[step - 1], chances, out=small[step])
    power = chances
    for _ in range(stride.bit_length() - 1):
        power = np.einsum("fmp,mtp->ftp", power, power)
    flat = small.reshape(stride, -1)
    return [_strided(one, flat, power, stride=stride) for one in weights]


def _strided(weights: Array, flat: Array, power: Array, *, stride: int) -> Array:
    rows = np.append(weights, np.zeros(-len(weights) % stride)).reshape(-1, stride)
    parts = (rows @ flat).reshape(len(rows), *power.shape[1:])
    held: Array = parts[-1]
    for part in parts[-2::-1]:
        held = np.einsum("fp,ftp->tp", held, power)
        held += part
    return held
