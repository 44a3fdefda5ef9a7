"""A program without a comparison group: an interrupted time series, and what it cannot claim."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.series.interrupted import InterruptedSeries, interrupted_series
from allay.evaluation.study.cohort import StudyCohort
from allay.evaluation.study.contrast import Span
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.result import SeriesRecord
from allay.evaluation.study.words import outcome_name

Floats = NDArray[np.float64]
CANNOT = (
    "a change against the trend before is not an effect: people start at a peak and fall back by themselves, "
    "and whatever else changed in those months is in it too"
)
LAGS = 3
"""Months over which errors of costs may hang together (Newey and West)."""


def aligned(values: Floats, cohort: StudyCohort, span: Span) -> tuple[NDArray[np.int64], Floats]:
    """Return months since the start, those left out not among them, and starters' values in them.

    Returns
    -------
    months : int64 array [month]
    values : float64 array [starter, month]
    """
    rows = np.flatnonzero(cohort.treated)
    months = np.concatenate(
        [
            np.arange(-span.anticipation - span.baseline, -span.anticipation),
            np.arange(span.follow_up),
        ]
    )
    return months, np.asarray(values[rows[:, None], cohort.start[rows][:, None] + months])


def series_record(cohort: StudyCohort, outcome: StudyOutcome, *, span: Span, alpha: float) -> SeriesRecord:
    """Fit the series of an outcome around the start.

    Parameters
    ----------
    cohort : StudyCohort
        Without comparison members.
    outcome : StudyOutcome
    span : Span
    alpha : float

    Raises
    ------
    InvalidValue
        A series that cannot be fitted, such as one of zeros.
    """
    months, values = aligned(cohort.outcome(outcome), cohort, span)
    starters = len(values)
    if not values.any():
        raise InvalidValue(expected=f"starters with any {outcome_name(outcome)}", found="none")
    level = 1 - alpha
    if outcome.is_cost:
        found = interrupted_series(
            months, values.mean(axis=0), start=0, model="gaussian", lags=LAGS, level=level
        )
        step, scale = found.term("step"), 1.0
        ends = step.estimate, step.low, step.high
    else:
        people = np.full(len(months), float(starters))
        found = interrupted_series(months, values.sum(axis=0), start=0, population=people, level=level)
        step, scale = found.term("step"), float(starters)
        ends = step.ratio
    after = float(span.follow_up) * scale
    return SeriesRecord(
        outcome=outcome.id,
        name=outcome_name(outcome),
        unit=outcome.unit,
        model=str(found.model),
        months=tuple(months.tolist()),
        means=tuple(values.mean(axis=0).tolist()),
        expected=tuple((found.expected / scale).tolist()),
        step=ends[0],
        step_low=ends[1],
        step_high=ends[2],
        p=step.p,
        total=found.total.difference / after,
        total_low=found.total.low / after,
        total_high=found.total.high / after,
        autocorrelation=_autocorrelation(found),
        starters=starters,
        words=f"{outcome_name(outcome)} of {starters:,} starters around the start: {CANNOT}",
    )


def _autocorrelation(found: InterruptedSeries) -> float | None:
    apart = found.residuals - found.residuals.mean()
    total = float(apart @ apart)
    return float(apart[1:] @ apart[:-1]) / total if total > 0 else None
