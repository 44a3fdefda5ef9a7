"""Change between two time points within the same patients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.measures.intervals import Interval, mean_interval, two_sided_p
from allay.measures.signed_rank import signed_rank

__all__ = ["Direction", "PairedChange", "complete_pairs", "paired_change"]

Direction = Literal["higher_better", "higher_worse"]

# The comparison `change >= points` must not fail for a change of exactly that size after binary rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Change of everyone measured at both time points; change is follow-up minus baseline.

    A statistic is None where it is undefined: no pair, one pair, or no variation.

    - ``t, df, p, ci95``: one-sample t test of the mean change against 0.
    - ``wilcoxon_v, wilcoxon_p``: signed-rank test, normal approximation.
    - ``dz``: mean change / SD of change; ``srm`` is the same number under its other name.
    - ``es``: mean change / SD at baseline, of the same patients.
    - ``improved, worsened``: patients whose change is at least ``points`` in that direction.

    Examples
    --------
    >>> paired_change([5, 6, 7], [4, 4, 7], direction="higher_worse").mean_change
    -1.0
    """

    n_paired: int
    mean_baseline: float | None
    mean_followup: float | None
    mean_change: float | None
    sd_change: float | None
    t: float | None
    df: int | None
    p: float | None
    ci95: Interval | None
    wilcoxon_v: float | None
    wilcoxon_p: float | None
    dz: float | None
    srm: float | None
    es: float | None
    points: float | None
    improved: int | None
    worsened: int | None


def complete_pairs(
    baseline: ArrayLike, followup: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Keep the patients with both values.

    Returns
    -------
    tuple
        Baseline and follow-up of complete pairs, and the mask of who was kept (length of the input).

    Raises
    ------
    InvalidValue
        When the two arrays are not 1-D and of one length.

    Examples
    --------
    >>> before, after, kept = complete_pairs([1.0, 2.0], [float("nan"), 3.0])
    >>> before.tolist(), after.tolist(), kept.tolist()
    ([2.0], [3.0], [False, True])
    """
    before, after = np.asarray(baseline, dtype=np.float64), np.asarray(followup, dtype=np.float64)
    if before.ndim != 1 or before.shape != after.shape:
        raise InvalidValue(expected="two 1-D arrays of one length", found=f"{before.shape} and {after.shape}")
    kept = ~(np.isnan(before) | np.isnan(after))
    return before[kept], after[kept], kept


def paired_change(
    baseline: ArrayLike,
    followup: ArrayLike,
    *,
    direction: Direction,
    points: float | None = None,
    rank_test: bool = True,
) -> PairedChange:
    """Describe and test the change within patients who have both values.

    Parameters
    ----------
    baseline, followup
        1-D arrays of one length in the unit of the scale, NaN where missing.
    direction
        Whether a higher value is better or worse; decides who counts as improved.
    points
        Smallest change in points that counts as improved or worsened; None to count neither.
    rank_test
        Whether to work out Wilcoxon's test as well, which costs a sort.

    Raises
    ------
    InvalidValue
        When the arrays do not match.

    Examples
    --------
    >>> found = paired_change([8, 7, 6, 9, 5], [5, 6, 6, 4, 7], direction="higher_worse", points=2)
    >>> found.n_paired, found.mean_change, found.improved, found.worsened, round(found.t, 3)
    (5, -1.4, 2, 1, -1.159)
    """
    before, after, _ = complete_pairs(baseline, followup)
    change = after - before
    n = int(change.size)
    if n == 0:
        return _nobody(points)
    mean = float(change.mean())
    ranks = signed_rank(change) if rank_test else None
    sd = _spread(change)
    se = sd / math.sqrt(n) if sd else None
    sd_before = _spread(before)
    improvement = change if direction == "higher_better" else -change
    t = mean / se if se else None
    return PairedChange(
        n_paired=n,
        mean_baseline=float(before.mean()),
        mean_followup=float(after.mean()),
        mean_change=mean,
        sd_change=sd,
        t=t,
        df=n - 1 if n > 1 else None,
        p=two_sided_p(t, n - 1) if t is not None else None,
        ci95=mean_interval(mean, se, n - 1) if se else None,
        wilcoxon_v=ranks.v if ranks else None,
        wilcoxon_p=ranks.p if ranks else None,
        dz=mean / sd if sd else None,
        srm=mean / sd if sd else None,
        es=mean / sd_before if sd_before else None,
        points=points,
        improved=None if points is None else int((improvement >= points - TOLERANCE).sum()),
        worsened=None if points is None else int((-improvement >= points - TOLERANCE).sum()),
    )


def _nobody(points: float | None) -> PairedChange:
    zero = None if points is None else 0
    undefined = (None,) * 10
    return PairedChange(0, None, None, None, *undefined, points, zero, zero)


def _spread(values: NDArray[np.float64]) -> float | None:
    """Standard deviation; None for one value, or where all are equal but for binary rounding."""
    if values.size < 2 or float(np.ptp(values)) <= TOLERANCE:
        return None
    return float(values.std(ddof=1))
