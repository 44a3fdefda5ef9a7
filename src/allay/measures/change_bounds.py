"""Bounds under missing values: what the change of everyone could be, whatever happened to the unmeasured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.intervals import Interval, mean_interval, wilson
from allay.measures.paired import TOLERANCE, Direction

__all__ = ["ChangeBounds", "answer_bounds", "improvement_range", "mean_bounds", "share_bounds"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChangeBounds:
    """The least and the most a figure of all patients can be.

    Attributes
    ----------
    n, missing : int
        Patients, and those of them without a baseline or a follow-up.
    low, high : float or None
        Worst and best case; equal when nothing is missing; None without patients.
    interval : Interval or None
        From the lower 95% limit of the worst case to the upper one of the best case.
    """

    n: int
    missing: int
    low: float | None
    high: float | None
    interval: Interval | None


def improvement_range(
    baseline: ArrayLike, followup: ArrayLike, *, minimum: float, maximum: float, direction: Direction
) -> tuple[Floats, Floats]:
    """The least and the greatest improvement of each patient that agrees with what was measured.

    Parameters
    ----------
    baseline, followup : float64 arrays of one shape
        Scores; NaN where missing.
    minimum, maximum : float
        The lowest and the highest possible score; a score seen beyond them widens the range.
    direction : {'higher_better', 'higher_worse'}
        What is better.

    Returns
    -------
    tuple of float64 arrays
        Worst and best improvement, positive when better; equal where both scores are there.

    Raises
    ------
    InvalidValue
        When the arrays do not match or the range does not rise.

    Examples
    --------
    >>> nan = float("nan")
    >>> worst, best = improvement_range(
    ...     [6, 6, nan], [4, nan, nan], minimum=0, maximum=10, direction="higher_worse"
    ... )
    >>> worst.tolist(), best.tolist()
    ([2.0, -4.0, -10.0], [2.0, 6.0, 10.0])
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(followup, dtype=np.float64)
    if before.ndim != 1 or before.shape != after.shape:
        raise InvalidValue(expected="two 1-D arrays of one length", found=f"{before.shape} and {after.shape}")
    if not minimum < maximum:
        raise InvalidValue(expected="a maximum above the minimum", found=f"{minimum} to {maximum}")
    seen = np.concatenate([before, after, [minimum, maximum]])
    low, high = float(np.nanmin(seen)), float(np.nanmax(seen))

    def filled(scores: Floats, value: float) -> Floats:
        return np.where(np.isnan(scores), value, scores)

    if direction == "higher_better":
        return filled(after, low) - filled(before, high), filled(after, high) - filled(before, low)
    return filled(before, low) - filled(after, high), filled(before, high) - filled(after, low)


def mean_bounds(worst: Floats, best: Floats) -> ChangeBounds:
    """Bounds on the mean improvement of all patients.

    Parameters
    ----------
    worst, best : float64 arrays
        From `improvement_range`.

    Notes
    -----
    Nothing is assumed about the missing but the range of the score. Source: Manski CF, Am Econ Rev
    1990;80:319-323.

    Examples
    --------
    >>> worst, best = np.array([2.0, 3.0, -4.0]), np.array([2.0, 3.0, 6.0])
    >>> found = mean_bounds(worst, best)
    >>> found.missing, round(found.low, 2), round(found.high, 2)
    (1, 0.33, 3.67)
    """
    n, missing = int(worst.size), int((best > worst).sum())
    if n == 0:
        return ChangeBounds(0, 0, None, None, None)
    low, high = float(worst.mean()), float(best.mean())
    interval = None
    if n > 1:
        down, up = (
            mean_interval(float(case.mean()), float(case.std(ddof=1)) / math.sqrt(n), n - 1)
            for case in (worst, best)
        )
        interval = Interval(down.low, up.high)
    return ChangeBounds(n, missing, low, high, interval)


def share_bounds(worst: Floats, best: Floats, *, points: float) -> ChangeBounds:
    """Bounds on the share of all patients who improved by at least so many points.

    Examples
    --------
    >>> worst, best = np.array([2.0, 0.5, -4.0, -6.0]), np.array([2.0, 0.5, 6.0, 0.0])
    >>> found = share_bounds(worst, best, points=1)
    >>> found.low, found.high
    (0.25, 0.5)
    """
    n, missing = int(worst.size), int((best > worst).sum())
    if n == 0:
        return ChangeBounds(0, 0, None, None, None)
    sure, possible = (int((case >= points - TOLERANCE).sum()) for case in (worst, best))
    interval = Interval(wilson(sure, n).low, wilson(possible, n).high)
    return ChangeBounds(n, missing, sure / n, possible / n, interval)


def answer_bounds(answers: Floats) -> ChangeBounds:
    """Bounds on the share of all patients for whom something holds, when for some that is not known.

    Parameters
    ----------
    answers : float64 array
        1.0, 0.0, or NaN where it is not known.

    Examples
    --------
    >>> found = answer_bounds(np.array([1.0, 0.0, 0.0, np.nan]))
    >>> found.low, found.high
    (0.25, 0.5)
    """
    n, missing = int(answers.size), int(np.isnan(answers).sum())
    if n == 0:
        return ChangeBounds(0, 0, None, None, None)
    sure = int((answers == 1).sum())
    interval = Interval(wilson(sure, n).low, wilson(sure + missing, n).high)
    return ChangeBounds(n, missing, sure / n, (sure + missing) / n, interval)
