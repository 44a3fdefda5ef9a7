"""The shape of what every function here takes: costs and effects of strategies, in draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def costs_and_effects(costs: ArrayLike, effects: ArrayLike, *, axes: int) -> tuple[Floats, Floats]:
    """Return both as float64 arrays of one shape, or refuse them.

    Parameters
    ----------
    costs, effects : array_like
        Of shape (strategies,) or (draws, strategies).
    axes : int
        How many axes there must be: 1 or 2.

    Raises
    ------
    InvalidValue
        Another number of axes, shapes that differ, nothing in them, numbers that are not finite.

    Examples
    --------
    >>> costs_and_effects([1, 2], [0.5], axes=1)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected an effect for every cost, found costs (2,), effects (1,)
    """
    first, second = np.asarray(costs, dtype=np.float64), np.asarray(effects, dtype=np.float64)
    if first.shape != second.shape:
        raise InvalidValue(
            expected="an effect for every cost", found=f"costs {first.shape}, effects {second.shape}"
        )
    if first.ndim != axes or not first.size:
        raise InvalidValue(
            expected=f"numbers on {axes} axes, the last for strategies", found=f"{first.shape}"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InvalidValue(expected="costs and effects that are finite", found="one that is not")
    return first, second


def thresholds(wtp: ArrayLike) -> Floats:
    """Return willingness to pay as a float64 array of shape (thresholds,), or refuse it.

    Raises
    ------
    InvalidValue
        None at all, or one that is negative or not finite.

    Examples
    --------
    >>> thresholds(50_000).tolist()
    [50000.0]
    """
    found = np.atleast_1d(np.asarray(wtp, dtype=np.float64))
    if found.ndim != 1 or not found.size or not (np.isfinite(found).all() and (found >= 0).all()):
        raise InvalidValue(expected="amounts of zero or more", found=f"{found.tolist()}")
    return found


def names_of(strategies: Sequence[str], *, count: int) -> tuple[str, ...]:
    """Return the names, or refuse them when they are not one each.

    Raises
    ------
    InvalidValue
        Fewer or more names than strategies, or a name twice.
    """
    found = tuple(strategies)
    if len(found) != count or len(set(found)) != count:
        raise InvalidValue(expected=f"{count} different names of strategies", found=", ".join(found))
    return found
