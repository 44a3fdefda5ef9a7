"""Agreement of ranks: Kendall's W and the mean of Spearman's correlations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
PERFECT = 1e-12


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W with its test.

    Attributes
    ----------
    value : float
        0 to 1.
    chi2, df, p : float
        Friedman's test that raters rank at random; an approximation for few subjects.

    Examples
    --------
    >>> kendall_w([[1, 1], [2, 2], [3, 3]]).df
    2
    """

    value: float
    chi2: float
    df: int
    p: float


def kendall_w(values: ArrayLike, *, ties: bool = True) -> Concordance | None:
    """Work out Kendall's coefficient of concordance.

    Parameters
    ----------
    values : float64 array of shape (subjects, raters)
        Complete, at least two subjects. Equal ratings of a rater get the mean of their ranks. Time grows with
        raters x subjects x log subjects.
    ties : bool
        Whether to correct for ties.

    Returns
    -------
    Concordance or None
        None where every rater gave all subjects the same.

    Examples
    --------
    >>> round(kendall_w([[1, 1, 1], [2, 2, 3], [3, 3, 2], [4, 4, 4]]).value, 4)
    0.9111
    >>> kendall_w([[1, 3], [2, 2], [3, 1]]).value
    0.0
    """
    ranks = rank_by_rater(values)
    n, m = ranks.shape
    sums = ranks.sum(axis=1)
    squares = float(((sums - m * (n + 1) / 2) ** 2).sum())
    whole = m**2 * float(n**3 - n)
    # Ties take from the sum of squares of ranks exactly what the correction takes: sum(t^3 - t) / 12.
    within = float(((ranks - (n + 1) / 2) ** 2).sum())
    if within == 0:
        return None
    value = 12 * squares / (12 * m * within if ties else whole)
    value = min(value, 1.0)
    chi2 = m * (n - 1) * value
    return Concordance(value, chi2, n - 1, float(stats.chi2.sf(chi2, n - 1)))


def rank_by_rater(values: ArrayLike) -> Floats:
    """Return ranks of subjects by rater, equal ratings with the mean of their ranks.

    Examples
    --------
    >>> rank_by_rater([[7, 1], [7, 2], [9, 3]]).tolist()
    [[1.5, 1.0], [1.5, 2.0], [3.0, 3.0]]
    """
    return np.asarray(stats.rankdata(np.asarray(values, dtype=np.float64), axis=0), dtype=np.float64)


def mean_spearman(values: ArrayLike, *, fisher: bool) -> float | None:
    """Return the mean of Spearman's rank correlation over all pairs of raters.

    Parameters
    ----------
    values : float64 array of shape (subjects, raters)
        Complete. Time grows with raters squared x subjects.
    fisher : bool
        Whether correlations are averaged as Fisher's z. A correlation of 1 then has no z: the mean is 1 only
        where all are 1.

    Returns
    -------
    float or None
        None where a rater gave all subjects the same, or a z is infinite.

    Examples
    --------
    >>> values = [[1, 1, 2], [2, 3, 1], [3, 2, 3], [4, 4, 4]]
    >>> round(mean_spearman(values, fisher=False), 4), round(mean_spearman(values, fisher=True), 4)
    (0.6667, 0.7032)
    """
    ranks = rank_by_rater(values)
    ranks = ranks - ranks.mean(axis=0)
    lengths = np.sqrt((ranks**2).sum(axis=0))
    if not lengths.all():
        return None
    pairs = np.triu_indices(ranks.shape[1], k=1)
    rho = np.clip(((ranks / lengths).T @ (ranks / lengths))[pairs], -1, 1)
    if not fisher:
        return float(rho.mean())
    full = np.abs(rho) >= 1 - PERFECT
    if full.any():
        return float(np.sign(rho[0])) if full.all() and (rho * rho[0] > 0).all() else None
    return math.tanh(float(np.arctanh(rho).mean()))
