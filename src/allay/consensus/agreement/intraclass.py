"""Intraclass correlation: one-way, two-way agreement and consistency; single ratings and means."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from allay.consensus.agreement.coefficient import LEVEL

Floats = NDArray[np.float64]
NOTHING = 1e-12
"""A mean square smaller than this share of the total is the rounding of zero."""


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """An intraclass correlation with the F test of zero and its 95% interval.

    Attributes
    ----------
    value, low, high : float
        Infinite ends where the approximation fails, far below zero.
    f, df1, df2, p : float
        Infinite F where there is no error at all.

    Examples
    --------
    >>> IntraclassCorrelation(0.5, 0.1, 0.8, 3.0, 9, 9, 0.06).value
    0.5
    """

    value: float
    low: float
    high: float
    f: float
    df1: float
    df2: float
    p: float


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of subjects, within subjects, of raters, and of what is left."""

    n: int
    k: int
    subjects: float
    within: float
    raters: float
    error: float


def intraclass(values: ArrayLike, kind: str) -> IntraclassCorrelation | None:
    """Work out an intraclass correlation as McGraw and Wong (Psychological Methods 1996;1:30) define it.

    Parameters
    ----------
    values : float64 array of shape (subjects, raters)
        Complete: at least two subjects and two raters. Time grows linearly.
    kind : {"1", "k", "A1", "Ak", "C1", "Ck"}
        One-way, agreement or consistency; of single ratings (1) or of the mean of all raters (k).

    Returns
    -------
    IntraclassCorrelation or None
        None where subjects do not differ enough for it to be defined.

    Examples
    --------
    >>> found = intraclass([[1, 2], [3, 4], [5, 6]], "C1")
    >>> found.value, round(intraclass([[1, 2], [3, 4], [5, 6]], "A1").value, 4)
    (1.0, 0.8889)
    """
    squares = _squares(np.asarray(values, dtype=np.float64))
    if squares is None:
        return None
    found = _agreement(squares) if kind[0] == "A" else _ratio(squares, one_way=kind in ("1", "k"))
    if found is None or kind in ("1", "A1", "C1"):
        return found
    value, low, high = (_of_mean(each, squares.k) for each in (found.value, found.low, found.high))
    if not math.isfinite(value):
        return None
    return IntraclassCorrelation(value, low, high, found.f, found.df1, found.df2, found.p)


def _squares(x: Floats) -> _Squares | None:
    n, k = x.shape
    # Centered first: what is left after subjects and raters is then exact where it is zero.
    x = x - x.mean()
    of_subjects, of_raters = x.mean(axis=1), x.mean(axis=0)
    total = float((x**2).sum())
    if not total > 0:
        return None
    left = x - of_subjects[:, None] - of_raters
    sums = (
        k * float((of_subjects**2).sum()),
        float(((x - of_subjects[:, None]) ** 2).sum()),
        n * float((of_raters**2).sum()),
        float((left**2).sum()),
    )
    subjects, within, raters, error = (0.0 if each <= NOTHING * total else each for each in sums)
    free = (n - 1) * (k - 1)
    return _Squares(n, k, subjects / (n - 1), within / (n * (k - 1)), raters / (k - 1), error / free)


def _test(f: float, df1: float, df2: float) -> tuple[float, float, float]:
    """Return F divided by the quantile, F times the quantile the other way round, and p."""
    upper = 0.5 + LEVEL / 2
    low = f / float(stats.f.ppf(upper, df1, df2))
    return low, f * float(stats.f.ppf(upper, df2, df1)), float(stats.f.sf(f, df1, df2))


def _ratio(s: _Squares, *, one_way: bool) -> IntraclassCorrelation | None:
    error = s.within if one_way else s.error
    if error == s.subjects == 0:
        return None
    df1, df2 = s.n - 1, (s.n if one_way else s.n - 1) * (s.k - 1)
    value = (s.subjects - error) / (s.subjects + (s.k - 1) * error)
    if error == 0:
        return IntraclassCorrelation(1.0, 1.0, 1.0, math.inf, df1, df2, 0.0)
    f = s.subjects / error
    low, high, p = _test(f, df1, df2)
    return IntraclassCorrelation(
        value, (low - 1) / (low + s.k - 1), (high - 1) / (high + s.k - 1), f, df1, df2, p
    )


def _agreement(s: _Squares) -> IntraclassCorrelation | None:
    n, k = s.n, s.k
    whole = s.subjects + (k - 1) * s.error + k / n * (s.raters - s.error)
    if whole <= NOTHING * (s.subjects + s.error + s.raters) or s.subjects == s.error == 0:
        return None
    value = (s.subjects - s.error) / whole
    free = (n - 1) * (k - 1)
    if s.error == s.raters == 0:
        return IntraclassCorrelation(1.0, 1.0, 1.0, math.inf, n - 1, free, 0.0)
    # Satterthwaite's degrees of freedom of the denominator, at the value found.
    a = k * value / (n * (1 - value)) * s.raters
    b = (1 + k * value * (n - 1) / (n * (1 - value))) * s.error
    spread = a**2 / (k - 1) + b**2 / free
    df2 = (a + b) ** 2 / spread if spread > 0 and a + b > 0 else float(free)
    f = s.subjects / s.error if s.error > 0 else math.inf
    upper = 0.5 + LEVEL / 2
    below, above = float(stats.f.ppf(upper, n - 1, df2)), float(stats.f.ppf(upper, df2, n - 1))
    rest = k * s.raters + (k * n - k - n) * s.error
    low = n * (s.subjects - below * s.error) / (below * rest + n * s.subjects)
    high = n * (above * s.subjects - s.error) / (rest + n * above * s.subjects)
    # The approximation can miss values far below zero; such an interval says nothing.
    low, high = (low, high) if low <= value <= high else (-math.inf, math.inf)
    return IntraclassCorrelation(value, low, high, f, n - 1, df2, float(stats.f.sf(f, n - 1, df2)))


def _of_mean(value: float, k: int) -> float:
    """Spearman and Brown: from single ratings to the mean of k."""
    below = 1 + (k - 1) * value
    return k * value / below if below > 0 and math.isfinite(value) else math.copysign(math.inf, value)
