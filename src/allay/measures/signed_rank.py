"""Wilcoxon's signed-rank test for paired values, as R's ``wilcox.test`` computes it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

__all__ = ["SignedRank", "midranks", "signed_rank"]


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Sum of the ranks of positive differences, and its two-sided p value.

    ``n`` counts the differences that are not zero. ``p`` is None when there is none.

    Examples
    --------
    >>> SignedRank(n=0, v=0.0, p=None).v
    0.0
    """

    n: int
    v: float
    p: float | None


def midranks(values: ArrayLike) -> NDArray[np.float64]:
    """Ranks from 1, ties sharing the mean of their ranks.

    Examples
    --------
    >>> midranks([10, 20, 20, 5]).tolist()
    [2.0, 3.5, 3.5, 1.0]
    """
    _, place, counts = np.unique(
        np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts - 1) / 2)[place]
    return ranks


def signed_rank(differences: ArrayLike) -> SignedRank:
    """Test whether paired differences are centered on zero.

    Parameters
    ----------
    differences
        1-D array without NaN. Zeros are dropped.

    Returns
    -------
    SignedRank
        ``v`` is the sum of ranks of the positive differences. The p value is the normal approximation with
        tie correction and continuity correction, whatever the number of pairs (R with ``exact = FALSE``).

    Notes
    -----
    Source: Hollander and Wolfe, Nonparametric Statistical Methods, section 3.1; R ``stats::wilcox.test``.

    Examples
    --------
    >>> found = signed_rank([1, 2, 3, -4, 5, 0])
    >>> found.n, found.v, round(found.p, 4)
    (5, 11.0, 0.4185)
    """
    given = np.asarray(differences, dtype=np.float64)
    kept = given[given != 0]
    n = int(kept.size)
    if n == 0:
        return SignedRank(0, 0.0, None)
    ranks = midranks(np.abs(kept))
    v = float(ranks[kept > 0].sum())
    ties = np.unique(np.abs(kept), return_counts=True)[1].astype(np.float64)
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((ties**3 - ties).sum()) / 48
    distance = v - n * (n + 1) / 4
    corrected = distance - math.copysign(0.5, distance) if distance else 0.0
    return SignedRank(n, v, min(1.0, float(2 * ndtr(-abs(corrected) / math.sqrt(variance)))))
