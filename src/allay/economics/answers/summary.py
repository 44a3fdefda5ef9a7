"""What a number comes to over draws: mean, median and the middle 95%."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]
Months = NDArray[np.int64]

NEVER = -1
"""The month of what does not come about within the horizon."""

INTERVAL = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class Summary:
    """A number over draws.

    Attributes
    ----------
    mean, median, low, high : float or None
        Of the draws in which there is such a number; `low` and `high` are the quantiles of 2.5% and 97.5%.
        None where there is none in any draw.
    defined : float
        Share of the draws in which there is one.
    """

    mean: float | None
    median: float | None
    low: float | None
    high: float | None
    defined: float


def summarize(values: Array) -> Summary:
    """Summarize a number of each draw; NaN says that a draw has none.

    Parameters
    ----------
    values : array [draw]

    Examples
    --------
    >>> summarize(np.array([1.0, 2.0, 3.0, np.nan]))
    Summary(mean=2.0, median=2.0, low=1.05, high=2.95, defined=0.75)
    """
    if values.ndim != 1 or not values.size:
        raise InvalidValue(expected="a number for each draw", found=f"the shape {values.shape}")
    known = values[~np.isnan(values)]
    if not known.size:
        return Summary(None, None, None, None, 0.0)
    low, middle, high = np.quantile(known, INTERVAL).tolist()
    return Summary(float(known.mean()), middle, low, high, known.size / values.size)


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """A month over draws.

    Attributes
    ----------
    median, low, high : int or None
        Months that draws really have (no interpolation), over all draws; None where the draw at that place
        does not get there within the horizon.
    mean : float or None
        Of the draws that get there: read it beside `reached`.
    reached : float
        Share of the draws that get there within the horizon.
    by_month : tuple of float
        Share of the draws that are there by month 0, 1, 2 and so on: the probability of having broken even.
    """

    median: int | None
    low: int | None
    high: int | None
    mean: float | None
    reached: float
    by_month: tuple[float, ...]


def summarize_months(months: Months, *, horizon: int) -> MonthSummary:
    """Summarize a month of each draw; `NEVER` says that a draw does not get there.

    Parameters
    ----------
    months : int64 array [draw]
    horizon : int
        Last month.

    Examples
    --------
    >>> found = summarize_months(np.array([1, 2, 2, NEVER]), horizon=3)
    >>> found.median, found.high, found.reached, found.by_month
    (2, None, 0.75, (0.0, 0.25, 0.75, 0.75))
    """
    if months.ndim != 1 or not months.size or months.max() > horizon or months.min() < NEVER:
        raise InvalidValue(expected=f"a month for each draw up to {horizon}", found=f"{months.shape}")
    there = months != NEVER
    late = np.where(there, months, horizon + 1)
    low, middle, high = np.quantile(late, INTERVAL, method="inverted_cdf").tolist()
    counts = np.bincount(late, minlength=horizon + 2)[: horizon + 1]
    return MonthSummary(
        median=_or_none(middle, horizon),
        low=_or_none(low, horizon),
        high=_or_none(high, horizon),
        mean=float(months[there].mean()) if there.any() else None,
        reached=float(there.mean()),
        by_month=tuple((np.cumsum(counts) / months.size).tolist()),
    )


def _or_none(month: float, horizon: int) -> int | None:
    return None if month > horizon else int(month)
