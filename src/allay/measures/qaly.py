"""Quality-adjusted life years: the area under the utilities of one patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue

__all__ = ["DAYS_PER_YEAR", "qaly_area", "years_between"]

# The mean length of a year in the Julian calendar, the usual divisor from days to years.
DAYS_PER_YEAR = 365.25


def years_between(dates: Sequence[dt.date]) -> list[float]:
    """Years from the first of the dates to each of them.

    Examples
    --------
    >>> years_between([dt.date(2025, 1, 1), dt.date(2029, 1, 1)])
    [0.0, 4.0]
    """
    return [(date - dates[0]).days / DAYS_PER_YEAR for date in dates]


def qaly_area(years: ArrayLike, utilities: ArrayLike) -> float:
    """Area under the line through the utilities, from the first measurement to the last.

    Parameters
    ----------
    years
        When each utility was measured, in years from any day; rising, two at least.
    utilities
        1 is full health, 0 as bad as being dead; below 0 is worse. No NaN.

    Returns
    -------
    float
        Quality-adjusted life years, by the trapezoid rule. Nothing is assumed before the first or after the
        last measurement, so two patients are comparable only over the same time.

    Raises
    ------
    InvalidValue
        Fewer than two measurements, years that do not rise, values that are no numbers, a utility above 1.

    Examples
    --------
    >>> qaly_area([0, 0.5, 1], [0.4, 0.6, 0.6])
    0.55
    """
    when, values = np.asarray(years, dtype=np.float64), np.asarray(utilities, dtype=np.float64)
    if when.ndim != 1 or when.shape != values.shape:
        raise InvalidValue(expected="two 1-D arrays of one length", found=f"{when.shape} and {values.shape}")
    if when.size < 2:
        raise InvalidValue(expected="two measurements or more", found=str(when.size))
    if not (np.isfinite(when).all() and np.isfinite(values).all()):
        raise InvalidValue(expected="years and utilities that are numbers", found="others")
    if (np.diff(when) <= 0).any():
        raise InvalidValue(expected="years that rise", found="others")
    if (values > 1).any():
        raise InvalidValue(expected="utilities of at most 1", found=f"{values.max():g}")
    return float((np.diff(when) * (values[1:] + values[:-1])).sum() / 2)
