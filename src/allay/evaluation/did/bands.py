"""Bands that hold for several estimates at once: how many standard errors wide they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from allay.base.errors import InvalidValue

Floats = NDArray[np.float64]
Multiplier = Literal["rademacher", "mammen"]
_BLOCK = 4_000_000
"""Multipliers made at once: 32 MB."""


def pointwise(level: float) -> float:
    """Return the critical value of an interval for one estimate.

    Examples
    --------
    >>> round(pointwise(0.95), 4)
    1.96
    """
    if not 0 < level < 1:
        raise InvalidValue(expected="a level between 0 and 1", found=str(level))
    return float(norm.ppf(0.5 + level / 2))


def simultaneous(covariance: Floats, *, level: float, seed: int, draws: int) -> float:
    """Return the critical value of a sup-t band: a quantile of the largest of correlated normal values.

    Estimates without variance are left out; the value is never below that for one estimate.

    Parameters
    ----------
    covariance : float64 array [estimate, estimate]
    level : float
    seed, draws : int

    References
    ----------
    Montiel Olea JL, Plagborg-Moller M. Simultaneous confidence bands. J Appl Econometrics 2019;34:1-17.

    Examples
    --------
    >>> simultaneous(np.eye(1), level=0.95, seed=1, draws=100) == pointwise(0.95)
    True
    >>> 2.2 < simultaneous(np.eye(2), level=0.95, seed=1, draws=20_000) < 2.26
    True
    """
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    there = scale > 0
    if there.sum() < 2:
        return pointwise(level)
    correlation = covariance[np.ix_(there, there)] / np.outer(scale[there], scale[there])
    values, vectors = np.linalg.eigh(correlation)
    # The symmetric root: unlike others it moves little when the last digits of the covariance do.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    # One product of matrices: draws of independent normal values by the root of the correlation.
    found = np.random.default_rng(seed).standard_normal((draws, len(root))) @ root
    return _quantile(np.abs(found).max(axis=1), level)


def multiplied(
    influence: Floats,
    *,
    level: float,
    seed: int,
    draws: int,
    kind: Multiplier = "rademacher",
) -> float:
    """Return the critical value of a sup-t band by the multiplier bootstrap.

    Parameters
    ----------
    influence : float64 array [unit, estimate]
        Contribution of each unit (or cluster) to the estimates.
    kind : {"rademacher", "mammen"}
        Multipliers of -1 and 1, or Mammen's, which keep the third moment too.

    Examples
    --------
    >>> one = np.random.default_rng(1).standard_normal((300, 2))
    >>> 2.1 < multiplied(one, level=0.95, seed=1, draws=5000) < 2.4
    True
    """
    scale = np.sqrt((influence**2).sum(axis=0))
    there = scale > 0
    if there.sum() < 2:
        return pointwise(level)
    scaled: Floats = influence[:, there] / scale[there]
    random = np.random.default_rng(seed)
    rows = max(1, _BLOCK // len(scaled))
    largest = [
        np.abs(_multipliers(random, (min(rows, draws - start), len(scaled)), kind) @ scaled).max(axis=1)
        for start in range(0, draws, rows)
    ]
    return _quantile(np.concatenate(largest), level)


def _multipliers(random: np.random.Generator, shape: tuple[int, int], kind: Multiplier) -> Floats:
    if kind == "rademacher":
        signs: Floats = random.integers(0, 2, size=shape, dtype=np.int8).astype(np.float64)
        return signs * 2 - 1
    if kind != "mammen":
        raise InvalidValue(expected="multipliers rademacher or mammen", found=repr(kind))
    golden = (1 + np.sqrt(5)) / 2
    found: Floats = np.where(random.random(shape) < golden / np.sqrt(5), 1 - golden, golden)
    return found


def _quantile(largest: Floats, level: float) -> float:
    return max(pointwise(level), float(np.quantile(largest, level, method="inverted_cdf")))
