"""Generalized linear models by iteratively reweighted least squares: logit, Poisson, Gaussian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, xlogy

from allay.base.errors import InvalidValue

Array: TypeAlias = NDArray[np.float64]
Family: TypeAlias = Literal["binomial", "poisson", "gaussian"]

__all__ = ["Family", "GlmFit", "check_rank", "fit_glm"]

# Where R stops (glm.control), and from where it starts: so our digits are its digits. One more step would
# change a coefficient by about 1e-8 of itself.
_EPSILON = 1e-8
_STEPS = 100
_HALVINGS = 30
# When the deviance has settled for some steps and a linear predictor still moves by about one in each, the
# likelihood has no maximum.
_MOVING = 0.1
_PATIENCE = 3
# A column whose part that the earlier ones do not explain is shorter than this share of it adds nothing.
_DEPENDENT = 1e-9
# Covariates that make up less than this share of a separating direction are not named.
_NAMED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class GlmFit:
    """A generalized linear model that has been fitted.

    Attributes
    ----------
    names : tuple of str
        Of the columns.
    coef : array [k]
    inverse : array [k, k]
        Inverse of X'WX; times the dispersion it is the covariance of the coefficients.
    fitted, linear : array [n]
        Means, and their linear predictors (with the offset).
    deviance : float
    pearson : float
        Sum of squared Pearson residuals.
    """

    family: Family
    names: tuple[str, ...]
    coef: Array
    inverse: Array
    fitted: Array
    linear: Array
    deviance: float
    pearson: float

    @property
    def df(self) -> int:
        """Rows less columns."""
        return self.fitted.size - self.coef.size

    @property
    def dispersion(self) -> float:
        """Pearson's estimate of the dispersion; not a number where no degree of freedom is left."""
        return self.pearson / self.df if self.df > 0 else float("nan")

    def errors(self, *, dispersion: float = 1.0) -> Array:
        """Standard errors of the coefficients."""
        found: Array = np.sqrt(np.diag(self.inverse) * dispersion)
        return found


