"""Light's kappa, and Fleiss' kappa of single categories."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from allay.consensus.agreement.chance import CERTAIN, ONE_CATEGORY, beyond_chance, shared_use
from allay.consensus.agreement.coefficient import CoefficientEstimate
from allay.consensus.agreement.subjects import RatedSubjects

Floats = NDArray[np.float64]
MOST_CELLS = 100_000_000
"""Cells of an array: beyond, pairs of raters take more memory than a machine has to give."""
TOO_MANY = f"too many raters: their pairs would take more than {MOST_CELLS:,} numbers"
APART = "two raters used one and the same category, or rated no subject in common"


def light_kappa(rated: RatedSubjects, weights: Floats) -> CoefficientEstimate:
    """Return the mean of Cohen's kappa over all pairs of raters, each over the subjects both rated.

    Time grows with subjects x (raters x categories) squared, memory with (subjects + raters x categories) x
    raters x categories: it is undefined where that is too much. No standard error is published for it.

    Raises
    ------
    ValueError
        When it is not known who rated.

    Examples
    --------
    >>> rated = RatedSubjects.from_ratings([[1, 1, 1], [2, 2, 1], [1, 1, 2], [2, 2, 2]])
    >>> round(light_kappa(rated, np.eye(2)).value, 4)
    0.3333
    """
    if rated.codes is None:
        raise ValueError("counts do not say who rated")
    wide = rated.raters * len(weights)
    if max(wide, len(rated.codes)) * wide > MOST_CELLS:
        return CoefficientEstimate(np.nan, n=rated.n, why=TOO_MANY)
    tables = _tables(rated, len(weights))
    first, second = np.triu_indices(rated.raters, k=1)
    tables = tables[first, :, second, :]
    both = tables.sum(axis=(1, 2))
    if not both.all():
        return CoefficientEstimate(np.nan, n=rated.n, why=APART)
    shares = tables / both[:, None, None]
    observed = (shares * weights).sum(axis=(1, 2))
    expected = np.einsum("pk,kl,pl->p", shares.sum(axis=2), weights, shares.sum(axis=1), optimize=True)
    if not (1 - expected > CERTAIN).all():
        why = ONE_CATEGORY if rated.raters == 2 else APART
        return CoefficientEstimate(np.nan, n=rated.n, why=why)
    return CoefficientEstimate(float(((observed - expected) / (1 - expected)).mean()), n=rated.n)


def _tables(rated: RatedSubjects, categories: int) -> Floats:
    """Tables of all pairs of raters, shape (raters, categories, raters, categories)."""
    codes = rated.codes
    assert codes is not None
    subjects, raters = codes.shape
    chosen = np.zeros((subjects, raters, categories))
    row, rater = np.nonzero(codes >= 0)
    chosen[row, rater, codes[row, rater]] = 1.0
    flat = chosen.reshape(subjects, -1)
    together = (flat * rated.times[:, None]).T @ flat
    return np.asarray(together.reshape(raters, categories, raters, categories))


def category_kappas(rated: RatedSubjects) -> list[CoefficientEstimate]:
    """Return Fleiss' kappa of each category against all others, in the order of the categories.

    Examples
    --------
    >>> rated = RatedSubjects.from_counts([[3, 0, 0], [0, 3, 0], [2, 0, 1]])
    >>> [round(each.value, 3) for each in category_kappas(rated)]
    [0.55, 1.0, -0.125]
    """
    found = []
    for place in range(rated.counts.shape[1]):
        of_it = rated.counts[:, place]
        counts = np.column_stack((of_it, rated.ratings - of_it))
        labels = (rated.labels[place], "other")
        alone = RatedSubjects(np.array([1.0, 2.0]), labels, counts, rated.times, origin=rated.origin)
        estimate = beyond_chance(alone, np.eye(2), shared_use)
        if estimate.why:
            estimate = CoefficientEstimate(np.nan, n=rated.n, why="no rating, or every rating, is in it")
        found.append(estimate)
    return found


def fleiss_test(rated: RatedSubjects, kappa: float, *, category: int | None = None) -> tuple[float, float]:
    """Return z and the two-sided p of no more agreement than by chance.

    The variance under that hypothesis is the one of Fleiss, Nee and Landis (Psychological Bulletin
    1979;86:974), for unweighted kappa and as many raters for every subject.

    Examples
    --------
    >>> rated = RatedSubjects.from_counts([[3, 0], [0, 3], [2, 1]])
    >>> z, p = fleiss_test(rated, 0.55)
    >>> round(z, 2), round(p, 3)
    (1.65, 0.099)
    """
    each = float(rated.ratings[0])
    pairs = rated.n * each * (each - 1)
    use = (rated.times @ rated.counts) / (rated.n * each)
    spread = use * (1 - use)
    if category is None:
        total = spread.sum()
        variance = 2 * (total**2 - (spread * (1 - 2 * use)).sum()) / (total**2 * pairs)
    else:
        variance = 2 / pairs
    z = kappa / math.sqrt(variance)
    return z, 2 * float(stats.norm.sf(abs(z)))
