"""Krippendorff's alpha under any weights, with Gwet's standard error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.consensus.agreement.chance import CERTAIN, ONE_CATEGORY
from allay.consensus.agreement.coefficient import CoefficientEstimate, estimate
from allay.consensus.agreement.subjects import RatedSubjects
from allay.consensus.agreement.weights import metric_weights

Floats = NDArray[np.float64]


def krippendorff_alpha(rated: RatedSubjects, weights: Floats) -> CoefficientEstimate:
    """Return alpha: 1 - disagreement seen / disagreement of ratings that are put together anew.

    Only subjects with two ratings or more are used. With the weights of a metric this is alpha as
    Krippendorff defines it: the small correction of the agreement seen is his drawing without replacement.

    Parameters
    ----------
    rated : RatedSubjects
        At least one subject with two ratings.
    weights : float64 array of shape (categories, categories)

    Examples
    --------
    >>> rated = RatedSubjects.from_ratings([[1, 1], [2, 2], [1, 2]])
    >>> round(krippendorff_alpha(rated, np.eye(2)).value, 4)
    0.4444
    """
    counts, times = rated.counts[rated.pairs], rated.times[rated.pairs]
    per_subject = counts.sum(axis=1)
    n = float(times.sum())
    mean = float(times @ per_subject) / n
    use = (times @ counts) / (n * mean)
    toward = weights @ use
    expected = float(use @ toward)
    if not 1 - expected > CERTAIN:
        return CoefficientEstimate(np.nan, n=round(n), why=ONE_CATEGORY)
    seen = (counts * (counts @ weights - 1)).sum(axis=1) / (mean * (per_subject - 1))
    observed = float(times @ seen) / n
    once = 1 / (n * mean)
    corrected = (1 - once) * observed + once
    value = (corrected - expected) / (1 - expected)
    more = (per_subject - mean) / mean
    by_chance = counts @ toward / mean - expected * more
    if rated.origin == "counts":
        # As irrCAC prints it for distributions: chance counts once, though it holds two drawings.
        parts = (1 - once) * (seen - observed * more) + once - expected
        parts = (parts - (1 - value) * (by_chance - expected)) / (1 - expected)
        return estimate(value, parts, times=times, table=rated.table)
    uncorrected = (observed - expected) / (1 - expected)
    parts = seen - corrected * more - expected - 2 * (1 - uncorrected) * (by_chance - expected)
    parts = parts / (1 - expected)
    return estimate(value, parts, times=times, center=uncorrected, table=rated.table)


def metric_alpha(rated: RatedSubjects, metric: str) -> CoefficientEstimate:
    """Return alpha with one of Krippendorff's metrics.

    Distances of the ordinal metric rest on how often ratings are used; a standard error that treats them as
    given is not published, so there is none.

    Examples
    --------
    >>> rated = RatedSubjects.from_ratings([[1, 1], [2, 3], [3, 3], [1, 2]])
    >>> [round(metric_alpha(rated, each).value, 3) for each in ("nominal", "ordinal", "interval", "ratio")]
    [0.333, 0.708, 0.708, 0.665]
    """
    if metric == "ratio" and rated.positions.min() < 0:
        return CoefficientEstimate(np.nan, n=rated.n, why="the ratio metric is for ratings of zero or more")
    uses = rated.times[rated.pairs] @ rated.counts[rated.pairs]
    found = krippendorff_alpha(rated, metric_weights(rated.positions, metric, uses=uses))
    if metric == "ordinal":
        return CoefficientEstimate(found.value, n=found.n, why=found.why)
    return found


def irr_alpha(rated: RatedSubjects, metric: str) -> CoefficientEstimate:
    """Return what `kripp.alpha` of the R package irr 0.84.1 prints, to compare with it.

    Where no rating is missing, that function does not divide pairs of ratings by raters - 1, so that its
    correction for small samples counts pairs as if they were ratings. For two raters, or with a rating
    missing, it is alpha.

    Examples
    --------
    >>> rated = RatedSubjects.from_ratings([[1, 1, 2], [2, 2, 2], [1, 2, 1]])
    >>> round(irr_alpha(rated, "nominal").value, 4), round(metric_alpha(rated, "nominal").value, 4)
    (0.15, 0.2)
    """
    found = metric_alpha(rated, metric)
    ratings = float(rated.times @ rated.ratings)
    if found.why or rated.codes is None or (rated.codes < 0).any():
        return CoefficientEstimate(found.value, n=found.n, why=found.why)
    pairs = ratings * (rated.raters - 1)
    return CoefficientEstimate(1 - (1 - found.value) * (1 - 1 / pairs) / (1 - 1 / ratings), n=found.n)
