"""Description of one column of numbers: counts, mean, spread and quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

__all__ = ["Description", "describe"]

_QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Description:
    """What a column of numbers looks like; every statistic is None when nothing was recorded.

    ``sd`` divides by ``n - 1`` and is None for a single value.

    Examples
    --------
    >>> Description.empty(missing=3).n
    0
    """

    n: int
    missing: int
    mean: float | None
    sd: float | None
    min: float | None
    p05: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p95: float | None
    max: float | None

    @classmethod
    def empty(cls, *, missing: int) -> Description:
        """Describe a column in which nothing was recorded.

        Examples
        --------
        >>> Description.empty(missing=2).mean is None
        True
        """
        return cls(0, missing, None, None, None, None, None, None, None, None, None)


def describe(values: ArrayLike) -> Description:
    """Describe one column of numbers; NaN is missing.

    Parameters
    ----------
    values
        1-D array of numbers in any unit, NaN where nothing was recorded. It is not changed.

    Returns
    -------
    Description
        Counts and statistics in the unit of ``values``.

    Raises
    ------
    InvalidValue
        When the array is not 1-D or holds an infinite value.

    Notes
    -----
    Quantiles are type 7 of Hyndman and Fan (Am Stat 1996;50:361-365), the default of R and NumPy.

    Examples
    --------
    >>> found = describe([1, 2, 3, 4, float("nan")])
    >>> found.n, found.missing, found.mean, found.p25
    (4, 1, 2.5, 1.75)
    """
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise InvalidValue(expected="a 1-D array", found=f"{column.ndim} dimensions")
    if np.isinf(column).any():
        raise InvalidValue(expected="finite numbers or NaN", found="an infinite value")
    present: NDArray[np.float64] = column[~np.isnan(column)]
    missing = int(column.size - present.size)
    if present.size == 0:
        return Description.empty(missing=missing)
    low, p05, p25, median, p75, p95, high = (
        float(q) for q in np.quantile(present, _QUANTILES, method="linear")
    )
    return Description(
        n=int(present.size),
        missing=missing,
        mean=float(present.mean()),
        sd=float(present.std(ddof=1)) if present.size > 1 else None,
        min=low,
        p05=p05,
        p25=p25,
        median=median,
        p75=p75,
        p95=p95,
        max=high,
    )
