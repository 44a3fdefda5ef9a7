"""Checks of shares that must add up to one; an error names draw, strategy, cycle and state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]

# Thirds written with six decimals add up to 1 within some millionths; what is mistyped does not.
ADDS_UP = 1e-6
# A share computed as one minus others may come out as a negative zero.
ROUNDING = 1e-12


class WrongShares(InvalidValue):
    """Shares that cannot be, with the place of the first in the array.

    Attributes
    ----------
    place : tuple of int
        Index of the row: draw, strategy and, for transitions, cycle, (time in state,) state it starts from.
    """

    def __init__(self, *, expected: str, found: str, place: tuple[int, ...]) -> None:
        super().__init__(expected=expected, found=found)
        self.place = place


def check_shares(
    shares: Array,
    *,
    what: str,
    states: tuple[str, ...],
    strategies: tuple[str, ...],
    first_draw: int | None = 1,
) -> None:
    """Refuse shares outside 0 to 1, and rows (the last axis) that do not add up to 1.

    Parameters
    ----------
    shares : array [draw, strategy, ..., to state]
        With the axes of `allay.economics.models.cohort.CohortModel`.
    first_draw : int, optional
        The number of the first draw in messages; None where nothing is drawn.

    Raises
    ------
    WrongShares

    Examples
    --------
    >>> check_shares(np.array([[[0.6, 0.5]]]), what="start", states=("well", "ill"), strategies=("usual",))
    Traceback (most recent call last):
    allay.economics.models.cohortcheck.WrongShares: expected start that adds up to 1, found 1.1 in draw 1,
    strategy usual
    """

    def named(place: tuple[int, ...]) -> str:
        words = _named(place, shares, states, strategies)
        return ", ".join(words if first_draw is None else (f"draw {place[0] + first_draw}", *words))

    low, high = float(shares.min()), float(shares.max())
    if not (low >= -ROUNDING and high <= 1 + ADDS_UP):  # written so that a missing number is caught too
        wrong = ~((shares >= -ROUNDING) & (shares <= 1 + ADDS_UP))
        place = _first(wrong)
        to = f" to {states[place[-1]]}"
        found = f"{shares[place]:g} in {named(place[:-1])}{to}{_more(wrong)}"
        raise WrongShares(expected=f"{what} between 0 and 1", found=found, place=place[:-1])
    total = np.einsum("...t->...", shares)
    if not (float(total.min()) >= 1 - ADDS_UP and float(total.max()) <= 1 + ADDS_UP):
        wrong = ~(np.abs(total - 1) <= ADDS_UP)
        place = _first(wrong)
        found = f"{total[place]:.9g} in {named(place)}{_more(wrong)}"
        expected = f"{what} that add up to 1" if what.endswith("s") else f"{what} that adds up to 1"
        raise WrongShares(expected=expected, found=found, place=place)


def _first(wrong: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(index) for index in np.unravel_index(int(wrong.argmax()), wrong.shape))


def _more(wrong: NDArray[np.bool_]) -> str:
    others = int(wrong.sum()) - 1
    return f" (and {others} more)" if others else ""


def _named(
    place: tuple[int, ...], shares: Array, states: tuple[str, ...], strategies: tuple[str, ...]
) -> list[str]:
    """Name strategy, cycle, time in state and state; an axis of length 1 stands for all."""
    strategy = strategies[place[1]] if shares.shape[1] == len(strategies) else "any"
    words = [f"strategy {strategy}"]
    if shares.ndim > 3:
        words.append(f"cycle {place[2] + 1}" if shares.shape[2] > 1 else "every cycle")
    if shares.ndim == 6:
        words.append(f"{place[3]} cycles in the state")
    if shares.ndim > 3:
        words.append(f"from {states[place[-1]]}")
    return words