def fit_glm(
    design: ArrayLike,
    outcome: ArrayLike,
    *,
    family: Family,
    offset: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> GlmFit:
    """Fit a model by maximum likelihood, with the canonical link.

    Parameters
    ----------
    design : array [n, k]
        With a column of ones, where an intercept is meant.
    outcome : array [n]
        From 0 to 1 (binomial), 0 or more (Poisson), any number (Gaussian).
    offset : array [n], optional
        Added to the linear predictor, such as the logarithm of person-time.
    weights : array [n], optional
        Of the rows, 0 or more.
    names : sequence of str, optional
        Of the columns, for messages.

    Raises
    ------
    InvalidValue
        Shapes that do not go together, missing values, a column that earlier ones determine, a likelihood
        without a maximum because columns separate the outcomes.

    Notes
    -----
    McCullagh and Nelder, Generalized Linear Models, section 2.5.

    Examples
    --------
    >>> fit = fit_glm([[1, 0], [1, 0], [1, 1], [1, 1]], [10, 14, 20, 28], family="poisson")
    >>> [round(float(each), 6) for each in np.exp(fit.coef)]  # a mean of 12, and twice that
    [12.0, 2.0]
    """
    x, y = np.asarray(design, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if x.ndim != 2 or y.shape != (len(x),):
        raise InvalidValue(expected="a design [n, k] and n outcomes", found=f"{x.shape} and {y.shape}")
    shift, prior = _vector(offset, 0.0, len(x), "offsets"), _vector(weights, 1.0, len(x), "weights")
    labels = tuple(names) if names is not None else tuple(f"column {j + 1}" for j in range(x.shape[1]))
    _check(x, y, prior, family=family)
    check_rank(x[prior > 0], names=labels)
    return _iterate(x, y, shift, prior, family=family, names=labels)


def _iterate(
    x: Array, y: Array, shift: Array, prior: Array, *, family: Family, names: Sequence[str]
) -> GlmFit:
    linear = _start(y, family)
    mean = _mean(linear, family)
    coef: Array | None = None
    deviance, still = np.inf, 0
    for _ in range(_STEPS):
        slope = _variance(mean, family)
        work = np.sqrt(prior * slope)
        response = linear - shift + np.divide(y - mean, slope, out=np.zeros_like(y), where=slope > 0)
        q, r = np.linalg.qr(work[:, None] * x)
        if np.abs(np.diag(r)).min() == 0:
            raise _separated(np.zeros(len(names)) if coef is None else coef, x, names)
        found = np.linalg.solve(r, q.T @ (work * response))
        new = x @ found + shift
        after = _deviance(y, _mean(new, family), prior, family)
        for _ in range(_HALVINGS if coef is not None else 0):
            if np.isfinite(after) and after <= deviance * (1 + _EPSILON) + _EPSILON:
                break
            found = (found + coef) / 2
            new = x @ found + shift
            after = _deviance(y, _mean(new, family), prior, family)
        move, step = float(np.abs((new - linear)[prior > 0]).max()), found if coef is None else found - coef
        still = still + 1 if abs(deviance - after) < _EPSILON * (abs(after) + 0.1) else 0
        linear, mean, coef, deviance = new, _mean(new, family), found, after
        if still == _PATIENCE:
            raise _separated(step, x, names)
        if still and move < _MOVING:
            return _fit(y, work, r, coef, linear, deviance, family=family, names=names)
    raise _separated(step, x, names)


def _fit(
    y: Array,
    work: Array,
    r: Array,
    coef: Array,
    linear: Array,
    deviance: float,
    *,
    family: Family,
    names: Sequence[str],
) -> GlmFit:
    """Finish as R does: errors and dispersion with the weights of the last step, not of the step after it."""
    mean = _mean(linear, family)
    slope = _variance(mean, family)
    root = np.linalg.solve(r, np.eye(len(coef)))
    left = np.divide(y - mean, slope, out=np.zeros_like(y), where=slope > 0)
    pearson = float(((work * left) ** 2).sum())
    return GlmFit(family, tuple(names), coef, root @ root.T, mean, linear, deviance, pearson)


def check_rank(design: Array, *, names: Sequence[str]) -> None:
    """Refuse columns that earlier ones determine.

    Raises
    ------
    InvalidValue
        With the name of the first such column.

    Examples
    --------
    >>> check_rank(np.array([[1.0, 2.0, 5.0], [1.0, 3.0, 7.0], [1.0, 5.0, 11.0]]), names=("one", "a", "b"))
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected columns that carry different information, found 'b', which \
those before it determine
    """
    ones = np.ptp(design, axis=0) == 0 if len(design) else np.zeros(design.shape[1], dtype=bool)
    # Without this, years of birth beside a column of ones would look alike.
    rest = design - design.mean(axis=0) if (ones & (design[:1] != 0).any(axis=0)).any() else design
    columns = np.where(ones, design, rest) if len(design) else design
    length = np.linalg.norm(columns, axis=0)
    scaled = columns / np.where(length == 0, 1, length)
    if len(scaled) < scaled.shape[1]:
        found = f"{len(scaled)} rows for {scaled.shape[1]} columns"
        raise InvalidValue(expected="at least as many rows as columns", found=found)
    left = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    if (poor := np.flatnonzero((left < _DEPENDENT) | (length == 0))).size:
        found = f"{names[int(poor[0])]!r}, which those before it determine"
        raise InvalidValue(expected="columns that carry different information", found=found)


def _separated(step: Array, x: Array, names: Sequence[str]) -> InvalidValue:
    """Say which columns the coefficients run away along."""
    share = np.abs(step) * x.std(axis=0)
    named = [name for name, part in zip(names, share, strict=True) if part > _NAMED * share.max() > 0]
    whose = ", ".join(repr(name) for name in named) or "the columns"
    verb = "separates" if len(named) == 1 else "together separate"
    return InvalidValue(
        expected="covariates under which both outcomes occur",
        found=f"a model that does not settle: {whose} {verb} the outcomes",
    )


def _start(y: Array, family: Family) -> Array:
    if family == "binomial":
        return np.asarray(logit((y + 0.5) / 2))
    return np.asarray(np.log(y + 0.1)) if family == "poisson" else y.copy()


def _mean(linear: Array, family: Family) -> Array:
    if family == "binomial":
        return np.asarray(expit(linear))
    # Beyond 700 an exponential is no number; the halving of the step brings it back.
    return np.asarray(np.exp(np.minimum(linear, 700.0))) if family == "poisson" else linear


def _variance(mean: Array, family: Family) -> Array:
    if family == "binomial":
        return mean * (1 - mean)
    return mean if family == "poisson" else np.ones_like(mean)


def _deviance(y: Array, mean: Array, prior: Array, family: Family) -> float:
    if family == "binomial":
        each = -2 * (xlogy(y, mean) + xlogy(1 - y, 1 - mean)) + 2 * (xlogy(y, y) + xlogy(1 - y, 1 - y))
    elif family == "poisson":
        each = 2 * (xlogy(y, np.divide(y, mean, out=np.ones_like(y), where=y > 0)) - (y - mean))
    else:
        each = (y - mean) ** 2
    return float((prior * each).sum())


def _vector(given: ArrayLike | None, otherwise: float, n: int, what: str) -> Array:
    if given is None:
        return np.full(n, otherwise)
    found = np.asarray(given, dtype=np.float64)
    if found.shape != (n,) or not np.isfinite(found).all():
        raise InvalidValue(expected=f"{n} finite {what}", found=f"{found.shape}")
    return found


def _check(x: Array, y: Array, prior: Array, *, family: Family) -> None:
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InvalidValue(expected="finite numbers", found="a missing or infinite one")
    if (prior < 0).any():
        raise InvalidValue(expected="weights of 0 or more", found=f"{prior.min():g}")
    if family == "binomial" and ((y < 0) | (y > 1)).any():
        raise InvalidValue(expected="outcomes from 0 to 1", found=f"{y.min():g} to {y.max():g}")
    if family == "poisson" and (y < 0).any():
        raise InvalidValue(expected="counts of 0 or more", found=f"{y.min():g}")
    if family != "gaussian":
        used = y[prior > 0]
        if used.size == 0 or used.max() == 0 or (family == "binomial" and used.min() == 1):
            raise InvalidValue(expected="an outcome that varies", found="the same for everyone")
