"""Outcomes compared: the difference as it is, weighted, and adjusted by regression, with robust errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from allay.base.errors import InvalidValue
from allay.evaluation.matching.arrays import Floats, Places
from allay.evaluation.matching.comparison import Comparison
from allay.evaluation.matching.influence import weighting_influence

# A column whose part that the earlier ones do not explain is shorter than this share of it adds nothing.
_DEPENDENT = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of means, treated less untreated, with a confidence interval.

    Attributes
    ----------
    error : str
        How the standard error was found.
    """

    estimate: float
    se: float
    low: float
    high: float
    error: str


@dataclass(frozen=True, slots=True)
class Differences:
    """One outcome, four ways.

    Attributes
    ----------
    unadjusted : Difference
        Everybody, as they are.
    weighted : Difference
        With the weights of the comparison.
    regression : Difference or None
        Everybody, by linear regression on treatment and covariates.
    weighted_regression : Difference or None
        The same with the weights.
    """

    unadjusted: Difference
    weighted: Difference
    regression: Difference | None
    weighted_regression: Difference | None


def differences(outcome: ArrayLike, comparison: Comparison, *, level: float = 0.95) -> Differences:
    """Compare an outcome of treated and untreated people.

    Standard errors: Welch's for the unadjusted difference, the classical one for the regression of everybody.
    With weights they are robust: of matched sets, they allow for dependence within a set (with the factor
    G/(G-1) x (n-1)/(n-k)); of inverse probability, overlap and entropy weights, that of the weighted
    difference counts that the weights were estimated; the others take the weights as given (HC1).

    Parameters
    ----------
    outcome : array [n]
    comparison : Comparison
        Its covariates are those of the regressions.
    level : float
        Of the confidence intervals.

    Examples
    --------
    >>> from allay.evaluation.matching.weigh import weigh
    >>> x = [[1], [2], [2], [1], [3], [2]]
    >>> found = differences([5, 7, 6, 3, 9, 4], weigh([1, 1, 0, 0, 0, 0], x, method="cem"))
    >>> round(found.unadjusted.estimate, 6), round(found.weighted.estimate, 6)
    (0.5, 2.0)
    """
    y = np.asarray(outcome, dtype=np.float64)
    who, w = comparison.treated, comparison.weights
    if y.shape != who.shape or not np.isfinite(y).all():
        raise InvalidValue(expected=f"{len(who)} outcomes, none missing", found=f"{y.shape}")
    groups = comparison.groups if comparison.method == "nearest" else None
    only = np.column_stack([np.ones(len(y)), who])
    influence = weighting_influence(y, comparison)
    if influence is None:
        weighted = _robust(only, y, w, groups, level)
    else:
        gap = float(np.average(y[who], weights=w[who]) - np.average(y[~who], weights=w[~who]))
        se = float(np.sqrt((influence**2).sum()))
        weighted = _difference(gap, se, np.inf, level, "robust, counting that the weights were estimated")
    unadjusted = _welch(y, comparison, level)
    if comparison.covariates is None or comparison.covariates.shape[1] == 0:
        return Differences(unadjusted, weighted, None, None)
    full = np.column_stack([only, comparison.covariates])
    regression = _classical(full, y, level)
    return Differences(unadjusted, weighted, regression, _robust(full, y, w, groups, level))


def _difference(estimate: float, se: float, df: float, level: float, error: str) -> Difference:
    tail = (1 + level) / 2
    width = se * float(stdtrit(df, tail) if np.isfinite(df) and df > 0 else ndtri(tail))
    return Difference(estimate, se, estimate - width, estimate + width, error)


def _welch(y: Floats, comparison: Comparison, level: float) -> Difference:
    ours, theirs = y[comparison.treated], y[~comparison.treated]
    gap = float(ours.mean() - theirs.mean())
    if len(ours) < 2 or len(theirs) < 2:
        return _difference(gap, float("nan"), np.inf, level, "none: a group of one has no variance")
    one, two = float(ours.var(ddof=1)) / len(ours), float(theirs.var(ddof=1)) / len(theirs)
    below = one**2 / (len(ours) - 1) + two**2 / (len(theirs) - 1)
    df = (one + two) ** 2 / below if below > 0 else np.inf
    return _difference(gap, float(np.sqrt(one + two)), df, level, "Welch")


def _independent(design: Floats) -> Floats:
    """Leave out columns that earlier ones determine, as happens among the matched."""
    kept: list[int] = []
    for j in range(design.shape[1]):
        length = np.linalg.norm(design[:, j])
        rest = design[:, j]
        if kept:
            before = design[:, kept] / np.linalg.norm(design[:, kept], axis=0)
            rest = rest - before @ np.linalg.lstsq(before, rest, rcond=None)[0]
        if np.linalg.norm(rest) > _DEPENDENT * length:
            kept.append(j)
    return design[:, kept]


def _classical(design: Floats, y: Floats, level: float) -> Difference:
    x = _independent(design)
    inverse = np.linalg.inv(x.T @ x)
    coef = np.linalg.lstsq(x, y, rcond=None)[0]
    df = len(y) - x.shape[1]
    left = y - x @ coef
    se = float(np.sqrt(inverse[1, 1] * (left @ left) / df)) if df > 0 else float("nan")
    return _difference(float(coef[1]), se, df, level, "classical")


def _robust(design: Floats, y: Floats, w: Floats, groups: Places | None, level: float) -> Difference:
    """Weighted least squares with a sandwich: by person, or by matched set."""
    used = w > 0
    x, y, w = _independent(design[used]), y[used], w[used]
    root = np.sqrt(w)
    coef = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    inverse = np.linalg.inv((x * w[:, None]).T @ x)
    n, k = x.shape
    # Of the coefficient of treatment alone: one number for each row.
    parts = (x @ inverse[1]) * w * (y - x @ coef)
    if groups is None:
        factor, df, error = n / max(n - k, 1), np.inf, "robust, taking the weights as given"
    else:
        parts = np.bincount(groups[used], weights=parts)
        count = len(parts)
        factor = count / max(count - 1, 1) * (n - 1) / max(n - k, 1)
        df, error = float(count - 1), "robust, by matched set"
    return _difference(float(coef[1]), float(np.sqrt(factor * (parts**2).sum())), df, level, error)
