"""Intervals for proportions, means and differences, each named after its author."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from allay.base.errors import InvalidValue

__all__ = ["Interval", "difference_of_proportions", "mean_interval", "two_sided_p", "welch", "wilson"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval at a stated confidence level.

    Parameters
    ----------
    low, high
        The limits, in the unit of the estimate.
    level
        Confidence level, between 0 and 1.

    Examples
    --------
    >>> Interval(0.1, 0.3)
    Interval(low=0.1, high=0.3, level=0.95)
    """

    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise InvalidValue(expected="a confidence level between 0 and 1", found=str(self.level))
        if self.low > self.high:
            raise InvalidValue(expected="low <= high", found=f"{self.low} > {self.high}")

    def covers(self, value: float) -> bool:
        """Whether ``value`` lies within the limits.

        Examples
        --------
        >>> Interval(-1.0, 1.0).covers(0)
        True
        """
        return self.low <= value <= self.high


def wilson(successes: float, n: float, *, level: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson 1927), without continuity correction.

    Parameters
    ----------
    successes
        Number with the property; need not be whole (an effective number is allowed).
    n
        Number looked at, above 0.
    level
        Confidence level.

    Raises
    ------
    InvalidValue
        When ``n`` is not above 0 or ``successes`` is outside 0..n.

    Notes
    -----
    Source: Wilson EB, J Am Stat Assoc 1927;22:209-212.

    Examples
    --------
    >>> found = wilson(81, 263)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    """
    if not n > 0 or not 0 <= successes <= n:
        raise InvalidValue(expected="0 <= successes <= n with n above 0", found=f"{successes} of {n}")
    z = _z(level)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and n the limit is exact; rounding would leave 1e-17 where a reader expects 0.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Interval(low, high, level)


def difference_of_proportions(
    successes_1: float, n_1: float, successes_2: float, n_2: float, *, level: float = 0.95
) -> Interval:
    """Interval of ``successes_1/n_1 - successes_2/n_2`` for independent groups (Newcombe 1998, method 10).

    Raises
    ------
    InvalidValue
        As :func:`wilson`.

    Notes
    -----
    Source: Newcombe RG, Stat Med 1998;17:873-890. It combines the two score intervals and stays inside -1..1.

    Examples
    --------
    >>> found = difference_of_proportions(56, 70, 48, 80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    first, second = wilson(successes_1, n_1, level=level), wilson(successes_2, n_2, level=level)
    p_1, p_2 = successes_1 / n_1, successes_2 / n_2
    down = math.hypot(p_1 - first.low, second.high - p_2)
    up = math.hypot(first.high - p_1, p_2 - second.low)
    return Interval(p_1 - p_2 - down, p_1 - p_2 + up, level)


def two_sided_p(t: float, df: float) -> float:
    """Two-sided p value of a t statistic.

    Examples
    --------
    >>> round(two_sided_p(-2.262157, 9), 4)
    0.05
    """
    return float(2 * stdtr(df, -abs(t)))


def mean_interval(mean: float, se: float, df: float, *, level: float = 0.95) -> Interval:
    """Interval ``mean +- t * se`` with ``df`` degrees of freedom.

    Examples
    --------
    >>> found = mean_interval(0.0, 1.0, 9)
    >>> round(found.high, 3)
    2.262
    """
    half = float(stdtrit(df, 0.5 + level / 2)) * se
    return Interval(mean - half, mean + half, level)


def welch(
    first: NDArray[np.float64], second: NDArray[np.float64], *, level: float = 0.95
) -> tuple[float, Interval] | None:
    """Difference of two means, first minus second, with Welch's interval.

    Parameters
    ----------
    first, second
        1-D arrays without NaN.

    Returns
    -------
    tuple or None
        Difference and interval; None when a group has fewer than two values or nothing varies.

    Examples
    --------
    >>> import numpy as np
    >>> difference, found = welch(np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 6, 9]))
    >>> difference, round(found.low, 3), round(found.high, 3)
    (-2.75, -7.23, 1.73)
    """
    if first.size < 2 or second.size < 2:
        return None
    v_1, v_2 = first.var(ddof=1) / first.size, second.var(ddof=1) / second.size
    if v_1 + v_2 == 0:
        return None
    df = (v_1 + v_2) ** 2 / (v_1**2 / (first.size - 1) + v_2**2 / (second.size - 1))
    difference = float(first.mean() - second.mean())
    return difference, mean_interval(difference, math.sqrt(v_1 + v_2), float(df), level=level)


def _z(level: float) -> float:
    return float(ndtri(0.5 + level / 2))
