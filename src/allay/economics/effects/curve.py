"""Relative risk over the months of a patient: from knots to a curve that decays to one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]


def check_knots(months: Sequence[float], *, ends: float) -> None:
    """Refuse months of knots that do not rise, or an end that does not come after them.

    Examples
    --------
    >>> check_knots([3, 18], ends=12)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected an end of the effect after month 18, found month 12
    """
    if not months or months[0] < 0 or any(b <= a for a, b in pairwise(months)):
        found = ", ".join(f"{month:g}" for month in months) or "none"
        raise InvalidValue(expected="months of knots that rise from 0 or later", found=found)
    if not ends > months[-1]:
        expected = f"an end of the effect after month {months[-1]:g}"
        raise InvalidValue(expected=expected, found=f"month {ends:g}")


def knot_weights(months: Sequence[float], *, ends: float, ages: int) -> Array:
    """Return how much of each knot's log relative risk holds at each age: array [knot, age].

    The log relative risk is straight between knots. It starts from zero (no effect) at month 0, unless a knot
    stands there, and is back at zero in month `ends` and after it.

    Parameters
    ----------
    months : sequence of float
        Months since the start of the program, rising.
    ends : float
        Month from which there is no effect.
    ages : int
        Ages 0, 1, 2 and so on, in months since the start.

    Examples
    --------
    >>> knot_weights([2], ends=6, ages=8).tolist()
    [[0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]]
    """
    check_knots(months, ends=ends)
    places = np.array([*([] if months[0] == 0 else [0.0]), *months, ends], dtype=np.float64)
    before = len(places) - 1 - len(months)
    return np.stack(
        [
            np.interp(np.arange(ages), places, np.eye(len(places))[before + knot])
            for knot in range(len(months))
        ]
    )


def relative_risk(knots: Array, months: Sequence[float], *, ends: float, ages: int) -> Array:
    """Return the relative risk of every draw at every age: array [draw, age].

    Parameters
    ----------
    knots : array [draw, knot]
        Relative risks above 0.
    months : sequence of float
    ends : float
    ages : int
        See `knot_weights`.

    Examples
    --------
    >>> relative_risk(np.array([[0.25]]), [0], ends=2, ages=3).tolist()
    [[0.25, 0.5, 1.0]]
    """
    if not (np.isfinite(knots).all() and (knots > 0).all()):
        raise InvalidValue(expected="relative risks above 0", found="one that is not")
    found: Array = np.exp(np.log(knots) @ knot_weights(months, ends=ends, ages=ages))
    return found
