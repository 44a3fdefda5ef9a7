"""Quadrature: the grid of theta and the normal prior over it, by which integrals become sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allay.base.errors import InvalidValue
from allay.measures.conventions import t_score_population
from allay.measures.irt.graded import Floats

MOST_POINTS = 10_001
"""A finer grid changes no printed digit and only takes memory."""

# A step is given as a decimal, so (maximum - minimum) / step is a whole number only up to rounding.
_WHOLE = 1e-6


@dataclass(frozen=True)
class Quadrature:
    """Evenly spaced points of theta with the weights of a normal prior.

    Parameters
    ----------
    minimum, maximum, step : float
        The first and the last point and the distance between two; the step must divide the range.
    prior_mean, prior_sd : float
        Of the normal prior.

    Examples
    --------
    >>> grid = Quadrature(minimum=-1.0, maximum=1.0, step=0.5, prior_mean=0.0, prior_sd=1.0)
    >>> grid.points.tolist()
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """

    minimum: float
    maximum: float
    step: float
    prior_mean: float
    prior_sd: float

    def __post_init__(self) -> None:
        given = (self.minimum, self.maximum, self.step, self.prior_mean, self.prior_sd)
        if not all(map(math.isfinite, given)):
            raise InvalidValue(expected="finite numbers for the grid and the prior", found=f"{given}")
        if not self.minimum < self.maximum:
            found = f"{self.minimum:g} to {self.maximum:g}"
            raise InvalidValue(expected="a grid that ends above its start", found=found)
        if not self.step > 0:
            raise InvalidValue(expected="a grid step above 0", found=f"{self.step:g}")
        if not self.prior_sd > 0:
            raise InvalidValue(expected="a prior standard deviation above 0", found=f"{self.prior_sd:g}")
        steps = (self.maximum - self.minimum) / self.step
        if steps > MOST_POINTS - 1:
            found = f"a step of {self.step:g} from {self.minimum:g} to {self.maximum:g}"
            raise InvalidValue(expected=f"a grid of at most {MOST_POINTS:,} points", found=found)
        if round(steps) < 1 or abs(steps - round(steps)) > _WHOLE:
            found = f"{self.step:g} from {self.minimum:g} to {self.maximum:g}"
            raise InvalidValue(expected="a grid step that divides the range", found=found)

    @cached_property
    def points(self) -> Floats:
        """The points, of shape (g,)."""
        return np.linspace(self.minimum, self.maximum, round((self.maximum - self.minimum) / self.step) + 1)

    @cached_property
    def log_weights(self) -> Floats:
        """Logs of the prior at the points, the largest being 0; of shape (g,)."""
        logs = -0.5 * ((self.points - self.prior_mean) / self.prior_sd) ** 2
        return np.asarray(logs - logs.max(), dtype=np.float64)


def moments(log_posterior: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of posteriors given by their logs, up to a constant.

    Parameters
    ----------
    log_posterior : float64 array of shape (n, g)
    points : float64 array of shape (g,)

    Returns
    -------
    (theta, se) : float64 arrays of shape (n,)

    Examples
    --------
    >>> theta, se = moments(np.zeros((1, 3)), np.array([-1.0, 0.0, 1.0]))
    >>> theta.tolist(), se.round(6).tolist()
    ([0.0], [0.816497])
    """
    weights = np.exp(log_posterior - log_posterior.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weighted_moments(weights, points)


def weighted_moments(posterior: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of posteriors whose rows add up to 1.

    Examples
    --------
    >>> theta, se = weighted_moments(np.array([[0.5, 0.0, 0.5]]), np.array([-1.0, 0.0, 1.0]))
    >>> theta.tolist(), se.tolist()
    ([0.0], [1.0])
    """
    theta = np.asarray(posterior @ points, dtype=np.float64)
    spread = np.asarray(posterior @ points**2, dtype=np.float64) - theta**2
    return theta, np.sqrt(np.maximum(spread, 0.0))


def t_scores(theta: Floats) -> Floats:
    """T-scores of thetas: mean and standard deviation of the general population.

    Examples
    --------
    >>> t_scores(np.array([0.0, 1.5])).tolist()
    [50.0, 65.0]
    """
    mean, sd = t_score_population()
    return np.asarray(mean + sd * theta, dtype=np.float64)


def t_errors(se: Floats) -> Floats:
    """Standard errors in T-score units.

    Examples
    --------
    >>> t_errors(np.array([0.3])).tolist()
    [3.0]
    """
    return np.asarray(t_score_population()[1] * se, dtype=np.float64)
