"""Arrays that the functions here take: checked once, with the reason of a refusal in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# A covariance comes out of sums of products; what is further from symmetric than this is another matrix.
_SYMMETRIC = 1e-8


def numbers(values: ArrayLike, *, what: str, size: int | None = None) -> Floats:
    """Return a one-dimensional array of finite numbers.

    Raises
    ------
    InvalidValue
        When it has another shape or size, or holds what is no finite number.

    Examples
    --------
    >>> numbers([1, 2], what="effects").tolist()
    [1.0, 2.0]
    >>> numbers([1, float("nan")], what="effects")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected finite effects, found nan at place 1
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or (size is not None and len(found) != size):
        wanted = "a list of" if size is None else f"{size}"
        raise InvalidValue(expected=f"{wanted} {what}", found=f"shape {found.shape}")
    odd = ~np.isfinite(found)
    if odd.any():
        place = int(np.argmax(odd))
        raise InvalidValue(expected=f"finite {what}", found=f"{found[place]} at place {place}")
    return found


def covariance_matrix(values: ArrayLike, *, size: int, what: str = "covariance") -> Floats:
    """Return a covariance of that size: finite, symmetric, no variance below zero.

    Examples
    --------
    >>> covariance_matrix([[1, 0.5], [0.5, 1]], size=2).shape
    (2, 2)
    >>> covariance_matrix([[1, 0.5], [0.4, 1]], size=2)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a symmetric covariance, found sides that differ by 0.1
    """
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (size, size):
        raise InvalidValue(expected=f"a {what} of {size} by {size}", found=f"shape {found.shape}")
    if not np.isfinite(found).all():
        raise InvalidValue(expected=f"a finite {what}", found="entries that are not numbers")
    apart = float(np.abs(found - found.T).max(initial=0.0))
    scale = float(np.abs(np.diag(found)).max(initial=0.0))
    if apart > _SYMMETRIC * scale:
        raise InvalidValue(expected=f"a symmetric {what}", found=f"sides that differ by {apart:.3g}")
    if (np.diag(found) < 0).any():
        raise InvalidValue(expected="variances of 0 or more", found=f"{np.diag(found).min():.3g}")
    return (found + found.T) / 2


def influence_covariance(influence: ArrayLike, *, cluster: ArrayLike | None = None) -> Floats:
    """Return the covariance of estimates from their influence functions.

    Parameters
    ----------
    influence : array [unit, estimate]
        Scaled so that an estimate is off by the mean of its column (as Callaway and Sant'Anna write them).
    cluster : array [unit], optional
        Units of one value move together; their influence is summed first.

    Examples
    --------
    The influence of a mean is the distance from it; its variance is then the variance over n:

    >>> values = np.array([1.0, 2.0, 3.0, 6.0])
    >>> influence_covariance((values - values.mean())[:, None]).tolist(), values.var() / 4
    ([[0.875]], np.float64(0.875))
    """
    found = np.asarray(influence, dtype=np.float64)
    if found.ndim != 2 or not len(found):
        raise InvalidValue(expected="influence as an array [unit, estimate]", found=f"shape {found.shape}")
    count = len(found)
    if cluster is not None:
        found = sums_by(found, cluster)
    return np.asarray(found.T @ found / count**2)


def sums_by(values: Floats, cluster: ArrayLike) -> Floats:
    """Sum the rows of each cluster, in the order of the cluster's value.

    Examples
    --------
    >>> sums_by(np.array([[1.0], [2.0], [4.0]]), [7, 3, 7]).tolist()
    [[2.0], [5.0]]
    """
    labels, place = np.unique(np.asarray(cluster), return_inverse=True)
    if place.shape != (len(values),):
        raise InvalidValue(expected=f"{len(values)} clusters", found=f"shape {place.shape}")
    return np.stack(
        [np.bincount(place, weights=column, minlength=len(labels)) for column in values.T], axis=1
    )


def critical_value(level: float, *, df: float | None = None) -> float:
    """Two-sided critical value of the normal or, with `df`, of Student's t.

    Examples
    --------
    >>> round(critical_value(0.95), 4), round(critical_value(0.95, df=10), 4)
    (1.96, 2.2281)
    """
    if not 0 < level < 1:
        raise InvalidValue(expected="a confidence level between 0 and 1", found=f"{level:g}")
    share = 0.5 + level / 2
    return float(ndtri(share) if df is None else stdtrit(df, share))


def holm(p: Sequence[float] | Floats) -> Floats:
    """Adjust p values for their number by Holm's step-down (Scand J Stat 1979;6:65-70).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    found = numbers(p, what="p values")
    if ((found < 0) | (found > 1)).any():
        raise InvalidValue(expected="p values from 0 to 1", found=f"{found.min():g} to {found.max():g}")
    order = np.argsort(found, kind="stable")
    stepped = np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1))
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
