"""Agreement beyond chance: one form, and what each coefficient expects by chance.

Every coefficient is (pa - pe) / (1 - pe): the share of agreement that was seen beyond what chance gives, of
what could have been seen beyond it. Formulas and standard errors: Gwet, Handbook of Inter-Rater Reliability,
4th edition, 2014, chapters 2 to 6; subjects with one rating count for how categories are used and not for
agreement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.consensus.agreement.coefficient import CoefficientEstimate, estimate
from allay.consensus.agreement.subjects import RatedSubjects

Floats = NDArray[np.float64]
CERTAIN = 1e-12
"""Chance agreement nearer to 1 than this is 1: the smallest other distance is about 1 / ratings."""


@dataclass(frozen=True, slots=True, eq=False)
class ChanceAgreement:
    """What chance gives.

    Attributes
    ----------
    expected : float
        Agreement by chance.
    parts : float64 array of shape (subjects,)
        What each subject contributes to it: their mean is `expected`.
    """

    expected: float
    parts: Floats


Chance = Callable[[RatedSubjects, Floats], ChanceAgreement]
ONE_CATEGORY = "chance alone gives full agreement: the ratings are all in one category"


def agreement_parts(rated: RatedSubjects, weights: Floats) -> Floats:
    """Return the agreement within each subject: of pairs of its ratings; 0 where there is no pair.

    Examples
    --------
    >>> agreement_parts(RatedSubjects.from_counts([[2, 1], [3, 0]]), np.eye(2)).round(4).tolist()
    [0.3333, 1.0]
    """
    agreeing = (rated.counts * (rated.counts @ weights - 1)).sum(axis=1)
    pairs = rated.ratings * (rated.ratings - 1)
    return np.asarray(np.divide(agreeing, pairs, out=np.zeros(len(pairs)), where=pairs > 0))


def observed_agreement(rated: RatedSubjects, weights: Floats) -> float:
    """Return the mean agreement within subjects rated at least twice.

    Examples
    --------
    >>> observed_agreement(RatedSubjects.from_counts([[2, 0], [1, 1], [1, 0]]), np.eye(2))
    0.5
    """
    parts = agreement_parts(rated, weights)
    return float((rated.times * parts).sum() / rated.times[rated.pairs].sum())


def percent_agreement(rated: RatedSubjects, weights: Floats) -> CoefficientEstimate:
    """Return the share of pairs of ratings that agree.

    Time grows with subjects x categories squared, as of all coefficients here.

    Examples
    --------
    >>> percent_agreement(RatedSubjects.from_counts([[2, 0], [1, 1]]), np.eye(2)).value
    0.5
    """
    value = observed_agreement(rated, weights)
    parts = agreement_parts(rated, weights) * (rated.n / rated.times[rated.pairs].sum())
    return estimate(value, parts, times=rated.times, table=rated.table, lowest=0.0)


def beyond_chance(rated: RatedSubjects, weights: Floats, chance: Chance) -> CoefficientEstimate:
    """Return agreement beyond chance, with Gwet's standard error.

    Parameters
    ----------
    rated : RatedSubjects
        At least one subject with two ratings.
    weights : float64 array of shape (categories, categories)
    chance : callable
        `uniform`, `shared_use`, `hard_subjects` or `own_use`.

    Examples
    --------
    >>> rated = RatedSubjects.from_counts([[3, 0], [0, 3], [2, 1]])
    >>> round(beyond_chance(rated, np.eye(2), shared_use).value, 4)
    0.55
    """
    by_chance = chance(rated, weights)
    expected = by_chance.expected
    if not 1 - expected > CERTAIN:
        return CoefficientEstimate(np.nan, n=rated.n, why=ONE_CATEGORY)
    value = (observed_agreement(rated, weights) - expected) / (1 - expected)
    seen = agreement_parts(rated, weights) - expected * rated.pairs
    parts = seen / (1 - expected) * (rated.n / rated.times[rated.pairs].sum())
    parts = parts - 2 * (1 - value) * (by_chance.parts - expected) / (1 - expected)
    return estimate(value, parts, times=rated.times, table=rated.table)


def category_use(rated: RatedSubjects) -> Floats:
    """Return how often each category is used: the mean of its shares in subjects.

    Examples
    --------
    >>> category_use(RatedSubjects.from_counts([[1, 1], [4, 0]])).tolist()
    [0.75, 0.25]
    """
    shares = rated.counts / rated.ratings[:, None]
    return np.asarray((rated.times @ shares) / rated.times.sum(), dtype=np.float64)


def uniform(rated: RatedSubjects, weights: Floats) -> ChanceAgreement:
    """Brennan and Prediger: every category is as likely as any other.

    Examples
    --------
    >>> uniform(RatedSubjects.from_counts([[1, 1]]), np.eye(2)).expected
    0.5
    """
    expected = float(weights.sum()) / len(weights) ** 2
    return ChanceAgreement(expected, np.full(len(rated.counts), expected))


def shared_use(rated: RatedSubjects, weights: Floats) -> ChanceAgreement:
    """Scott and Fleiss: two ratings drawn from how all raters together use the categories.

    Examples
    --------
    >>> shared_use(RatedSubjects.from_counts([[1, 1], [4, 0]]), np.eye(2)).expected
    0.625
    """
    toward = weights @ category_use(rated)
    return ChanceAgreement(
        float(category_use(rated) @ toward), np.asarray(rated.counts @ toward / rated.ratings)
    )


def hard_subjects(rated: RatedSubjects, weights: Floats) -> ChanceAgreement:
    """Gwet: only raters who guess agree by chance, and they guess where categories are evenly used.

    Examples
    --------
    >>> hard_subjects(RatedSubjects.from_counts([[1, 1], [4, 0]]), np.eye(2)).expected
    0.375
    """
    q = len(weights)
    if q < 2:
        return ChanceAgreement(1.0, np.ones(len(rated.counts)))
    guessing = float(weights.sum()) / (q * (q - 1))
    rest = 1 - category_use(rated)
    parts = guessing * (rated.counts @ rest) / rated.ratings
    return ChanceAgreement(guessing * float(category_use(rated) @ rest), np.asarray(parts))


def own_use(rated: RatedSubjects, weights: Floats) -> ChanceAgreement:
    """Cohen and Conger: two raters drawn, and of each a rating from the own use of the categories.

    Raises
    ------
    ValueError
        When it is not known who rated.

    Examples
    --------
    >>> rated = RatedSubjects.from_ratings([[1, 1], [1, 2], [2, 2], [1, 1]])
    >>> own_use(rated, np.eye(2)).expected
    0.5
    """
    if rated.codes is None:
        raise ValueError("counts do not say who rated")
    codes, times, n = rated.codes, rated.times, rated.n
    subjects, raters = codes.shape
    given = codes >= 0
    places = np.arange(raters) * len(weights) + codes
    size = raters * len(weights)
    repeated = np.broadcast_to(times[:, None], codes.shape)
    used = np.bincount(places[given], weights=repeated[given], minlength=size).reshape(raters, -1)
    rated_by = used.sum(axis=1)
    use = used / rated_by[:, None]
    # Toward rater g: what a rating of g agrees with, on average, in ratings of all others together.
    toward = (use.sum(axis=0) - use) @ weights
    expected_of = (toward * use).sum(axis=1)
    pairs = raters * (raters - 1)
    met = np.take_along_axis(toward.T, np.maximum(codes, 0), axis=0) * given
    drift = met - (given - rated_by / n) * expected_of
    parts = (drift * (n / rated_by)).sum(axis=1) / pairs
    return ChanceAgreement(float(expected_of.sum()) / pairs, parts.reshape(subjects))
