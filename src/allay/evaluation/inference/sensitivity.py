"""How far trends may differ before an effect is gone: robust intervals under violations of parallel trends.

The difference in trends before the start can be seen; what it would have been afterwards cannot. Two limits
on it are offered, after Rambachan A, Roth J, A more credible approach to parallel trends, Rev Econ Stud
2023;90:2555-2591:

*relative magnitudes*: from month to month the difference in trends changes, after the reference, by at most
Mbar times the largest such change before it;

*smoothness*: its slope changes, from one month to the next, by at most M. M = 0 is a straight line.

Both constructions take the estimates as normal with a known covariance. They are not those of the authors'
package for relative magnitudes (a test conditional on the binding inequalities, and its hybrid): see
`relative_magnitudes`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, critical_value
from allay.evaluation.inference.event_study import EventStudy
from allay.evaluation.inference.fixed_length import fixed_length

__all__ = ["RobustInterval", "Sensitivity", "relative_magnitudes", "smoothness"]

Restriction = Literal["relative_magnitudes", "smoothness"]
# The breakdown value is given to a thousandth of itself: far finer than anybody can argue for a bound.
_CLOSE = 1e-3
# A bound that doubles this often is beyond any violation that could be meant.
_DOUBLINGS = 60


@dataclass(frozen=True, slots=True)
class RobustInterval:
    """Confidence interval that holds for every violation within a bound.

    Attributes
    ----------
    bound : float
        Mbar, or M.
    low, high : float
        Interval of the effect.
    set_low, set_high : float
        The effects that the violations within the bound leave possible at the estimates themselves, as if
        they had no error (identified set). NaN where the estimates before the start already break the bound.
    """

    bound: float
    low: float
    high: float
    set_low: float
    set_high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether no effect is ruled out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Robust intervals over a range of bounds, and the bound at which the effect breaks down.

    Attributes
    ----------
    restriction : str
    construction : str
        How the intervals were made, in words for a report.
    estimate, se : float
        The effect under parallel trends.
    level : float
    intervals : tuple of RobustInterval
    breakdown : float or None
        The largest bound up to which zero stays outside the interval; None when zero is inside even at 0.
    """

    restriction: Restriction
    construction: str
    estimate: float
    se: float
    level: float
    intervals: tuple[RobustInterval, ...]
    breakdown: float | None


def relative_magnitudes(
    study: EventStudy,
    *,
    bounds: Sequence[float] = (0.0, 0.5, 1.0, 1.5, 2.0),
    target: ArrayLike | None = None,
    level: float = 0.95,
) -> Sensitivity:
    """Robust intervals where violations are at most Mbar times the largest one before the start.

    With x(s) the change of the coefficients into month s before the reference, and L(t) the sum of the
    target's weights from month t on, the identified set is the estimate -+ Mbar * sum |L(t)| * max |x(s)|.
    For each month s and each sign the ends are linear in the coefficients, so they have normal intervals; the
    result is the union of these over s and sign. The month and sign of the true largest change are among
    them, so the union covers at least at its level, whatever that month is. It is conservative: wider than
    needed where several months before the start have changes of about the same size, and two-sided where one
    side would do.

    Parameters
    ----------
    study : EventStudy
        With one reference period (universal base).
    bounds : sequence of float
        Values of Mbar, 0 or more.
    target : array [month after the reference], optional
        Weights of the effects; their mean by default.
    level : float

    Examples
    --------
    >>> from allay.evaluation.inference.event_study import event_study
    >>> study = event_study([-2, 0], [0.1, 1.0], np.diag([0.01, 0.01]))
    >>> found = relative_magnitudes(study, bounds=[0, 1])
    >>> [(round(each.low, 3), round(each.high, 3), each.set_low) for each in found.intervals]
    [(0.804, 1.196, 1.0), (0.623, 1.377, 0.9)]
    >>> round(found.breakdown, 2)
    3.28
    """
    weights, z = study.combine(target), critical_value(level)
    effect = np.zeros(len(study.event))
    effect[study.post] = weights
    estimate = float(effect @ study.estimate)
    changes = _changes_before(study)
    most = float(np.abs(np.cumsum(weights[::-1])).sum())
    largest = float(np.abs(changes @ study.estimate).max())

    def at(bound: float) -> RobustInterval:
        _check_bound(bound)
        ends = effect + np.concatenate([changes, -changes]) * (bound * most)
        middle = ends @ study.estimate
        half = z * np.sqrt(np.einsum("ij,jk,ik->i", ends, study.covariance, ends))
        room = bound * most * largest
        return RobustInterval(
            bound,
            float((middle - half).min()),
            float((middle + half).max()),
            estimate - room,
            estimate + room,
        )

    return Sensitivity(
        "relative_magnitudes",
        "union of normal intervals over month and sign of the largest change before the start; conservative",
        estimate,
        float(np.sqrt(effect @ study.covariance @ effect)),
        level,
        tuple(at(bound) for bound in bounds),
        _breakdown(at, start=1.0),
    )


