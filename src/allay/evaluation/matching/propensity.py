"""Propensity scores: the probability of treatment given covariates, by logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.glm import fit_glm
from allay.evaluation.matching.arrays import Flags, Floats, checked

INTERCEPT = "(intercept)"


@dataclass(frozen=True, slots=True, eq=False)
class PropensityScores:
    """Propensity scores and the model behind them.

    Attributes
    ----------
    score : array [n]
        Probabilities of treatment.
    linear : array [n]
        Their log odds.
    names : tuple of str
        Of the coefficients, the intercept first.
    coef, se : array [k + 1]
        Log odds ratios and their standard errors.
    """

    score: Floats
    linear: Floats
    names: tuple[str, ...]
    coef: Floats
    se: Floats


def propensity(
    treated: ArrayLike, covariates: ArrayLike, *, names: Sequence[str] | None = None
) -> PropensityScores:
    """Estimate propensity scores by logistic regression on all covariates, with an intercept.

    Parameters
    ----------
    treated : array [n] of bool
    covariates : array [n, k]
        Without an intercept and without missing values.
    names : sequence of str, optional
        Of the covariates.

    Raises
    ------
    InvalidValue
        A covariate that does not vary, that earlier ones determine, or that alone or with others separates
        the treated from the untreated, by name.

    Examples
    --------
    >>> scores = propensity([0, 0, 0, 1, 0, 1, 1, 1], [[0], [0], [0], [0], [1], [1], [1], [1]])
    >>> scores.score.round(6).tolist()
    [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75]
    >>> propensity([0, 0, 1, 1], [[20.0], [30.0], [40.0], [50.0]], names=["age"])
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected covariates of which treated and untreated people overlap, found \
'age', whose lowest value among the treated (40) is not below the highest among the untreated (30)
    """
    who, x, labels = checked(treated, covariates, names)
    _refuse_separation(who, x, labels)
    design = np.column_stack([np.ones(len(x)), x])
    fit = fit_glm(design, who.astype(float), family="binomial", names=(INTERCEPT, *labels))
    return PropensityScores(fit.fitted, fit.linear, fit.names, fit.coef, fit.errors())


def _refuse_separation(who: Flags, x: Floats, names: Sequence[str]) -> None:
    """Name a covariate that alone separates, ties at the border included (quasi-complete separation)."""
    if len(x) and (still := np.flatnonzero(np.ptp(x, axis=0) == 0)).size:
        found = f"{names[int(still[0])]!r}, which is {x[0, still[0]]:g} for everyone"
        raise InvalidValue(expected="covariates that vary", found=found)
    ours, theirs = x[who], x[~who]
    for column, name in enumerate(names):
        for side, low, high in (
            (("lowest", "treated", "below", "highest", "untreated"), ours, theirs),
            (("lowest", "untreated", "below", "highest", "treated"), theirs, ours),
        ):
            lowest, highest = low[:, column].min(), high[:, column].max()
            if lowest >= highest:
                end, one, word, other_end, other = side
                raise InvalidValue(
                    expected="covariates of which treated and untreated people overlap",
                    found=f"{name!r}, whose {end} value among the {one} ({lowest:g}) is not {word} the "
                    f"{other_end} among the {other} ({highest:g})",
                )
