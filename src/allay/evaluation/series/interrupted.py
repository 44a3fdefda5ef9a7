"""Interrupted time series: what changed at a start, against the trend before, with nobody to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from allay.base.errors import InvalidValue
from allay.evaluation.glm import GlmFit, fit_glm
from allay.evaluation.series.design import Floats, SegmentedDesign, segmented_design
from allay.evaluation.series.residuals import newey_west

Model: TypeAlias = Literal["quasipoisson", "poisson", "gaussian"]


@dataclass(frozen=True, slots=True)
class SeriesTerm:
    """A coefficient with its interval; `ratio` is its exponential (of the count models)."""

    name: str
    estimate: float
    se: float
    low: float
    high: float
    p: float

    @property
    def ratio(self) -> tuple[float, float, float]:
        """Rate ratio and its interval."""
        return float(np.exp(self.estimate)), float(np.exp(self.low)), float(np.exp(self.high))


@dataclass(frozen=True, slots=True)
class SeriesTotal:
    """Sum over the times since the start: observed, expected without the program, and their difference.

    The interval is that of the fitted difference: it counts how well the trend is known.
    """

    observed: float
    expected: float
    difference: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class InterruptedSeries:
    """A segmented regression that has been fitted.

    Attributes
    ----------
    terms : tuple of SeriesTerm
        Intercept, step, time, and what else the design has.
    dispersion : float
        Pearson's (count models), or the residual variance (Gaussian).
    fitted : array [n]
    expected, low, high : array [n]
        What the trend before would give without the program, with its interval.
    residuals : array [n]
        Pearson's.
    total : SeriesTotal
    """

    model: Model
    design: SegmentedDesign
    terms: tuple[SeriesTerm, ...]
    covariance: Floats
    dispersion: float
    fitted: Floats
    expected: Floats
    low: Floats
    high: Floats
    residuals: Floats
    total: SeriesTotal

    def term(self, name: str) -> SeriesTerm:
        """Return a term by name."""
        for one in self.terms:
            if one.name == name:
                return one
        raise InvalidValue(expected=f"one of {', '.join(self.design.names)}", found=name)


def interrupted_series(
    time: ArrayLike,
    outcome: ArrayLike,
    *,
    start: float,
    population: ArrayLike | None = None,
    model: Model = "quasipoisson",
    slope: bool = False,
    harmonics: int = 0,
    period: float = 12,
    lags: int | None = None,
    level: float = 0.95,
) -> InterruptedSeries:
    """Fit a segmented regression: trend, step at the start, and where asked a change of slope and seasons.

    Parameters
    ----------
    time, outcome : array [n]
    start : float
        First time with the program.
    population : array [n], optional
        People or person-time behind each count; rates are compared (count models only).
    model : {"quasipoisson", "poisson", "gaussian"}
        Counts whose variance is a multiple of the mean; counts whose variance is the mean; anything else.
    slope, harmonics, period
        See `segmented_design`.
    lags : int, optional
        Take errors after Newey and West that reach so far, in place of those of the model.
    level : float
        Of the intervals, which are normal ones.

    Raises
    ------
    InvalidValue
        Negative counts, a population that is not above 0, too few times for the terms, and whatever
        `segmented_design` and `fit_glm` refuse.

    Notes
    -----
    Lopez Bernal J, Cummins S, Gasparrini A, Int J Epidemiol 2017;46:348-355.

    Examples
    --------
    >>> counts = [100, 102, 104, 106, 54, 55, 56, 57]
    >>> found = interrupted_series(range(1, 9), counts, start=5)
    >>> round(found.term("step").ratio[0], 2), round(found.total.expected)
    (0.5, 444)
    """
    x, y = np.asarray(time, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if x.shape != y.shape:
        raise InvalidValue(expected="an outcome for every time", found=f"{y.shape} for {x.shape}")
    design = segmented_design(x, start=start, slope=slope, harmonics=harmonics, period=period)
    if len(x) <= len(design.names):
        found = f"{len(x)} for {len(design.names)}"
        raise InvalidValue(expected="more times than terms of the model", found=found)
    if model != "gaussian":
        for side, words in ((y[x < start], "before"), (y[x >= start], "from then on")):
            if not side.any():
                raise InvalidValue(
                    expected="counts above 0 before the start and after it, to compare them by a ratio",
                    found=f"only zeros {words}",
                )
    shift = _offset(population, len(x), model)
    family: Literal["gaussian", "poisson"] = "gaussian" if model == "gaussian" else "poisson"
    fit = fit_glm(design.columns, y, family=family, offset=shift, names=design.names)
    dispersion = 1.0 if model == "poisson" else fit.dispersion
    covariance = fit.inverse * dispersion
    if lags is not None:
        covariance = newey_west(design.columns, y - fit.fitted, fit.inverse, lags=lags)
    wide = float(ndtri((1 + level) / 2))
    expected, low, high = _without(design, fit, shift, covariance, wide)
    return InterruptedSeries(
        model,
        design,
        _terms(fit, covariance, wide),
        covariance,
        fit.dispersion,
        fit.fitted,
        expected,
        low,
        high,
        (y - fit.fitted) / (np.sqrt(fit.fitted) if family == "poisson" else 1.0),
        _total(y, design, fit, expected, covariance, wide),
    )


def _offset(population: ArrayLike | None, n: int, model: Model) -> Floats:
    if population is None:
        return np.zeros(n)
    if model == "gaussian":
        raise InvalidValue(expected="a population only with a model of counts", found="the gaussian model")
    people = np.asarray(population, dtype=np.float64)
    if people.shape != (n,) or not (people > 0).all():
        raise InvalidValue(expected=f"{n} populations above 0", found="another number, or one that is not")
    return np.asarray(np.log(people))


def _terms(fit: GlmFit, covariance: Floats, wide: float) -> tuple[SeriesTerm, ...]:
    errors = np.sqrt(np.diag(covariance))
    return tuple(
        SeriesTerm(
            name,
            coef,
            se,
            coef - wide * se,
            coef + wide * se,
            float(2 * ndtr(-abs(coef) / se)) if se > 0 else float("nan"),
        )
        for name, coef, se in zip(fit.names, fit.coef.tolist(), errors.tolist(), strict=True)
    )


def _without(
    design: SegmentedDesign, fit: GlmFit, shift: Floats, covariance: Floats, wide: float
) -> tuple[Floats, Floats, Floats]:
    linear = design.without @ fit.coef + shift
    error = wide * np.sqrt(np.einsum("ij,jk,ik->i", design.without, covariance, design.without))
    if fit.family == "poisson":
        return np.exp(linear), np.exp(linear - error), np.exp(linear + error)
    return linear, linear - error, linear + error


def _total(
    y: Floats, design: SegmentedDesign, fit: GlmFit, expected: Floats, covariance: Floats, wide: float
) -> SeriesTotal:
    """Add up over the times since the start; the error is that of the fitted difference (delta method)."""
    after = design.after
    counts = fit.family == "poisson"
    up = fit.fitted[after] if counts else np.ones(int(after.sum()))
    down = expected[after] if counts else np.ones(int(after.sum()))
    gradient = up @ design.columns[after] - down @ design.without[after]
    se = float(np.sqrt(gradient @ covariance @ gradient))
    gap = float((fit.fitted - expected)[after].sum())
    observed = float(y[after].sum())
    return SeriesTotal(observed, float(expected[after].sum()), gap, se, gap - wide * se, gap + wide * se)
