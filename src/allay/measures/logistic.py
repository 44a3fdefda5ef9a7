"""Logistic regression by iteratively reweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, xlogy

from allay.base.errors import AllayError, InvalidValue

__all__ = ["LogisticFit", "NotEstimable", "fit_logistic"]

# R's glm.control: relative change of deviance below 1e-8 within 25 steps. We go on to 1e-12 so that ten
# printed digits of a coefficient do not depend on where the loop stopped.
_EPSILON = 1e-12
_STEPS = 50
# A fitted linear predictor beyond +-20 is a probability within 2e-9 of 0 or 1: the data separate the groups.
_SEPARATED = 20.0


class NotEstimable(AllayError):  # noqa: N818
    """A model that the data cannot determine; the message says why."""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Result of a logistic regression.

    Parameters
    ----------
    coef, se
        Log odds and their standard errors (inverse of the observed information), one per column.
    fitted
        Fitted probabilities, one per row.
    deviance
        Minus twice the log likelihood.
    n
        Rows used.
    """

    coef: NDArray[np.float64]
    se: NDArray[np.float64]
    fitted: NDArray[np.float64]
    deviance: float
    n: int


def fit_logistic(design: ArrayLike, outcome: ArrayLike) -> LogisticFit:
    """Fit P(outcome = 1) = expit(design @ coef) by maximum likelihood.

    Parameters
    ----------
    design
        (n, k) array without NaN; put a column of ones first for an intercept.
    outcome
        n values, each 0 or 1.

    Raises
    ------
    NotEstimable
        When the columns are collinear, the outcome does not vary, or a column separates the outcomes.
    InvalidValue
        When shapes do not match or a value is missing.

    Notes
    -----
    Source of the method: McCullagh and Nelder, Generalized Linear Models, section 2.5.

    Examples
    --------
    >>> import numpy as np
    >>> fit = fit_logistic(np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]]), [0, 0, 0, 1, 0, 1, 1, 1])
    >>> [round(float(b), 6) for b in fit.coef]  # log(1/3) and log(9)
    [-1.098612, 2.197225]
    """
    x, y = np.asarray(design, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    _check(x, y)
    coef = np.zeros(x.shape[1])
    before = np.inf
    for _ in range(_STEPS):
        eta = x @ coef
        if np.abs(eta).max() > _SEPARATED:
            break
        p = expit(eta)
        weight = p * (1 - p)
        information = x.T @ (weight[:, None] * x)
        coef = coef + np.linalg.solve(information, x.T @ (y - p))
        p = expit(x @ coef)
        deviance = float(-2 * (xlogy(y, p) + xlogy(1 - y, 1 - p)).sum())
        if abs(before - deviance) <= _EPSILON * (abs(deviance) + 0.1):
            weight = p * (1 - p)
            covariance = np.linalg.inv(x.T @ (weight[:, None] * x))
            return LogisticFit(coef, np.sqrt(np.diag(covariance)), p, deviance, int(y.size))
        before = deviance
    raise NotEstimable(
        "the model does not settle: some characteristic predicts the outcome without exception"
    )


def _check(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    if x.ndim != 2 or y.shape != (x.shape[0],):
        raise InvalidValue(expected="an (n, k) design and n outcomes", found=f"{x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and np.isin(y, (0.0, 1.0)).all()):
        raise InvalidValue(expected="finite predictors and outcomes of 0 or 1", found="something else")
    if y.size == 0 or y.min() == y.max():
        raise NotEstimable("the outcome is the same for everyone, so nothing can predict it")
    # Columns are scaled first: age in years beside a 0/1 flag must not look collinear.
    scale = np.linalg.norm(x, axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(x / np.where(scale == 0, 1, scale)) < x.shape[1]:
        raise NotEstimable("two predictors carry the same information, or one does not vary")
