"""Medians and percentiles of counted ratings, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import PercentileRule
from allay.consensus.ratings.table import Ints

HUNDRED = 100


def cumulated(counts: Ints) -> Ints:
    """Ratings up to each point, points first.

    Parameters
    ----------
    counts : int64 array of shape (statements, points)

    Returns
    -------
    int64 array of shape (points, statements)
        The last row is the number of ratings.

    Raises
    ------
    InvalidValue
        When there are no counts of statements, one is negative, or a statement has no rating.

    Examples
    --------
    >>> cumulated(np.array([[1, 0, 2]])).ravel().tolist()
    [1, 1, 3]
    """
    given = np.asarray(counts)
    if given.ndim != 2 or not np.issubdtype(given.dtype, np.integer):
        expected = "whole counts of shape (statements, points)"
        raise InvalidValue(expected=expected, found=f"{given.dtype} of shape {given.shape}")
    if (given < 0).any():
        raise InvalidValue(expected="counts of at least 0", found=str(given.min()))
    found: Ints = np.cumsum(given.T, axis=0, dtype=np.int64)
    unrated = np.flatnonzero(found[-1] == 0) if len(found) else np.arange(len(given))
    if unrated.size:
        found_text = f"none of statement {unrated[0] + 1} of {len(given)}"
        raise InvalidValue(expected="at least one rating of every statement", found=found_text)
    return found


def order_statistic(up_to: Ints, place: Ints) -> Ints:
    """The rating at a place among the sorted ratings, both counted from 0.

    Parameters
    ----------
    up_to : int64 array of shape (points, statements)
        Of `cumulated`.
    place : int64 array of shape (statements,)

    Returns
    -------
    int64 array of shape (statements,)
        The point, 0 for the lowest.

    Examples
    --------
    >>> order_statistic(cumulated(np.array([[1, 0, 2]])), np.array([1])).tolist()
    [2]
    """
    found = np.zeros(up_to.shape[1], dtype=np.int64)
    # Point by point: four times as fast as counting along the short axis of one large comparison.
    for cumulative in up_to:
        found += cumulative <= place
    return found


def median_halves(up_to: Ints) -> Ints:
    """Twice the median, as points from 0: the two middle ratings added.

    Examples
    --------
    >>> median_halves(cumulated(np.array([[1, 1, 0]]))).tolist()
    [1]
    """
    n = up_to[-1]
    found: Ints = order_statistic(up_to, (n - 1) // 2) + order_statistic(up_to, n // 2)
    return found


def percentile_hundredths(up_to: Ints, percent: int, rule: PercentileRule) -> Ints:
    """A percentile in hundredths of a point, points from 0.

    Parameters
    ----------
    percent : int
        Above 0 and below 100.
    rule : {"linear", "nearest-rank"}
        Linear: at the place percent x (n - 1) / 100 between sorted ratings, counted from 0. Nearest rank: the
        rating of rank percent x n / 100, rounded up.

    Examples
    --------
    >>> up_to = cumulated(np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]]))
    >>> percentile_hundredths(up_to, 30, "linear"), percentile_hundredths(up_to, 30, "nearest-rank")
    (array([360]), array([200]))
    """
    n = up_to[-1]
    if rule == "nearest-rank":
        rank = -(-percent * n // HUNDRED)
        ranked: Ints = HUNDRED * order_statistic(up_to, rank - 1)
        return ranked
    below, rest = np.divmod(percent * (n - 1), HUNDRED)
    low, high = order_statistic(up_to, below), order_statistic(up_to, np.minimum(below + 1, n - 1))
    found: Ints = HUNDRED * low + rest * (high - low)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class RankedCounts:
    """Counts with their median and percentiles, each worked out once however many rules ask for it.

    Attributes
    ----------
    counts : int64 array of shape (statements, points)
    up_to : int64 array of shape (points, statements)
        Of `cumulated`.
    halves : int64 array of shape (statements,)
        Of `median_halves`.

    Examples
    --------
    >>> ranked = RankedCounts.of(np.array([[0, 0, 3, 0, 0, 0, 3, 3, 0]]))
    >>> ranked.halves, ranked.percentile(70, "linear")
    (array([12]), array([660]))
    """

    counts: Ints
    up_to: Ints
    halves: Ints
    _known: dict[tuple[int, PercentileRule], Ints] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, counts: Ints) -> RankedCounts:
        """Rank counts; what are no counts, or none of a statement, is refused as by `cumulated`."""
        up_to = cumulated(counts)
        return cls(counts, up_to, median_halves(up_to))

    def percentile(self, percent: int, rule: PercentileRule) -> Ints:
        """The array of `percentile_hundredths`."""
        if (percent, rule) not in self._known:
            self._known[percent, rule] = percentile_hundredths(self.up_to, percent, rule)
        return self._known[percent, rule]
