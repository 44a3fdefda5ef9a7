"""How a member's months vary together: fitted before the start, and drawn on over the months of a study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import toeplitz
from scipy.optimize import nnls

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Floats, covariance_matrix

__all__ = ["SerialCovariance", "count_covariance", "member_covariance", "serial_covariance"]

# Month-to-month correlations tried; with 1 the passing part would be the permanent one.
_CORRELATIONS = np.arange(0.0, 0.991, 0.01)


@dataclass(frozen=True, slots=True)
class SerialCovariance:
    """Covariance of a member's months: what stays, what passes slowly, and what is gone the next month.

    Attributes
    ----------
    permanent : float
        Variance between members that stays for good.
    passing : float
        Variance of a deviation that passes; a month later `correlation` of it is left (first-order
        autoregression).
    correlation : float
        From 0 to below 1.
    noise : float
        Variance of what belongs to one month alone.

    Examples
    --------
    >>> SerialCovariance(1.0, 2.0, 0.5, 1.0).matrix(3).tolist()
    [[4.0, 2.0, 1.5], [2.0, 4.0, 2.0], [1.5, 2.0, 4.0]]
    """

    permanent: float
    passing: float
    correlation: float
    noise: float

    def __post_init__(self) -> None:
        if not (min(self.permanent, self.passing, self.noise) >= 0 and 0 <= self.correlation <= 1):
            raise InvalidValue(
                expected="variances of 0 or more and a correlation from 0 to 1",
                found=f"{self.permanent:g}, {self.passing:g}, {self.noise:g} and {self.correlation:g}",
            )

    def matrix(self, months: int) -> Floats:
        """Covariance of that many months in a row: array [month, month]."""
        row = self.permanent + self.passing * self.correlation ** np.arange(months)
        row[0] += self.noise
        return np.asarray(toeplitz(row), dtype=np.float64)


def serial_covariance(covariance: ArrayLike) -> SerialCovariance:
    """Fit the pattern to a covariance of the months before the start.

    The mean of each diagonal (months that lie equally far apart) is fitted by least squares, weighted by how
    many pairs of months it has, with no part below zero; the variance of a month is kept exactly.

    Parameters
    ----------
    covariance : array [month, month]
        Of at least three months: with fewer, what stays cannot be told from what passes.

    Examples
    --------
    >>> found = serial_covariance(SerialCovariance(1.0, 2.0, 0.5, 1.0).matrix(12))
    >>> round(found.permanent, 6), round(found.passing, 6), found.correlation, round(found.noise, 6)
    (1.0, 2.0, 0.5, 1.0)
    """
    size = len(np.asarray(covariance))
    if size < 3:
        raise InvalidValue(expected="at least 3 months before the start", found=str(size))
    matrix = covariance_matrix(covariance, size=size)
    by_lag = np.array([np.diag(matrix, lag).mean() for lag in range(size)])
    weight = np.sqrt(size - np.arange(1, size))
    best: tuple[float, float, float, float] | None = None
    for correlation in _CORRELATIONS:
        design = np.column_stack([np.ones(size - 1), correlation ** np.arange(1, size)])
        (stays, passes), misfit = nnls(design * weight[:, None], by_lag[1:] * weight)
        if best is None or misfit < best[0] - 1e-12 * by_lag[0]:
            best = float(misfit), float(stays), float(passes), float(correlation)
    assert best is not None
    _, stays, passes, correlation = best
    # Lags beyond one cannot carry more than the variance of a month.
    shrink = min(1.0, by_lag[0] / (stays + passes)) if stays + passes > 0 else 1.0
    stays, passes = stays * shrink, passes * shrink
    return SerialCovariance(stays, passes, correlation, max(0.0, float(by_lag[0]) - stays - passes))


def count_covariance(mean: float, *, overdispersion: float, correlation: float = 1.0) -> SerialCovariance:
    """Covariance of monthly counts where there is no history: events around a member's own rate.

    A count has the variance mean + overdispersion * mean^2 (negative binomial). The part beyond Poisson is
    the member's rate, of which `correlation` is left a month later.

    Parameters
    ----------
    mean : float
        Events of a member in a month, above 0.
    overdispersion : float
        0 or more; the squared coefficient of variation of members' rates.
    correlation : float
        1: a member's rate stays. A rate that stays cancels in a difference, so 1 gives the smallest error.

    Examples
    --------
    >>> count_covariance(0.5, overdispersion=2.0).matrix(2).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    if not (0 < mean < float("inf") and 0 <= overdispersion < float("inf")):
        raise InvalidValue(
            expected="a mean above 0 and an overdispersion of 0 or more",
            found=f"{mean:g} and {overdispersion:g}",
        )
    return SerialCovariance(0.0, overdispersion * mean**2, correlation, mean)


def member_covariance(outcome: ArrayLike, *, weights: ArrayLike | None = None) -> tuple[Floats, float]:
    """Covariance of members' months, and how many members the weighted ones are worth.

    The variance of a weighted mean is the covariance over that effective size.

    Parameters
    ----------
    outcome : array [member, month]
    weights : array [member], optional

    Returns
    -------
    tuple of array [month, month] and float

    Examples
    --------
    >>> matrix, size = member_covariance([[1.0, 2.0], [3.0, 6.0]])
    >>> matrix.tolist(), size
    ([[2.0, 4.0], [4.0, 8.0]], 2.0)
    """
    values = np.asarray(outcome, dtype=np.float64)
    if values.ndim != 2 or len(values) < 2 or not np.isfinite(values).all():
        raise InvalidValue(expected="finite months of at least 2 members", found=f"shape {values.shape}")
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.shape != (len(values),) or (weight < 0).any() or np.count_nonzero(weight) < 2:
        raise InvalidValue(
            expected="weights of 0 or more, two of them above 0", found=f"shape {weight.shape}"
        )
    away = (values - weight @ values / weight.sum()) * weight[:, None]
    size = float(weight.sum() ** 2 / (weight @ weight))
    # size / (size - 1): n / (n - 1) where all weights are one.
    return np.asarray(away.T @ away / (weight @ weight) * (size / (size - 1))), size
