"""What outcomes to expect given several parameters: a Gaussian process.

The mean is linear; around it the covariance falls with the squared distance, with a length for each
parameter. Lengths and noise are those of highest restricted likelihood on a sample of the draws. The sampled
draws then serve as the points of a regression on all draws (subset of regressors), so that every draw has its
say while memory stays at draws times points.

Sources: Strong M, Oakley JE, Brennan A, Estimating multiparameter partial expected value of perfect
information from a probabilistic sensitivity analysis sample: a nonparametric regression approach, Medical
Decision Making 2014;34:311-326. Rasmussen CE, Williams CKI, Gaussian Processes for Machine Learning, 2006,
chapters 2, 5 and 8.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.optimize import minimize

from allay.economics.decision.arrays import Floats, Places

# Keeps matrices of points that nearly coincide, and of parameters that say the same, positive definite in
# float64. Outcomes are scaled to a variance of 1, so it is also the least variance of a signal.
_JITTER = 1e-8
# Logs of the lengths (in standard deviations of a parameter) and of the noise (in units of the signal).
_LENGTHS, _NOISE = (np.log(0.1), np.log(100.0)), (np.log(1e-6), np.log(1e4))
_START_LENGTH, _START_NOISE = np.log(2.0), np.log(1.0)


def expected_given_group(inputs: Floats, outcomes: Floats, *, sample: Places) -> Floats:
    """Expected outcomes given a group of parameters, for every draw.

    Parameters
    ----------
    inputs : float64 array of shape (draws, parameters)
        On a common scale, such as normal scores.
    outcomes : float64 array of shape (outcomes, draws)
    sample : int array of shape (points,)
        The draws to learn lengths and noise from, and to rest the regression on.

    Returns
    -------
    float64 array of shape (outcomes, draws)
        With the means of the outcomes.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(400, 2))
    >>> truth = np.sin(x[:, 0]) * x[:, 1]
    >>> fitted = expected_given_group(x, truth[None], sample=np.arange(100))
    >>> bool(np.abs(fitted - truth).mean() < 0.02)
    True
    """
    linear = np.column_stack([np.ones(len(inputs)), inputs])
    fitted = np.empty_like(outcomes)
    for outcome, row in zip(outcomes, fitted, strict=True):
        mean, spread = outcome.mean(), outcome.std()
        row[:] = mean
        if spread > 0:
            scaled = (outcome - mean) / spread
            found = _learn(inputs[sample], linear[sample], scaled[sample])
            row += spread * _regress(inputs, linear, scaled, sample, found)
    return fitted


def _learn(inputs: Floats, linear: Floats, outcome: Floats) -> Floats:
    """Logs of the lengths and of the noise."""
    squares = np.stack([(column[:, None] - column[None, :]) ** 2 for column in inputs.T])
    start = np.array([_START_LENGTH] * len(squares) + [_START_NOISE])
    found = minimize(
        _misfit,
        start,
        args=(squares, linear, outcome),
        jac=True,
        method="L-BFGS-B",
        bounds=[_LENGTHS] * len(squares) + [_NOISE],
    )
    return np.asarray(found.x, dtype=np.float64)


def _misfit(logs: Floats, squares: Floats, linear: Floats, outcome: Floats) -> tuple[float, Floats]:
    """Minus the restricted log likelihood, the scale of the signal profiled out; and its gradient."""
    lengths, noise = np.exp(logs[:-1]), np.exp(logs[-1])
    near = np.exp(-0.5 * np.tensordot(lengths**-2, squares, axes=1))
    count, fixed = linear.shape
    factor = cho_factor(near + (noise + _JITTER) * np.eye(count), lower=True)
    inverse = cho_solve(factor, np.eye(count))
    spanned = inverse @ linear
    inner = cho_factor(linear.T @ spanned + _JITTER * np.eye(fixed), lower=True)
    projected = inverse - spanned @ cho_solve(inner, spanned.T)
    residual = projected @ outcome
    variance = max(float(outcome @ residual) / (count - fixed), _JITTER)
    misfit = (
        0.5 * (count - fixed) * np.log(variance)
        + np.log(np.diag(factor[0])).sum()
        + np.log(np.diag(inner[0])).sum()
    )
    slope = 0.5 * (projected - np.outer(residual, residual) / variance)
    by_length = np.tensordot(squares, slope * near, axes=2) / lengths**2
    return float(misfit), np.append(by_length, noise * np.trace(slope))


def _regress(inputs: Floats, linear: Floats, outcome: Floats, sample: Places, logs: Floats) -> Floats:
    """Posterior mean at every draw, given all draws, with the sampled ones as points."""
    scaled = inputs / np.exp(logs[:-1])
    points = scaled[sample]
    crossed = scaled @ points.T
    crossed -= 0.5 * (scaled**2).sum(axis=1)[:, None]
    crossed -= 0.5 * (points**2).sum(axis=1)
    near = np.exp(crossed)
    root = np.linalg.cholesky(near[sample] + _JITTER * np.eye(len(points)))
    design = np.column_stack([linear, solve_triangular(root, near.T, lower=True).T])
    ridge = np.full(design.shape[1], np.exp(logs[-1]) + _JITTER)
    ridge[: linear.shape[1]] = _JITTER
    weights = cho_solve(cho_factor(design.T @ design + np.diag(ridge), lower=True), design.T @ outcome)
    return np.asarray(design @ weights)