def smoothness(
    study: EventStudy, *, bounds: Sequence[float], target: ArrayLike | None = None, level: float = 0.95
) -> Sensitivity:
    """Robust intervals where the slope of the difference in trends changes by at most M a month.

    They are fixed-length intervals (Armstrong TB, Kolesar M, Optimal inference in a class of regression
    models, Econometrica 2018;86:655-683; section 3 of Rambachan and Roth): an affine estimator whose weights
    on the coefficients before the start make the interval shortest, given its largest bias. Whatever weights
    the search ends with, the interval covers at its level; only its length depends on the search.

    Parameters
    ----------
    study : EventStudy
        With one reference period (universal base).
    bounds : sequence of float
        Values of M, 0 or more, in the unit of the outcome.
    target, level
        As in `relative_magnitudes`.

    Examples
    --------
    One month before and one after: the line through the past is drawn on, and may bend by M.

    >>> from allay.evaluation.inference.event_study import event_study
    >>> study = event_study([-2, 0], [0.1, 1.0], np.diag([0.01, 0.01]))
    >>> found = smoothness(study, bounds=[0, 0.1]).intervals
    >>> [(round(each.low, 3), round(each.high, 3), round(each.set_low, 3)) for each in found]
    [(0.823, 1.377, 1.1), (0.766, 1.434, 1.0)]
    """
    weights = study.combine(target)
    effect = np.zeros(len(study.event))
    effect[study.post] = weights
    se = float(np.sqrt(effect @ study.covariance @ effect))

    def at(bound: float) -> RobustInterval:
        _check_bound(bound)
        found = fixed_length(study, weights, bound=bound, level=level)
        low, high = _smooth_set(study, weights, bound)
        return RobustInterval(bound, found.estimate - found.half, found.estimate + found.half, low, high)

    return Sensitivity(
        "smoothness",
        "fixed-length interval around the affine estimator of least length (Armstrong and Kolesar)",
        float(effect @ study.estimate),
        se,
        level,
        tuple(at(bound) for bound in bounds),
        _breakdown(at, start=se if se > 0 else 1.0),
    )


def _changes_before(study: EventStudy) -> Floats:
    """Rows that give the change of the coefficients into each month up to the reference."""
    rows = np.zeros((len(study.pre), len(study.event)))
    for row, place in enumerate(study.pre):
        rows[row, place] = -1.0
        if row:
            rows[row, study.pre[row - 1]] = 1.0
    return rows


def _smooth_set(study: EventStudy, weights: Floats, bound: float) -> tuple[float, float]:
    """Ends of the identified set under smoothness: the last slope drawn on, bent by `bound` a month."""
    before = np.append(0.0, study.estimate[study.pre])
    if (np.abs(np.diff(before, 2)) > bound).any():
        return float("nan"), float("nan")
    ahead = np.arange(1, len(weights) + 1)
    middle = float(weights @ (study.estimate[study.post] - ahead * -before[1]))
    bends = np.clip(ahead[None, :] - np.arange(len(weights))[:, None], 0, None) @ weights
    room = bound * float(np.abs(bends).sum())
    return middle - room, middle + room


def _breakdown(at: Callable[[float], RobustInterval], *, start: float) -> float | None:
    """Find the first bound, from 0 up, at which the interval reaches zero."""

    def away(bound: float) -> float:
        found = at(bound)
        return max(found.low, -found.high)

    if away(0.0) <= 0:
        return None
    low, high = 0.0, start
    for _ in range(_DOUBLINGS):
        if away(high) <= 0:
            return float(brentq(away, low, high, xtol=_CLOSE * high, rtol=_CLOSE))
        low, high = high, 2 * high
    return float("inf")


def _check_bound(bound: float) -> None:
    if not 0 <= bound < float("inf"):
        raise InvalidValue(expected="a bound of 0 or more", found=f"{bound:g}")
