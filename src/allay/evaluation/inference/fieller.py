"""Interval of a ratio of two estimates (Fieller), which need not be an interval at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import critical_value

__all__ = ["RatioSet", "fieller"]


@dataclass(frozen=True, slots=True)
class RatioSet:
    """Ratios that two estimates do not rule out.

    Attributes
    ----------
    ratio : float
        The ratio of the estimates.
    kind : str
        ``interval``: from `low` to `high`. ``outside``: everything up to `low` and everything from `high` on,
        where the denominator may be zero. ``everything``: no ratio is ruled out.
    low, high : float
    level : float
    """

    ratio: float
    kind: Literal["interval", "outside", "everything"]
    low: float
    high: float
    level: float

    def covers(self, value: float) -> bool:
        """Whether a ratio is not ruled out.

        Examples
        --------
        >>> RatioSet(1.0, "outside", -2.0, 0.5, 0.95).covers(0.0)
        False
        """
        if self.kind == "everything":
            return True
        inside = self.low <= value <= self.high
        return inside if self.kind == "interval" else not self.low < value < self.high


def fieller(
    numerator: float,
    denominator: float,
    *,
    variance: tuple[float, float],
    covariance: float = 0.0,
    level: float = 0.95,
    df: float | None = None,
) -> RatioSet:
    """Confidence set of numerator / denominator.

    Parameters
    ----------
    numerator, denominator : float
        Two estimates, together normal.
    variance : tuple of float
        Of the numerator and of the denominator.
    covariance : float
    level : float
    df : float, optional
        Degrees of freedom, for Student's t in place of the normal.

    Notes
    -----
    Source: Fieller EC, Some problems in interval estimation, J R Stat Soc B 1954;16:175-185. The set holds
    every r for which numerator - r * denominator is no further from zero than the critical value allows.

    Examples
    --------
    With a denominator that is known, it is the usual interval over it:

    >>> found = fieller(200.0, 100.0, variance=(100.0, 0.0))
    >>> found.kind, round(found.low, 3), round(found.high, 3)
    ('interval', 1.804, 2.196)
    >>> fieller(1.0, 0.1, variance=(1.0, 1.0)).kind
    'everything'
    """
    if denominator == 0:
        raise InvalidValue(expected="a denominator other than 0", found="0")
    top, bottom = variance
    if not (top >= 0 and bottom >= 0 and covariance**2 <= top * bottom * (1 + 1e-9)):
        raise InvalidValue(
            expected="variances of 0 or more, and a covariance they allow",
            found=f"{top:g}, {bottom:g} and {covariance:g}",
        )
    square = critical_value(level, df=df) ** 2
    # r lies in the set when a r^2 - 2 b r + c <= 0.
    a = denominator**2 - square * bottom
    b = numerator * denominator - square * covariance
    c = numerator**2 - square * top
    ratio, inside = numerator / denominator, b * b - a * c
    if a == 0 or (a < 0 and inside <= 0):
        return RatioSet(ratio, "everything", float("-inf"), float("inf"), level)
    root = float(np.sqrt(max(0.0, inside)))
    low, high = sorted(((b - root) / a, (b + root) / a))
    if a < 0:
        return RatioSet(ratio, "outside", low, high, level)
    # The ratio itself always belongs to the set; rounding would leave it out where nothing varies.
    return RatioSet(ratio, "interval", min(low, ratio), max(high, ratio), level)
