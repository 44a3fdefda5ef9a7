"""Poisson pseudo-likelihood on means by cohort and month: cohort times month, fitted where nobody is
treated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats

__all__ = ["PoissonCells", "fit_cells"]

_STEPS, _SETTLED = 100, 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class PoissonCells:
    """Means that would be without treatment, as cohort times month.

    Attributes
    ----------
    mean : float array [cohort, month]
        Everywhere, also where it was not fitted.
    inverse : float array [parameter, parameter]
        Inverse of the information; parameters are the logs of all cohorts, then of all months but the first.
    """

    mean: Floats
    inverse: Floats


def fit_cells(mean: Floats, weight: Floats, *, untreated: Flags) -> PoissonCells:
    """Fit log mean = cohort + month on the untreated cells, by Newton's method.

    Parameters
    ----------
    mean : float array [cohort, month]
        Observed means.
    weight : float array [cohort]
        Members (or weights) of each cohort.
    untreated : bool array [cohort, month]

    Raises
    ------
    InvalidValue
        When a cohort or a month has no outcome at all among its untreated cells.

    Examples
    --------
    >>> cells = np.array([[2.0, 4.0], [3.0, 9.0]])
    >>> found = fit_cells(cells, np.array([10.0, 5.0]), untreated=np.array([[True, True], [True, False]]))
    >>> found.mean.round(6).tolist()
    [[2.0, 4.0], [3.0, 6.0]]
    """
    cohorts, months = mean.shape
    total = np.where(untreated, mean, 0.0) * weight[:, None]
    for axis, what in ((1, "cohort"), (0, "month")):
        sums = total.sum(axis=axis)
        if not (sums > 0).all():
            place = int(np.argmin(sums > 0))
            raise InvalidValue(
                expected="outcomes above zero in the untreated months of every cohort (and in every month)",
                found=f"{sums[place]:g} in {what} number {place + 1}",
            )
    rows, columns = np.nonzero(untreated)
    design = np.zeros((len(rows), cohorts + months - 1))
    design[np.arange(len(rows)), rows] = 1.0
    later = columns > 0
    design[np.flatnonzero(later), cohorts + columns[later] - 1] = 1.0
    observed, size = mean[rows, columns], weight[rows]
    logs = np.zeros(design.shape[1])
    logs[:cohorts] = np.log(total.sum(axis=1) / (untreated * weight[:, None]).sum(axis=1))
    best = -np.inf
    for _ in range(_STEPS):
        fitted = np.exp(design @ logs)
        information = design.T @ (design * (size * fitted)[:, None])
        step = np.linalg.solve(information, design.T @ (size * (observed - fitted)))
        logs, best = _uphill(logs, step, design, observed, size, best)
        if np.abs(step).max() < _SETTLED:
            break
    fitted = np.exp(design @ logs)
    inverse = np.linalg.inv(design.T @ (design * (size * fitted)[:, None]))
    return PoissonCells(np.exp(logs[:cohorts, None] + np.append(0.0, logs[cohorts:])), inverse)


def _uphill(
    logs: Floats, step: Floats, design: Floats, observed: Floats, size: Floats, best: float
) -> tuple[Floats, float]:
    """Take the step, halved until the likelihood (which is concave) does not fall."""
    for halving in range(60):
        tried = logs + step * 0.5**halving
        line = design @ tried
        with np.errstate(over="ignore"):
            found = float(size @ (observed * line - np.exp(line)))
        if found >= best - _SETTLED * abs(best):
            return tried, found
    return logs, best
