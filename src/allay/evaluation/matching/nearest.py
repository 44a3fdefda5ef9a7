"""Nearest-neighbor matching on a score, without replacement, from sorted scores."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from allay.evaluation.matching.arrays import Flags, Floats, Places

Search: TypeAlias = Literal["nearest", "below"]


def nearest_neighbors(
    treated: Flags, score: Floats, *, ratio: int = 1, caliper: float | None = None, search: Search = "nearest"
) -> Places:
    """Give every treated person the nearest untreated ones that are left.

    The treated choose in the order of their scores, the highest first, and where scores are equal in the
    order of the rows. With a ratio of k there are k rounds: nobody has a second before everybody who can has
    a first. Among untreated people who are equally near, the one of the first row is taken.

    Parameters
    ----------
    treated : array [n] of bool
    score : array [n]
    ratio : int
        Untreated people for each treated one.
    caliper : float, optional
        Widest distance, in the unit of the score.
    search : {"nearest", "below"}
        "below" looks at or below the score first, and above it only when none is left (or within the
        caliper) there. That is no nearest neighbor, but it is what MatchIt 4.5.1 as built for Debian finds;
        it is here so that its figures can be reproduced.

    Returns
    -------
    array [n, ratio] of int
        Rows of the untreated taken, by row of the treated, -1 where there is none.

    Notes
    -----
    The untreated are sorted once. Taken ones are skipped by a forest that knows the next one that is left
    (union-find with path halving), so that n treated and m untreated cost about n + m log m.

    Examples
    --------
    >>> treated = np.array([True, True, False, False, False])
    >>> nearest_neighbors(treated, np.array([0.7, 0.4, 0.5, 0.35, 0.6]))[:2].tolist()
    [[4], [3]]
    """
    pool = np.flatnonzero(~treated)
    pool = pool[np.argsort(score[pool], kind="stable")]
    values = score[pool]
    asking = np.flatnonzero(treated)
    asking = asking[np.argsort(-score[asking], kind="stable")]
    found = np.full((len(treated), ratio), -1, dtype=np.int64)
    left = _Left(pool, values, caliper=np.inf if caliper is None else caliper, search=search)
    wanted = score[asking].tolist()
    above = np.searchsorted(values, score[asking], side="right").tolist()
    for turn in range(ratio):
        for row, value, place in zip(asking.tolist(), wanted, above, strict=True):
            found[row, turn] = left.take(value, place)
    return found


class _Left:
    """The untreated people who are left, by score."""

    def __init__(self, pool: Places, values: Floats, *, caliper: float, search: Search) -> None:
        n = len(values)
        self._rows: list[int] = pool.tolist()
        self._values: list[float] = values.tolist()
        # The first place of each run of equal scores: within it, the first row that is left goes first.
        self._runs: list[int] = np.searchsorted(values, values, side="left").tolist()
        # Where a place points to itself it is free; place 0 and n + 1 are walls.
        self._up = list(range(n + 2))
        self._down = list(range(n + 2))
        self._n = n
        self._caliper = caliper
        self._below_first = search == "below"

    def take(self, value: float, above: int) -> int:
        """Take the nearest one and return its row, or -1; `above` is the first place with a higher score."""
        low, high = _find(self._down, above), _find(self._up, above + 1)
        if low > 0:
            # From here on the places count from 1.
            low = _find(self._up, self._runs[low - 1] + 1)
        down = value - self._values[low - 1] if low > 0 else np.inf
        up = self._values[high - 1] - value if high <= self._n else np.inf
        if min(down, up) > self._caliper or min(down, up) == np.inf:
            return -1
        place = low if self._goes_down(down, up, low, high) else high
        self._up[place], self._down[place] = place + 1, place - 1
        return self._rows[place - 1]

    def _goes_down(self, down: float, up: float, low: int, high: int) -> bool:
        if self._below_first:
            return down <= self._caliper and down < np.inf
        if down == up:
            return self._rows[low - 1] < self._rows[high - 1]
        return down < up


def _find(forest: list[int], place: int) -> int:
    while forest[place] != place:
        forest[place] = forest[forest[place]]
        place = forest[place]
    return place
