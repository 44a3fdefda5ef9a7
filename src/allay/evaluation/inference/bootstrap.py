"""Member bootstrap: totals of resampled members, for ratios and whatever else is made of totals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, sums_by
from allay.measures.intervals import Interval

__all__ = ["bootstrap_totals", "percentile_interval"]

# Draws whose counts are held at once: 64 rows of a million members are half a gigabyte.
_BLOCK = 64


def bootstrap_totals(
    values: ArrayLike,
    *,
    draws: int,
    seed: int,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Floats:
    """Totals of each column over members drawn with replacement.

    Parameters
    ----------
    values : array [member, column]
    draws : int
    seed : int
    strata : array [member], optional
        Members are drawn within each stratum, such as treated and comparison, so that its size stays.
    cluster : array [member], optional
        Whole clusters are drawn; a cluster lies in one stratum.

    Returns
    -------
    array [draw, column]

    Examples
    --------
    The ratio of two totals, and its interval:

    >>> spent = np.array([[10.0, 4.0], [20.0, 9.0], [30.0, 16.0], [40.0, 19.0]])
    >>> totals = bootstrap_totals(spent, draws=1000, seed=1)
    >>> found = percentile_interval(totals[:, 1] / totals[:, 0])
    >>> 0.4 < found.low < 0.48 < found.high < 0.53
    True
    """
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim != 2 or not len(rows) or not np.isfinite(rows).all() or draws < 1:
        raise InvalidValue(expected="finite values [member, column] and draws", found=f"shape {rows.shape}")
    stratum = np.zeros(len(rows), dtype=np.int64) if strata is None else np.asarray(strata)
    if cluster is not None:
        rows, stratum = _by_cluster(rows, stratum, np.asarray(cluster))
    random = np.random.default_rng(seed)
    totals = np.zeros((draws, rows.shape[1]))
    for label in np.unique(stratum):
        own = np.ascontiguousarray(rows[stratum == label])
        for first in range(0, draws, _BLOCK):
            block = range(first, min(draws, first + _BLOCK))
            counts = np.stack(
                [np.bincount(random.integers(len(own), size=len(own)), minlength=len(own)) for _ in block]
            )
            totals[block.start : block.stop] += counts @ own
    return totals


def percentile_interval(drawn: ArrayLike, *, level: float = 0.95) -> Interval:
    """Interval between percentiles of bootstrap draws (Efron and Tibshirani 1993, chapter 13).

    Examples
    --------
    >>> percentile_interval(np.arange(101.0), level=0.5)
    Interval(low=25.0, high=75.0, level=0.5)
    """
    found = np.asarray(drawn, dtype=np.float64)
    if not np.isfinite(found).all():
        raise InvalidValue(
            expected="draws that are numbers (a denominator near zero has no percentile interval)",
            found=f"{int((~np.isfinite(found)).sum())} of {found.size} that are not",
        )
    low, high = np.quantile(found, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(low), float(high), level)


def _by_cluster(rows: Floats, stratum: NDArray[Any], cluster: NDArray[Any]) -> tuple[Floats, NDArray[Any]]:
    _, first, place = np.unique(cluster, return_index=True, return_inverse=True)
    if (stratum != stratum[first][place]).any():
        label = cluster[int(np.argmax(stratum != stratum[first][place]))]
        raise InvalidValue(expected="every cluster in one stratum", found=f"cluster {label} in several")
    return sums_by(rows, cluster), stratum[first]
