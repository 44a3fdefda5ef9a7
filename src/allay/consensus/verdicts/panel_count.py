"""The count rule of the RAND/UCLA method: disagreement and agreement by the size of the panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import HalfPoint
from allay.consensus.protocol.scale import NINE_POINTS
from allay.consensus.ratings.table import Ints
from allay.consensus.verdicts.conventions import panel_sizes
from allay.consensus.verdicts.percentiles import RankedCounts
from allay.consensus.verdicts.regions import region_counts, region_of_median


@dataclass(frozen=True, slots=True, eq=False)
class PanelCount:
    """What counting says, by statement.

    Attributes
    ----------
    outside : int64 array of shape (statements,)
        Ratings outside the three-point region of the median.
    low, high : int64 array of shape (statements,)
        Ratings in 1-3 and in 7-9.
    usable : bool array of shape (statements,)
        Whether there is a rule for so many ratings; where not, the next two are False and mean nothing.
    agreement, disagreement : bool array of shape (statements,)
    """

    outside: Ints
    low: Ints
    high: Ints
    usable: NDArray[np.bool_]
    agreement: NDArray[np.bool_]
    disagreement: NDArray[np.bool_]

    def require(self) -> None:
        """Refuse statements of which there are too few or too many ratings for the rule.

        Raises
        ------
        InvalidValue
            Naming the first of them by its place.
        """
        wrong = np.flatnonzero(~self.usable)
        if wrong.size:
            n = self.outside.size
            expected = f"{sizes_text()} ratings of every statement for the count rule"
            raise InvalidValue(expected=expected, found=f"another number in statement {wrong[0] + 1} of {n}")


def sizes_text() -> str:
    """Say for which panels there is a count rule.

    Examples
    --------
    >>> sizes_text()
    '8 to 16'
    """
    rows = panel_sizes().sizes
    return f"{rows[0].smallest} to {rows[-1].largest}"


def has_count_rule(n: Ints) -> NDArray[np.bool_]:
    """Whether there is a count rule for so many ratings.

    Examples
    --------
    >>> has_count_rule(np.array([7, 8, 16, 17])).tolist()
    [False, True, True, False]
    """
    rows = panel_sizes().sizes
    of_rows = [(n >= row.smallest) & (n <= row.largest) for row in rows]
    return np.asarray(np.any(of_rows, axis=0), dtype=np.bool_)


def panel_count(counts: Ints, *, half_point: HalfPoint = "up") -> PanelCount:
    """Count ratings outside the region of the median, and in both extremes.

    Parameters
    ----------
    counts : int64 array of shape (statements, 9)
        At least one rating of every statement.
    half_point : {"up", "down", "uncertain"}
        The region of a median of 3.5 or 6.5; uncertain: 4-6.

    Raises
    ------
    InvalidValue
        When a statement has no rating or the counts are not of nine points.

    Examples
    --------
    >>> found = panel_count(np.array([[0, 0, 0, 1, 1, 1, 5, 5, 2]]))
    >>> found.outside.tolist(), found.agreement.tolist(), found.disagreement.tolist()
    ([3], [True], [False])
    """
    return panel_count_of(RankedCounts.of(counts), half_point=half_point)


def panel_count_of(ranked: RankedCounts, *, half_point: HalfPoint) -> PanelCount:
    """Count in ratings that are ranked already, as `panel_count` does.

    Examples
    --------
    >>> ranked = RankedCounts.of(np.array([[4, 0, 0, 0, 0, 0, 0, 0, 5]]))
    >>> panel_count_of(ranked, half_point="up").disagreement.tolist()
    [True]
    """
    regions = region_counts(ranked.counts, NINE_POINTS)
    median = region_of_median(ranked.halves, NINE_POINTS, half_point)
    within = np.choose(median + 1, (regions.low, regions.middle, regions.high))
    n = ranked.up_to[-1]
    outside = n - within
    agreement, disagreement = (np.zeros(n.shape, dtype=np.bool_) for _ in range(2))
    for row in panel_sizes().sizes:
        of_size = (n >= row.smallest) & (n <= row.largest)
        both = np.minimum(regions.low, regions.high) >= row.each_extreme_from
        agreement |= of_size & (outside <= row.outside_at_most)
        disagreement |= of_size & both
    return PanelCount(outside, regions.low, regions.high, has_count_rule(n), agreement, disagreement)
