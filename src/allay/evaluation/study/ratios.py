"""Rate ratios of a study: the main contrast with trends taken to be parallel in percent, not in amounts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.inference.rate_ratio import RateRatio, RateRatios, rate_ratios, split_ratio
from allay.evaluation.study.contrast import MonthSums, Span
from allay.evaluation.study.memberwindows import MemberWindows, member_windows
from allay.evaluation.study.ratioresult import RatioRecord, RatioRow

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
BEFORE, AFTER = 1, 2
"""The two periods."""

ASSUMED = (
    "the same months, with trends taken to be parallel in percent: had the program done nothing, starters "
    "would have changed by the percentage by which comparison members did; the main estimate takes the "
    "change in amounts to be the same"
)


def ratio_record(
    values: Floats,
    start: Integers,
    weights: Floats,
    *,
    span: Span,
    alpha: float,
    cost: bool = False,
    notyet: bool = False,
) -> RatioRecord:
    """Estimate the rate ratio of an outcome by Poisson pseudo-likelihood on each member's two windows.

    With two periods this is the ratio of ratios of the four means that the result shows. Only means have to
    multiply; nothing has to be Poisson. Costs are split in two parts too.

    Parameters
    ----------
    values : float64 array [member, month]
    start : int64 array [member]
    weights : float64 array [member]
    span : Span
    alpha : float
    cost : bool
        Whether to split the ratio into whether there is any in a month and how much there is then.
    notyet : bool
        Whether the main contrast compares with later starters too, which is said: here they are starters.

    Examples
    --------
    >>> use = np.array([[6.0, 6, 3], [2, 2, 3], [4, 4, 3], [6, 6, 6]])
    >>> start = np.array([2, 2, -1, -1])
    >>> found = ratio_record(use, start, np.ones(4), span=Span(2, 0, 1), alpha=0.05)
    >>> round(found.total.ratio, 6) == round((3 / 4) / (4.5 / 5), 6)
    True
    """
    try:
        windows = member_windows(MonthSums(values), start, weights, span=span)
        whole = _estimated(windows, alpha)
        parts = None
        if cost:
            some = np.where(np.isfinite(values), (values > 0).astype(np.float64), np.nan)
            share = _estimated(member_windows(MonthSums(some), start, weights, span=span), alpha)
            parts = split_ratio(whole, share, level=1 - alpha)
    except (InvalidValue, np.linalg.LinAlgError) as error:
        return RatioRecord(total=None, words=f"no rate ratio: {error}")
    return RatioRecord(
        total=_row(whole.overall),
        any_use=None if parts is None else _row(parts.any_use),
        amount=None if parts is None else _row(parts.amount),
        starters=int(windows.treated.sum()),
        comparison=int((~windows.treated).sum()),
        words=ASSUMED + ("; later starters are no comparison here" if notyet else ""),
    )


def _estimated(windows: MemberWindows, alpha: float) -> RateRatios:
    cohort = np.where(windows.treated, AFTER, 0)
    return rate_ratios(windows.pairs, [BEFORE, AFTER], cohort, weights=windows.weights, level=1 - alpha)


def _row(found: RateRatio) -> RatioRow:
    return RatioRow(ratio=found.ratio, low=found.interval.low, high=found.interval.high, log_se=found.log_se)
