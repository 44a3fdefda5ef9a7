"""Responders four ways: the same improvement under four stated answers to what happened to the missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.followup import effective_n
from allay.measures.intervals import Interval, wilson
from allay.measures.paired import TOLERANCE, Direction

__all__ = ["ResponderFigure", "ResponderFigures", "percent_improvement", "responders"]


@dataclass(frozen=True, slots=True)
class ResponderFigure:
    """One share with what it was counted from.

    ``n`` over ``denominator`` gives ``share``; for the weighted figure both are sums of weights.
    ``share`` and ``interval`` are None when the denominator is 0.

    Examples
    --------
    >>> ResponderFigure.of(3, 12).share
    0.25
    """

    n: float
    denominator: float
    share: float | None
    interval: Interval | None

    @classmethod
    def of(cls, n: int, denominator: int) -> ResponderFigure:
        """Share of whole numbers, with Wilson's interval.

        Examples
        --------
        >>> ResponderFigure.of(0, 0).share is None
        True
        """
        if denominator == 0:
            return cls(n, denominator, None, None)
        return cls(n, denominator, n / denominator, wilson(n, denominator))


@dataclass(frozen=True, slots=True)
class ResponderFigures:
    """Responders among the followed, among all enrolled, the two bounds, and weighted for who was followed.

    - ``followed``: responders / patients with both values and a baseline above 0.
    - ``enrolled``: the same responders / everyone who could respond; the missing count as not responding.
    - ``lower, upper``: what ``enrolled`` would be if none, or all, of the missing had responded. ``lower`` is
      ``enrolled`` under its other name. ``bounds`` runs from the lower limit of the first to the upper of
      the second.
    - ``weighted``: among the followed, weighted to look like all enrolled; None without weights.
      ``unweighted`` is the plain share of those same patients, to compare it with.
    - ``worse``: among the followed, those who got worse by the same fraction.
    - ``baseline_zero``: left out of every denominator: from 0 a percent change is undefined.
    - ``missing``: baseline or follow-up not recorded; they stay in the denominator of ``enrolled`` and the
      bounds.
    """

    fraction: float
    followed: ResponderFigure
    enrolled: ResponderFigure
    lower: ResponderFigure
    upper: ResponderFigure
    bounds: Interval | None
    weighted: ResponderFigure | None
    unweighted: ResponderFigure | None
    weighted_effective_n: float | None
    worse: ResponderFigure
    baseline_zero: int
    missing: int


def percent_improvement(
    baseline: ArrayLike, followup: ArrayLike, *, direction: Direction
) -> NDArray[np.float64]:
    """Improvement as a fraction of baseline; NaN when a value is missing or the baseline is 0.

    Examples
    --------
    >>> percent_improvement([10, 5, 0], [7, 6, 0], direction="higher_worse").tolist()
    [0.3, -0.2, nan]
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(followup, dtype=np.float64)
    if before.ndim != 1 or before.shape != after.shape:
        raise InvalidValue(expected="two 1-D arrays of one length", found=f"{before.shape} and {after.shape}")
    if (before < 0).any():
        raise InvalidValue(
            expected="baselines of 0 or more (a percent of less has no meaning)", found="a baseline below 0"
        )
    gain = after - before if direction == "higher_better" else before - after
    share: NDArray[np.float64] = np.divide(gain, before, out=np.full(before.shape, np.nan), where=before > 0)
    return share


def responders(
    baseline: ArrayLike,
    followup: ArrayLike,
    *,
    fraction: float,
    direction: Direction,
    weights: ArrayLike | None = None,
) -> ResponderFigures:
    """Count who improved by at least ``fraction`` of baseline, four ways.

    Parameters
    ----------
    baseline, followup
        One entry per enrolled patient, on a scale whose zero means "none"; NaN where missing. T-scores
        have no such zero: do not pass them.
    fraction
        Smallest improvement that counts, as a fraction of baseline (0.3 = 30%).
    direction
        Whether a higher value is better or worse.
    weights
        One per enrolled patient, as :func:`allay.measures.followup.followup_model` gives; NaN = not used.

    Raises
    ------
    InvalidValue
        When the arrays do not match, a baseline is negative, or ``fraction`` is not above 0 and at most 1.

    Notes
    -----
    Intervals are Wilson's. For the weighted share the variance is the linearized (robust) one with weights
    taken as known, sum w^2 (y - share)^2 / (sum w)^2, and Wilson's formula is used with the number of
    patients that this variance corresponds to; taking estimated weights as known makes the interval, if
    anything, too wide. Bounds: Manski CF, Am Econ Rev 1990;80:319-323.

    Examples
    --------
    >>> nan = float("nan")
    >>> found = responders([10, 8, 6, 0, 7], [5, 8, nan, 0, nan], fraction=0.3, direction="higher_worse")
    >>> found.followed.n, found.followed.denominator, found.enrolled.denominator
    (1, 2, 4)
    >>> found.lower.share, found.upper.share, found.baseline_zero
    (0.25, 0.75, 1)
    """
    if not 0 < fraction <= 1:
        raise InvalidValue(expected="a fraction above 0 and at most 1", found=str(fraction))
    gain = percent_improvement(baseline, followup, direction=direction)
    zero = np.asarray(baseline, dtype=np.float64) == 0
    known = ~np.isnan(gain)
    responded = gain >= fraction - TOLERANCE
    n, n_known, n_zero = int(responded.sum()), int(known.sum()), int(zero.sum())
    missing = int(gain.size) - n_known - n_zero
    enrolled, upper = (
        ResponderFigure.of(n, n_known + missing),
        ResponderFigure.of(n + missing, n_known + missing),
    )
    bounds = None
    if enrolled.interval and upper.interval:
        bounds = Interval(enrolled.interval.low, upper.interval.high)
    weighted, plain, kish = (None, None, None) if weights is None else _weighted(responded, known, weights)
    return ResponderFigures(
        fraction=fraction,
        followed=ResponderFigure.of(n, n_known),
        enrolled=enrolled,
        lower=enrolled,
        upper=upper,
        bounds=bounds,
        weighted=weighted,
        unweighted=plain,
        weighted_effective_n=kish,
        worse=ResponderFigure.of(int((gain <= -fraction + TOLERANCE).sum()), n_known),
        baseline_zero=n_zero,
        missing=missing,
    )


def _weighted(
    responded: NDArray[np.bool_], known: NDArray[np.bool_], weights: ArrayLike
) -> tuple[ResponderFigure | None, ResponderFigure | None, float | None]:
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != known.shape:
        raise InvalidValue(expected=f"{known.shape[0]} weights", found=str(given.shape))
    if (given <= 0).any():
        raise InvalidValue(
            expected="weights above 0, or NaN for patients without one", found="a weight of 0 or less"
        )
    used = known & ~np.isnan(given)
    if not used.any():
        return None, None, None
    w, y = given[used], responded[used].astype(np.float64)
    total = float(w.sum())
    share = min(1.0, float((w * y).sum()) / total)
    variance = float((w**2 * (y - share) ** 2).sum()) / total**2
    kish = effective_n(w)
    n = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else kish
    plain = ResponderFigure.of(int(y.sum()), int(y.size))
    return ResponderFigure(share * total, total, share, wilson(share * n, n)), plain, kish
