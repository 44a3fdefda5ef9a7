"""Coefficients by name: of ratings, of a table of two raters, of a distribution of raters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.consensus.agreement.alpha import irr_alpha, krippendorff_alpha, metric_alpha
from allay.consensus.agreement.chance import (
    beyond_chance,
    hard_subjects,
    own_use,
    percent_agreement,
    shared_use,
    uniform,
)
from allay.consensus.agreement.coefficient import Coefficient, CoefficientEstimate
from allay.consensus.agreement.completed import complete_coefficient
from allay.consensus.agreement.measure import PANEL_MEASURES, Measure, find_measures
from allay.consensus.agreement.pairwise import category_kappas, fleiss_test, light_kappa
from allay.consensus.agreement.subjects import RatedSubjects
from allay.consensus.agreement.weights import weight_matrix

Floats = NDArray[np.float64]
Work = Callable[[RatedSubjects, Floats], CoefficientEstimate]

_ALPHA, _IRR = "krippendorff_alpha_", "irr_alpha_"
_TWO = {"cohen_kappa", "scott_pi"}
_WHO = {"cohen_kappa", "conger_kappa", "light_kappa"}
# Where chance is not worked out from how categories are used, one subject is enough.
_ONE_IS_ENOUGH = {"percent_agreement", "brennan_prediger"}
_WORK: dict[str, Work] = {
    "percent_agreement": percent_agreement,
    "brennan_prediger": lambda rated, weights: beyond_chance(rated, weights, uniform),
    "cohen_kappa": lambda rated, weights: beyond_chance(rated, weights, own_use),
    "scott_pi": lambda rated, weights: beyond_chance(rated, weights, shared_use),
    "fleiss_kappa": lambda rated, weights: beyond_chance(rated, weights, shared_use),
    "conger_kappa": lambda rated, weights: beyond_chance(rated, weights, own_use),
    "light_kappa": light_kappa,
    "krippendorff_alpha": krippendorff_alpha,
    "gwet_ac1": lambda rated, weights: beyond_chance(rated, weights, hard_subjects),
    "gwet_ac2": lambda rated, weights: beyond_chance(rated, weights, hard_subjects),
}


def coefficients(
    values: ArrayLike,
    *,
    measures: Sequence[str] = PANEL_MEASURES,
    weights: str = "unweighted",
    categories: Sequence[float] | None = None,
    labels: Sequence[str] = (),
) -> tuple[Coefficient, ...]:
    """Work out coefficients of agreement.

    Parameters
    ----------
    values : float64 array of shape (subjects, raters)
        NaN where a rater did not rate a subject. Ratings that are labels: their places, with `labels`.
    measures : sequence of str
        Names in `MEASURES`, of the panel or of categories; each once, in this order.
    weights : {"unweighted", "linear", "quadratic", "ordinal"}
        For measures that take weights.
    categories : sequence of float, optional
        The points of the scale; by default the ratings that occur.
    labels : sequence of str, optional
        Names of the categories.

    Returns
    -------
    tuple of Coefficient
        One for each measure, and one for each category of a measure by category. What is not defined has no
        value and says why. Time grows linearly with subjects x raters for most (10,000 x 30 take well under
        a second), and with raters squared for means over pairs of raters.

    Raises
    ------
    NotFound
        For a measure or weights there are not.
    InvalidValue
        For ratings that are not among the categories; for measures of single statements.

    Examples
    --------
    >>> values = [[1, 1, 1], [2, 2, 3], [3, 3, 3], [2, np.nan, 2]]
    >>> for found in coefficients(values, measures=["fleiss_kappa", "scott_pi"]):
    ...     print(found.measure, round(found.value, 4) if found.value else found.why)
    fleiss_kappa 0.7447
    scott_pi for two raters, and there are 3; fleiss_kappa is for more
    """
    ratings = np.asarray(values, dtype=np.float64)
    rated = RatedSubjects.from_ratings(ratings, categories=categories, labels=labels)
    return _all(rated, measures, weights, ratings=ratings)


def table_coefficients(
    table: ArrayLike, *, measures: Sequence[str], weights: str = "unweighted", labels: Sequence[str] = ()
) -> tuple[Coefficient, ...]:
    """Work out coefficients from a square table of two raters, categories in the order of the scale.

    Parameters
    ----------
    table : int array of shape (categories, categories)
        Subjects that the first rater put into a row and the second into a column. Time grows with the cube
        of categories, not with subjects.
    measures, weights, labels
        As in `coefficients`; measures that need single ratings have no value here.

    Examples
    --------
    >>> found, = table_coefficients([[13, 0, 0], [0, 20, 7], [0, 4, 56]], measures=["cohen_kappa"])
    >>> round(found.value, 7), round(found.se, 7)
    (0.7964094, 0.0589107)
    """
    return _all(RatedSubjects.from_table(table, labels=labels), measures, weights)


def distribution_coefficients(
    counts: ArrayLike, *, measures: Sequence[str], weights: str = "unweighted", labels: Sequence[str] = ()
) -> tuple[Coefficient, ...]:
    """Work out coefficients from how many raters put each subject into each category.

    Parameters
    ----------
    counts : int array of shape (subjects, categories)
        Categories in the order of the scale.
    measures, weights, labels
        As in `coefficients`; measures that need to know who rated have no value here.

    Examples
    --------
    >>> found, = distribution_coefficients([[3, 0], [0, 3], [2, 1]], measures=["fleiss_kappa"])
    >>> round(found.value, 4), round(found.statistic, 3)
    (0.55, 1.65)
    """
    return _all(RatedSubjects.from_counts(counts, labels=labels), measures, weights)


def _all(
    rated: RatedSubjects, measures: Sequence[str], weights: str, *, ratings: Floats | None = None
) -> tuple[Coefficient, ...]:
    table = weight_matrix(rated.positions, weights)
    found: list[Coefficient] = []
    for measure in find_measures(measures, default=PANEL_MEASURES):
        if measure.per == "statement":
            raise InvalidValue(expected="measures of a whole table of ratings", found=measure.name)
        if measure.missing == "complete":
            found.append(complete_coefficient(measure, ratings))
        elif measure.per == "category":
            found += _by_category(rated, measure)
        else:
            found.append(_one(rated, measure, table, weights))
    return tuple(found)


def _one(rated: RatedSubjects, measure: Measure, table: Floats, weights: str) -> Coefficient:
    alpha = irr_alpha if measure.name.startswith(_IRR) else metric_alpha
    metric = measure.name.rpartition("_")[2] if measure.name.startswith((_ALPHA, _IRR)) else ""
    named = metric or (weights if measure.weighted else "unweighted")
    if why := _undefined(rated, measure.name):
        return Coefficient(
            measure.name, None, n_subjects=rated.n, n_raters=rated.raters, weights=named, why=why
        )
    if metric:
        found = alpha(rated, metric)
    else:
        found = _WORK[measure.name](rated, table if measure.weighted else np.eye(len(table)))
    tested = measure.name == "fleiss_kappa" and named == "unweighted" and rated.complete
    return _named(rated, measure, found, weights=named, test=fleiss_test if tested else None)


def _named(
    rated: RatedSubjects,
    measure: Measure,
    found: CoefficientEstimate,
    *,
    weights: str,
    category: int | None = None,
    test: Callable[..., tuple[float, float]] | None = None,
) -> Coefficient:
    defined = not found.why
    tested = test is not None and defined and not rated.table
    z, p = test(rated, found.value, category=category) if test is not None and tested else (None, None)
    return Coefficient(
        measure.name,
        found.value if defined else None,
        found.se,
        found.low,
        found.high,
        n_subjects=found.n,
        n_raters=rated.raters,
        weights=weights,
        category="" if category is None else rated.labels[category],
        test="z" if tested else "",
        statistic=z,
        p=p,
        why=found.why,
    )


def _by_category(rated: RatedSubjects, measure: Measure) -> list[Coefficient]:
    if why := _undefined(rated, measure.name):
        undefined = CoefficientEstimate(np.nan, n=rated.n, why=why)
        each = [undefined] * len(rated.labels)
    else:
        each = category_kappas(rated)
    test = fleiss_test if rated.complete else None
    return [
        _named(rated, measure, found, weights="unweighted", category=place, test=test)
        for place, found in enumerate(each)
    ]


def _undefined(rated: RatedSubjects, name: str) -> str:
    """Say why a coefficient is not defined for these subjects; empty where it is."""
    if not rated.n:
        return "there is no rating"
    if rated.raters < 2:
        return "there are fewer than two raters"
    if not rated.pairs.any():
        return "no subject was rated twice"
    if rated.codes is None and name in _WHO:
        return "counts do not say who rated"
    if name in _TWO and rated.raters != 2:
        other = "conger_kappa" if name == "cohen_kappa" else "fleiss_kappa"
        return f"for two raters, and there are {rated.raters}; {other} is for more"
    if rated.n < 2 and name not in _ONE_IS_ENOUGH:
        return "there is one subject: chance cannot be told from it"
    if len(rated.positions) < 2 and name == "brennan_prediger":
        return "one category only: chance alone gives full agreement"
    return ""
