"""The internal rate of return, or why there is none, or that there are several."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.economics.answers.cash import MONTH, cash_table
from allay.economics.answers.roots import crossing
from allay.economics.answers.summary import Summary, summarize

Array = NDArray[np.float64]

LOWEST, HIGHEST = -0.99, 10.0
"""Yearly rates between which is searched: almost all is lost, and eleven times as much comes back."""

GRID = 600
"""Rates tried between them. Two internal rates nearer to each other than the grid are seen as none."""

# A net present value of this share of all discounted money moved is zero: the rounding of a sum in float64.
CLOSE = 1e-13
BLOCK = 2_000
"""Draws tried at a time, so that the grid of ten thousand draws stays within 10 MB."""


class RateFinding(IntEnum):
    """What became of an internal rate."""

    UNIQUE = 0
    NO_SIGN_CHANGE = 1
    NONE_IN_RANGE = 2
    SEVERAL = 3

    @property
    def text(self) -> str:
        """The finding in words."""
        return {
            RateFinding.UNIQUE: "one internal rate",
            RateFinding.NO_SIGN_CHANGE: "none: the cash never changes its sign",
            RateFinding.NONE_IN_RANGE: f"none between {LOWEST:.0%} and {HIGHEST:.0%} a year",
            RateFinding.SEVERAL: "several: the cash changes its sign more than once, so no rate is the rate",
        }[self]


@dataclass(frozen=True, slots=True, eq=False)
class InternalRate:
    """The internal rate of each draw.

    Attributes
    ----------
    rate : array [draw]
        A year (0.03 is 3%); NaN unless there is exactly one.
    finding : int64 array [draw]
        A `RateFinding`.
    count : int64 array [draw]
        How many rates were found.
    """

    rate: Array
    finding: NDArray[np.int64]
    count: NDArray[np.int64]

    @property
    def summary(self) -> Summary:
        """Over the draws that have one; `defined` says how many these are."""
        return summarize(self.rate)

    @property
    def shares(self) -> dict[str, float]:
        """Share of the draws by finding, in words."""
        return {one.text: float((self.finding == one).mean()) for one in RateFinding}


def internal_rate(cash: ArrayLike) -> InternalRate:
    """Find the yearly rates at which the net present value is zero.

    Parameters
    ----------
    cash : array [draw, month]
        US dollars, month 0 first.

    Returns
    -------
    InternalRate
        A draw whose cash has one sign has none. Where signs change once there is one rate (Descartes' rule of
        signs), unless it lies out of range. Where they change more often, all are counted on a grid.

    Examples
    --------
    >>> found = internal_rate([[-100.0, *[0.0] * 11, 110.0], [-5.0, *[-1.0] * 12]])
    >>> found.rate.round(9).tolist(), RateFinding(int(found.finding[1])).text
    ([0.1, nan], 'none: the cash never changes its sign')
    """
    table = cash_table(cash)
    growth = np.geomspace(1 + LOWEST, 1 + HIGHEST, GRID)
    counts, brackets = _brackets(table, growth)
    rows, places = brackets
    rate = np.full(len(table), np.nan)
    alone = counts[rows] == 1
    rows, places = rows[alone], places[alone]
    if rows.size:
        rate[rows] = (
            crossing(
                lambda ends: _worth(table[rows], ends),
                low=growth[places],
                high=growth[places + 1],
                tolerance=1e-14,
                close=CLOSE,
            )
            - 1
        )
    finding = np.select(
        [_sign_changes(table) == 0, counts == 0, counts > 1],
        [RateFinding.NO_SIGN_CHANGE, RateFinding.NONE_IN_RANGE, RateFinding.SEVERAL],
        RateFinding.UNIQUE,
    )
    return InternalRate(rate, finding.astype(np.int64), counts)


def _brackets(cash: Array, growth: Array) -> tuple[NDArray[np.int64], tuple[NDArray[np.intp], ...]]:
    """Count the crossings of each draw, and say between which rates of the grid they lie."""
    powers = growth[:, None] ** (-MONTH * np.arange(cash.shape[1]))
    rows: list[NDArray[np.intp]] = []
    places: list[NDArray[np.intp]] = []
    counts = np.zeros(len(cash), dtype=np.int64)
    for start in range(0, len(cash), BLOCK):
        # Below a rate of zero the last months weigh most: the largest weight of each rate is made 1.
        above = cash[start : start + BLOCK] @ (powers / powers.max(axis=1, keepdims=True)).T > 0
        found = np.nonzero(above[:, 1:] != above[:, :-1])
        counts[start : start + BLOCK] = np.bincount(found[0], minlength=len(above))
        rows.append(found[0] + start)
        places.append(found[1])
    return counts, (np.concatenate(rows), np.concatenate(places))


def _worth(cash: Array, growth: Array) -> Array:
    """Net present value of each row at its own growth by year, as a share of all discounted money moved."""
    step = growth**-MONTH
    total, moved = np.zeros(len(cash)), np.zeros(len(cash))
    for month in reversed(range(cash.shape[1])):  # Horner's rule
        total = total * step + cash[:, month]
        moved = moved * step + np.abs(cash[:, month])
    share: Array = total / moved
    return share


def _sign_changes(cash: Array) -> NDArray[np.int64]:
    """Count how often the sign changes along each row; zeros are skipped."""
    signs = np.sign(cash)
    place = np.where(signs != 0, np.arange(cash.shape[1]), 0)
    carried = np.take_along_axis(signs, np.maximum.accumulate(place, axis=1), axis=1)
    changes: NDArray[np.int64] = (carried[:, 1:] * carried[:, :-1] < 0).sum(axis=1)
    return changes
