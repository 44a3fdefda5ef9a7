"""Regions of the scale: how many ratings lie in each, and in which a median lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import HalfPoint
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.table import Ints

Directions = NDArray[np.int8]
"""1 high, 0 middle, -1 low."""


@dataclass(frozen=True, slots=True, eq=False)
class RegionCounts:
    """Ratings in the low region, the middle and the high region.

    Attributes
    ----------
    low, middle, high : int64 array of shape (statements,)
    """

    low: Ints
    middle: Ints
    high: Ints

    @property
    def n(self) -> Ints:
        """All ratings."""
        return self.low + self.middle + self.high


def region_counts(counts: Ints, scale: RatingScale) -> RegionCounts:
    """Count the ratings in each region.

    Parameters
    ----------
    counts : int64 array of shape (statements, points)
    scale : RatingScale

    Raises
    ------
    InvalidValue
        When the counts are not of this scale.

    Examples
    --------
    >>> from allay.consensus.protocol.scale import NINE_POINTS
    >>> region_counts(np.array([[1, 0, 0, 2, 0, 0, 3, 0, 0]]), NINE_POINTS).high.tolist()
    [3]
    """
    if counts.ndim != 2 or counts.shape[1] != scale.points:
        expected = f"counts of shape (statements, {scale.points})"
        raise InvalidValue(expected=expected, found=f"shape {counts.shape}")
    low, high = scale.low_to - scale.minimum + 1, scale.high_from - scale.minimum
    parts = (counts[:, :low], counts[:, low:high], counts[:, high:])
    return RegionCounts(*(part.sum(axis=1, dtype=np.int64) for part in parts))


def is_between(halves: Ints, scale: RatingScale) -> NDArray[np.bool_]:
    """Whether a median lies between two regions (3.5 and 6.5 on nine points).

    Parameters
    ----------
    halves : int64 array of shape (statements,)
        Twice the median, as points from 0 (`median_halves`).

    Examples
    --------
    >>> from allay.consensus.protocol.scale import NINE_POINTS
    >>> is_between((2 * (np.array([3.5, 4.5, 6.5, 7]) - 1)).astype(np.int64), NINE_POINTS).tolist()
    [True, False, True, False]
    """
    return np.asarray((halves == _low_edge(scale)) | (halves == _high_edge(scale)), dtype=np.bool_)


def region_of_median(halves: Ints, scale: RatingScale, half_point: HalfPoint) -> Directions:
    """The region of each median.

    Parameters
    ----------
    halves : int64 array of shape (statements,)
        Twice the median, as points from 0 (`median_halves`).
    half_point : {"up", "down", "uncertain"}
        What a median between two regions counts as: the higher, the lower, or the middle.

    Examples
    --------
    >>> from allay.consensus.protocol.scale import NINE_POINTS
    >>> medians = np.array([3.5, 4.0, 6.5])
    >>> halves = (2 * (medians - 1)).astype(np.int64)
    >>> [region_of_median(halves, NINE_POINTS, rule).tolist() for rule in ("up", "down", "uncertain")]
    [[0, 0, 1], [-1, 0, 0], [0, 0, 0]]
    """
    low = halves <= _low_edge(scale) - (half_point != "down")
    high = halves >= _high_edge(scale) + (half_point != "up")
    return high.astype(np.int8) - low.astype(np.int8)


def _low_edge(scale: RatingScale) -> int:
    return 2 * (scale.low_to - scale.minimum) + 1


def _high_edge(scale: RatingScale) -> int:
    return 2 * (scale.high_from - scale.minimum) - 1
