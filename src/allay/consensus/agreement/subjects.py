"""Rated subjects: the form in which every kind of input meets the coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_CATEGORIES = 1000
"""More different ratings than any scale has; a table of weights has the square of it."""
NOT_RATED = -1
Origin = Literal["ratings", "counts", "table"]


@dataclass(frozen=True, eq=False)
class RatedSubjects:
    """Subjects, how often each category was given to each, and by whom where that is known.

    Subjects and raters without any rating are not in it.

    Attributes
    ----------
    positions : float64 array of shape (categories,)
        The points of the scale, rising; 1, 2, ... for labels.
    labels : tuple of str
        Names of the categories.
    counts : float64 array of shape (subjects, categories)
    times : float64 array of shape (subjects,)
        How many subjects the row stands for: cells of a table of two raters stand for many.
    codes : int64 array of shape (subjects, raters), optional
        The category (from 0) that a rater gave, -1 for none. None when only counts are known.
    origin : {"ratings", "counts", "table"}
        What it was made from. Gwet's variances of tables of two raters divide by n, others by n - 1.

    Examples
    --------
    >>> found = RatedSubjects.from_ratings([[1, 2], [2, 2], [3, np.nan]])
    >>> found.positions.tolist(), found.counts.tolist(), found.n
    ([1.0, 2.0, 3.0], [[1.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]], 3)
    """

    positions: Floats
    labels: tuple[str, ...]
    counts: Floats
    times: Floats
    codes: Ints | None = None
    origin: Origin = "ratings"

    @classmethod
    def from_ratings(
        cls, values: ArrayLike, *, categories: Sequence[float] | None = None, labels: Sequence[str] = ()
    ) -> RatedSubjects:
        """Count ratings.

        Parameters
        ----------
        values : float64 array of shape (subjects, raters)
            NaN where a rater did not rate a subject.
        categories : sequence of float, optional
            The points of the scale; by default the ratings that occur. Which categories there are matters to
            Brennan-Prediger, Gwet's coefficients and weights.
        labels : sequence of str, optional
            Names of the categories, for ratings that are places of labels.

        Raises
        ------
        InvalidValue
            Ratings that are not among the categories, or too many different ones. Time and memory grow with
            subjects x (raters + categories).

        Examples
        --------
        >>> RatedSubjects.from_ratings([[1, 3]], categories=[1, 2, 3]).counts.tolist()
        [[1.0, 0.0, 1.0]]
        """
        ratings = np.asarray(values, dtype=np.float64)
        if ratings.ndim != 2:
            raise InvalidValue(expected="ratings by subject and rater", found=f"{ratings.ndim} dimension(s)")
        given = ~np.isnan(ratings)
        ratings = ratings[given.any(axis=1)][:, given.any(axis=0)]
        given = ~np.isnan(ratings)
        points = _points(ratings[given], categories)
        codes = np.searchsorted(points, np.where(given, ratings, points[0] if len(points) else 0))
        codes[~given] = NOT_RATED
        n, q = len(ratings), len(points)
        flat = (np.arange(n)[:, None] * q + codes)[given]
        counts = np.bincount(flat, minlength=n * q).reshape(n, q).astype(np.float64)
        names = tuple(labels) or tuple(f"{point:g}" for point in points)
        return cls(points, names, counts, np.ones(n), codes.astype(np.int64))

    @classmethod
    def from_counts(cls, counts: ArrayLike, *, labels: Sequence[str] = ()) -> RatedSubjects:
        """Take a distribution of raters by subject and category.

        Parameters
        ----------
        counts : int array of shape (subjects, categories)
            How many raters put the subject into the category; categories in the order of the scale.
        labels : sequence of str, optional

        Examples
        --------
        >>> RatedSubjects.from_counts([[6, 0], [3, 3], [0, 0]]).n
        2
        """
        found = _whole(counts, what="counts by subject and category")
        found = found[found.sum(axis=1) > 0]
        names = _names(labels, found.shape[1])
        return cls(_places(found.shape[1]), names, found, np.ones(len(found)), origin="counts")

    @classmethod
    def from_table(cls, table: ArrayLike, *, labels: Sequence[str] = ()) -> RatedSubjects:
        """Take a square table of two raters: subjects that the first put into a row, the second in a column.

        Parameters
        ----------
        table : int array of shape (categories, categories)
            Categories in the order of the scale.
        labels : sequence of str, optional

        Examples
        --------
        >>> found = RatedSubjects.from_table([[13, 0], [1, 20]])
        >>> found.n, found.codes.tolist(), found.times.tolist()
        (34, [[0, 0], [1, 0], [1, 1]], [13.0, 1.0, 20.0])
        """
        cells = _whole(table, what="a table of two raters")
        q = cells.shape[1]
        if cells.shape[0] != q:
            raise InvalidValue(expected="as many rows as columns", found=f"{cells.shape[0]} and {q}")
        codes = np.argwhere(cells > 0).astype(np.int64)
        each = np.eye(q)
        counts = each[codes[:, 0]] + each[codes[:, 1]]
        return cls(_places(q), _names(labels, q), counts, cells[cells > 0], codes, origin="table")

    @property
    def n(self) -> int:
        """How many subjects somebody rated."""
        return int(self.times.sum())

    @cached_property
    def ratings(self) -> Floats:
        """Ratings of each subject, shape (subjects,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64)

    @property
    def raters(self) -> int:
        """How many raters there are; of counts, the most that rated a subject."""
        if self.codes is not None:
            return int(self.codes.shape[1])
        return int(self.ratings.max(initial=0))

    @property
    def table(self) -> bool:
        """Whether it comes from a table of two raters."""
        return self.origin == "table"

    @property
    def complete(self) -> bool:
        """Whether every subject was rated equally often."""
        return bool((self.ratings == self.ratings[:1]).all())

    @property
    def pairs(self) -> NDArray[np.bool_]:
        """Where a subject was rated at least twice."""
        return self.ratings >= 2


def _points(given: Floats, categories: Sequence[float] | None) -> Floats:
    used = np.unique(given)
    points = used if categories is None else np.unique(np.asarray(categories, dtype=np.float64))
    if len(points) > MOST_CATEGORIES:
        expected = f"at most {MOST_CATEGORIES:,} different ratings"
        raise InvalidValue(expected=expected, found=f"{len(points):,}")
    if not np.isfinite(points).all():
        raise InvalidValue(expected="ratings that are finite numbers", found="one that is not")
    odd = np.setdiff1d(used, points)
    if len(odd):
        raise InvalidValue(expected="ratings that are among the categories", found=f"{odd[0]:g}")
    return np.asarray(points, dtype=np.float64)


def _whole(values: ArrayLike, *, what: str) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 2 or found.shape[1] == 0:
        raise InvalidValue(expected=what, found=f"the shape {found.shape}")
    if found.shape[1] > MOST_CATEGORIES:
        raise InvalidValue(expected=f"at most {MOST_CATEGORIES:,} categories", found=f"{found.shape[1]:,}")
    if not (np.isfinite(found).all() and (found >= 0).all() and (found == np.floor(found)).all()):
        raise InvalidValue(expected=f"{what} as whole numbers of zero or more", found="something else")
    return found


def _places(q: int) -> Floats:
    return np.arange(1, q + 1, dtype=np.float64)


def _names(labels: Sequence[str], q: int) -> tuple[str, ...]:
    if labels and len(labels) != q:
        raise InvalidValue(expected=f"{q} labels", found=str(len(labels)))
    return tuple(labels) or tuple(str(place + 1) for place in range(q))
