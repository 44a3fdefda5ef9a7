"""Coefficients that need every rating: intraclass correlation, Kendall's W, Spearman."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from allay.consensus.agreement.coefficient import Coefficient
from allay.consensus.agreement.intraclass import intraclass
from allay.consensus.agreement.measure import Measure
from allay.consensus.agreement.pairwise import MOST_CELLS, TOO_MANY
from allay.consensus.agreement.ranks import kendall_w, mean_spearman

Floats = NDArray[np.float64]


def complete_coefficient(measure: Measure, values: Floats | None) -> Coefficient:
    """Work out a coefficient from the subjects that all raters rated.

    Parameters
    ----------
    measure : Measure
        One with `missing` "complete".
    values : float64 array of shape (subjects, raters), optional
        NaN where a rater did not rate a subject; None where single ratings are not known.

    Examples
    --------
    >>> from allay.consensus.agreement.measure import MEASURES
    >>> values = np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [4.0, np.nan]])
    >>> found = complete_coefficient(MEASURES["kendall_w"], values)
    >>> found.value, found.n_subjects
    (0.75, 3)
    """
    if values is None:
        return Coefficient(measure.name, None, why="single ratings are needed, by subject and rater")
    given = ~np.isnan(values)
    values = values[:, given.any(axis=0)]
    values = values[~np.isnan(values).any(axis=1)]
    subjects, raters = values.shape
    if why := _undefined(subjects, raters, rated=int(given.any(axis=1).sum())):
        return Coefficient(measure.name, None, n_subjects=subjects, n_raters=raters, why=why)
    if measure.name.startswith("icc_"):
        return _intraclass(measure, values)
    return _of_ranks(measure, values)


def _undefined(subjects: int, raters: int, *, rated: int) -> str:
    if not rated:
        return "there is no rating"
    if raters < 2:
        return "there are fewer than two raters"
    if subjects < 2:
        left = f" ({rated - subjects} were not rated by all and are left out)" if rated > subjects else ""
        return f"two subjects rated by all raters are needed, and there is {subjects or 'none'}{left}"
    return ""


def _intraclass(measure: Measure, values: Floats) -> Coefficient:
    found = intraclass(values, measure.name.removeprefix("icc_"))
    subjects, raters = values.shape
    if found is None:
        why = "the subjects do not differ enough for it to be defined"
        return Coefficient(measure.name, None, n_subjects=subjects, n_raters=raters, why=why)
    return Coefficient(
        measure.name,
        found.value,
        low=_finite(found.low),
        high=_finite(found.high),
        n_subjects=subjects,
        n_raters=raters,
        test="F",
        statistic=_finite(found.f),
        df1=found.df1,
        df2=found.df2,
        p=found.p,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _of_ranks(measure: Measure, values: Floats) -> Coefficient:
    subjects, raters = values.shape
    if measure.name.startswith("kendall_w"):
        found = kendall_w(values, ties=measure.name == "kendall_w")
        if found is not None:
            return Coefficient(
                measure.name,
                found.value,
                n_subjects=subjects,
                n_raters=raters,
                test="chi2",
                statistic=found.chi2,
                df1=found.df,
                p=found.p,
            )
        why = "every rater gave all subjects the same rating"
    else:
        if raters**2 > MOST_CELLS:
            return Coefficient(measure.name, None, n_subjects=subjects, n_raters=raters, why=TOO_MANY)
        fisher = measure.name == "mean_spearman_rho"
        value = mean_spearman(values, fisher=fisher)
        if value is not None:
            return Coefficient(measure.name, value, n_subjects=subjects, n_raters=raters)
        why = "a rater gave all subjects the same rating"
        if fisher and mean_spearman(values, fisher=False) is not None:
            why = "two raters rank exactly alike, which has no z; mean_spearman_rho_plain has a value"
    return Coefficient(measure.name, None, n_subjects=subjects, n_raters=raters, why=why)
