"""Two-way fixed effects: the usual regression, shown beside better estimates as a warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.did.cells import NEVER
from allay.evaluation.did.panel import WidePanel
from allay.evaluation.glm import check_rank

Floats = NDArray[np.float64]
WARNING = (
    "Two-way fixed effects also compare cohorts with cohorts that are already treated; where effects differ "
    "between cohorts or over time the figure can be far off, even of the wrong sign. It is shown as a "
    "contrast and is not the result."
)


@dataclass(frozen=True, slots=True, eq=False)
class TwoWay:
    """What a regression on treatment with effects of units and periods gives.

    Attributes
    ----------
    att, se : float
        Coefficient of treatment, and its error, robust to dependence within units (or clusters).
    names : tuple of str
        Of the other regressors.
    coef, errors : float64 array
        Of treatment, then of the others.
    warning : str
        Why this is no result.
    """

    att: float
    se: float
    names: tuple[str, ...]
    coef: Floats
    errors: Floats
    warning: str = WARNING


def two_way(panel: WidePanel, *, covariates: Floats | None = None, names: Sequence[str] = ()) -> TwoWay:
    """Regress outcomes on treatment with effects of units and periods.

    Parameters
    ----------
    panel : WidePanel
        Its own covariates do not change over time, so that the effects of units absorb them.
    covariates : float64 array [unit, period, covariate], optional
        Such as change over time.
    names : sequence of str
        Of `covariates`.

    Notes
    -----
    Errors are those of R's fixest: clusters/(clusters - 1) times (rows - 1)/(rows - K), where K leaves the
    effects of units out, as units lie within clusters.

    Examples
    --------
    >>> rows = np.array([[1.0, 5.0], [1.0, 3.0], [2.0, 3.0], [4.0, 5.0]])
    >>> found = two_way(WidePanel(rows, np.array([1, 2]), np.array([2, 2, 0, 0])))
    >>> round(found.att, 6)
    2.0
    """
    units, periods = panel.outcome.shape
    weights = np.ones(units) if panel.weights is None else panel.weights
    treated = treatment(panel)
    columns = [treated.astype(np.float64)]
    if covariates is not None:
        if covariates.shape != (units, periods, len(names)) or not np.isfinite(covariates).all():
            raise InvalidValue(
                expected=f"numbers of {units} units, {periods} periods, {len(names)} covariates",
                found=str(covariates.shape),
            )
        columns += [covariates[:, :, place] for place in range(len(names))]
    known = ("treatment", *names)
    x = np.stack([_within(column, weights).ravel() for column in columns], axis=1)
    y, row = _within(panel.outcome, weights).ravel(), np.repeat(weights, periods)
    _check(x, known)
    bread = np.linalg.inv((x * row[:, None]).T @ x)
    coef: Floats = bread @ (x.T @ (row * y))
    rest = row * (y - x @ coef)
    scores = (x * rest[:, None]).reshape(units, periods, -1).sum(axis=1)
    clusters = units
    nested = periods - 1 + x.shape[1] + 1
    if panel.cluster is not None:
        label, place = np.unique(panel.cluster, return_inverse=True)
        sums = np.zeros((len(label), x.shape[1]))
        np.add.at(sums, place, scores)
        scores, clusters = sums, len(label)
    rows = units * periods
    scale = (
        clusters / (clusters - 1) * (rows - 1) / (rows - nested) if clusters > 1 and rows > nested else np.nan
    )
    covariance = bread @ (scores.T @ scores) @ bread * scale
    errors: Floats = np.sqrt(np.diag(covariance))
    return TwoWay(float(coef[0]), float(errors[0]), tuple(names), coef, errors)


def treatment(panel: WidePanel) -> NDArray[np.bool_]:
    """Which unit is treated when: array [unit, period].

    Examples
    --------
    >>> treatment(WidePanel(np.ones((2, 2)), np.array([1, 2]), np.array([2, 0]))).tolist()
    [[False, True], [False, False]]
    """
    found: NDArray[np.bool_] = (panel.cohort != NEVER)[:, None] & (panel.periods >= panel.cohort[:, None])
    return found


def _within(values: Floats, weights: Floats) -> Floats:
    """Values less means of units and of periods."""
    apart: Floats = values - values.mean(axis=1, keepdims=True)
    apart -= weights @ apart / weights.sum()
    return apart


def _check(x: Floats, names: Sequence[str]) -> None:
    size = np.abs(x).max(axis=0)
    for name, most in zip(names, size.tolist(), strict=True):
        if most < 1e-12:
            raise InvalidValue(
                expected="regressors that change within units, differently between them", found=repr(name)
            )
    check_rank(x, names=names)
