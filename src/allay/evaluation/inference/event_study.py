"""Event-study coefficients: effects by month around the start, with their covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, Ints, covariance_matrix, numbers

__all__ = ["EventStudy", "event_study"]


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Coefficients before and after a reference period, against which all are measured.

    They must have one reference (the universal base): with a base that varies, a coefficient before the start
    is a change from month to month, and the bounds here would mean something else.

    Attributes
    ----------
    event : int array [period]
        Months since the start, rising, the reference left out; no month between is missing.
    estimate : float array [period]
    covariance : float array [period, period]
    reference : int
        The month against which all are measured: the last one before any effect can be.
    """

    event: Ints
    estimate: Floats
    covariance: Floats
    reference: int

    def __post_init__(self) -> None:
        whole = np.sort(np.append(self.event, self.reference))
        if (np.diff(self.event) <= 0).any() or (np.diff(whole) != 1).any():
            shown = ", ".join(str(int(event)) for event in self.event)
            raise InvalidValue(
                expected=f"months that rise without a gap around the reference {self.reference}", found=shown
            )
        if not self.event.size or not self.event[0] < self.reference < self.event[-1]:
            raise InvalidValue(
                expected="at least one month before the reference and one after it",
                found=f"{self.pre.size} before and {self.post.size} after",
            )
        numbers(self.estimate, what="coefficients", size=len(self.event))
        covariance_matrix(self.covariance, size=len(self.event))

    @property
    def pre(self) -> Ints:
        """Places of the coefficients before the reference, the nearest to it first."""
        return np.flatnonzero(self.event < self.reference)[::-1].astype(np.int64)

    @property
    def post(self) -> Ints:
        """Places of the coefficients after the reference."""
        return np.flatnonzero(self.event > self.reference).astype(np.int64)

    def average(self) -> Floats:
        """Weights of the mean effect over all months after the start (those of the reference and later)."""
        return np.full(len(self.post), 1 / len(self.post))

    def combine(self, target: ArrayLike | None) -> Floats:
        """Weights over the months after the reference: as given, or of their mean."""
        return (
            self.average()
            if target is None
            else numbers(target, what="weights of effects", size=len(self.post))
        )


def event_study(
    event: ArrayLike, estimate: ArrayLike, covariance: ArrayLike, *, reference: int = -1
) -> EventStudy:
    """Take coefficients in any order; a row of the reference itself (an effect of zero) is left out.

    Parameters
    ----------
    event : array [period] of int
        Months since the start.
    estimate : array [period]
    covariance : array [period, period]
        The row of the reference may hold NaN.
    reference : int

    Examples
    --------
    >>> study = event_study([-2, -1, 0], [0.1, 0.0, 0.5], np.eye(3))
    >>> study.event.tolist(), study.estimate.tolist()
    ([-2, 0], [0.1, 0.5])
    """
    months = np.asarray(event, dtype=np.int64)
    kept = np.argsort(months, kind="stable")
    kept = kept[months[kept] != reference]
    values, matrix = np.asarray(estimate, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if values.shape != months.shape or matrix.shape != months.shape * 2:
        raise InvalidValue(
            expected=f"{len(months)} coefficients with their covariance",
            found=f"shapes {values.shape} and {matrix.shape}",
        )
    return EventStudy(months[kept], values[kept], matrix[np.ix_(kept, kept)], reference)
