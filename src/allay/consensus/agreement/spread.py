"""How the ratings of one statement are spread over the scale: van der Eijk's A, polarization, consensus."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]


def van_der_eijk_a(counts: ArrayLike) -> Floats:
    """Return van der Eijk's measure of agreement A of each statement.

    The distribution is taken apart into layers: the points used at all, then those used more often, and so
    on. A layer has an agreement of its own, from how far its points stand together and whether there are gaps
    between them; A is their mean, weighted by how many ratings are in each (van der Eijk, Quality and
    Quantity 2001;35:325).

    Parameters
    ----------
    counts : int array of shape (statements, points) or (points,)
        Ratings by point of the scale, every point of it in order.

    Returns
    -------
    float64 array of shape (statements,)
        1: all at one point, 0: as many at each, -1: half at each end. NaN where there is no rating. Time
        grows with statements x points squared.

    Examples
    --------
    >>> round(float(van_der_eijk_a([30, 40, 210, 130, 530, 50, 10])[0]), 7)
    0.6113333
    >>> van_der_eijk_a([[1, 1, 1, 1], [2, 0, 0, 2], [2, 0, 1, 1]]).round(4).tolist()
    [0.0, -1.0, 0.0833]
    """
    left = _checked(counts)
    points = left.shape[1]
    total = left.sum(axis=1)
    weighed = np.zeros(len(left))
    for _ in range(points):
        used = left > 0
        if not used.any():
            break
        lowest = np.where(used, left, np.inf).min(axis=1, initial=np.inf)
        lowest = np.where(np.isfinite(lowest), lowest, 0.0)
        weighed += lowest * used.sum(axis=1) * _layer_agreement(used, points)
        left = left - lowest[:, None] * used
    found = np.divide(weighed, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray(found, dtype=np.float64)


def _layer_agreement(used: NDArray[np.bool_], points: int) -> Floats:
    """Agreement of layers: of three points, two used ones side by side speak for it, a gap against it."""
    ones = used.astype(np.float64)
    before = np.cumsum(ones, axis=1) - ones
    after = ones.sum(axis=1, keepdims=True) - before - ones
    gaps = (before * after * ~used).sum(axis=1)
    together = ((before * (before - 1) + after * (after - 1)) / 2 * ~used).sum(axis=1)
    size = ones.sum(axis=1)
    both = (points - 2) * (together + gaps)
    pull = (points - 2) * together - (points - 1) * gaps
    unimodal = np.divide(pull, both, out=np.ones(len(used)), where=both > 0)
    return np.asarray(unimodal * (1 - (size - 1) / (points - 1)), dtype=np.float64)


def polarization(counts: ArrayLike) -> Floats:
    """Return (1 - A) / 2 of van der Eijk's A: 0 all at one point, 0.5 as many at each, 1 half at each end.

    Examples
    --------
    >>> round(float(polarization([30, 40, 210, 130, 530, 50, 10])[0]), 7)
    0.1943333
    """
    return np.asarray((1 - van_der_eijk_a(counts)) / 2)


def tastle_wierman(counts: ArrayLike, *, points: ArrayLike | None = None) -> Floats:
    """Return the consensus of Tastle and Wierman of each statement: 1 + sum p log2(1 - |x - mean| / range).

    Parameters
    ----------
    counts : int array of shape (statements, points) or (points,)
    points : array of shape (points,), optional
        Rising; by default 1, 2, ...

    Returns
    -------
    float64 array of shape (statements,)
        0 half at each end, 1 all at one point; NaN where there is no rating. Time grows with
        statements x points.

    Examples
    --------
    >>> round(float(tastle_wierman([30, 40, 210, 130, 530, 50, 10])[0]), 7)
    0.7256876
    """
    given = _checked(counts)
    x = np.arange(given.shape[1]) if points is None else np.asarray(points, dtype=np.float64)
    if len(x) != given.shape[1] or not (np.diff(x) > 0).all():
        raise InvalidValue(expected=f"{given.shape[1]} rising points", found="something else")
    total = given.sum(axis=1)
    shares = np.divide(given, total[:, None], out=np.full(given.shape, np.nan), where=total[:, None] > 0)
    distance = np.abs(x - (shares @ x)[:, None]) / (x[-1] - x[0])
    # A point that nobody chose counts nothing, however far it is from the mean.
    closeness = np.where(given > 0, 1 - distance, 1.0)
    return np.asarray(np.clip(1 + (shares * np.log2(closeness)).sum(axis=1), 0, 1), dtype=np.float64)


def _checked(counts: ArrayLike) -> Floats:
    found = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if found.ndim != 2 or found.shape[1] < 2:
        raise InvalidValue(expected="ratings by point, at least two points", found=f"the shape {found.shape}")
    if not (np.isfinite(found).all() and (found >= 0).all()):
        raise InvalidValue(expected="counts of zero or more", found="something else")
    return found
