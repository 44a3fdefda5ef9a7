"""The affine estimator with the shortest interval when trends may bend: weights, largest bias, length."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from allay.evaluation.inference.arrays import Floats
from allay.evaluation.inference.event_study import EventStudy

# Newton's steps rise to the root without passing it and double their digits; far fewer are needed.
_STEPS = 50
_SETTLED = 1e-13
# Of the search: any weights give an interval that covers, so these only decide how near its length is to
# least.
_SEARCHES, _LENGTH_CLOSE = 500, 1e-10
# Keeps a variance of zero from being divided by; variances are in units of the largest here.
_TINY = 1e-24
# With a bias of this many standard errors the far tail is nothing, and squares would only overflow.
_FAR = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class FixedLength:
    """An affine estimate of an effect and the half-length of its interval.

    Attributes
    ----------
    estimate, se, bias, half : float
        Estimate, its standard error, the largest bias within the bound, half the interval's length.
    weights : float array [month before the reference]
        On the coefficients before the reference, the nearest first.
    """

    estimate: float
    se: float
    bias: float
    half: float
    weights: Floats


def folded_quantile(bias: float, *, level: float) -> float:
    """Quantile of the absolute value of a normal with that mean and a standard deviation of 1.

    Examples
    --------
    >>> round(folded_quantile(0.0, level=0.95), 4), round(folded_quantile(9.0, level=0.95), 4)
    (1.96, 10.6449)
    """
    found = bias + float(ndtri(level)) if bias > 0 else float(ndtri(0.5 + level / 2))
    if bias > _FAR:
        return found
    for _ in range(_STEPS):
        short = level - float(ndtr(found - bias) - ndtr(-found - bias))
        step = short / _two_densities(found, bias)
        found += step
        if abs(step) < _SETTLED * found:
            break
    return found


def _two_densities(at: float, bias: float) -> float:
    return float((np.exp(-((at - bias) ** 2) / 2) + np.exp(-((at + bias) ** 2) / 2)) / np.sqrt(2 * np.pi))


def fixed_length(study: EventStudy, target: Floats, *, bound: float, level: float) -> FixedLength:
    """Find the shortest interval for the target under changes of slope of at most `bound`.

    Notes
    -----
    Write the difference in trends by its slope after the reference and its second differences. The weights on
    the coefficients before the start enter through g(k) = sum over j > k of (j - k) w(j), j months before the
    reference. Any slope cancels exactly when g(0) equals the target's sum of l(j) j; the largest bias is the
    bound times the sum of |g(k)| and of the like sum after the reference; so only g(1), g(2) and so on are
    free. Half the length is the quantile of |N(bias / se, 1)| times se, which is convex in them.

    Examples
    --------
    >>> from allay.evaluation.inference.event_study import event_study
    >>> study = event_study([-3, -2, 0], [0.2, 0.1, 1.0], np.diag([0.01, 0.01, 0.01]))
    >>> found = fixed_length(study, np.array([1.0]), bound=0.0, level=0.95)
    >>> found.weights.round(4).tolist(), round(found.estimate, 4)
    ([0.2, 0.4], 1.1)
    """
    before, after = len(study.pre), len(target)
    ahead = np.arange(1, after + 1)
    fixed = float(target @ ahead)
    bends = np.clip(ahead[None, :] - np.arange(1, after)[:, None], 0, None) @ target
    constant = abs(fixed) + float(np.abs(bends).sum())
    order = np.concatenate([study.post, study.pre])
    sigma = study.covariance[np.ix_(order, order)]
    months = np.arange(1, before + 1)
    to_weights = np.linalg.inv(np.clip(months[None, :] - np.arange(before)[:, None], 0, None).astype(float))

    # In units of the largest standard error, so that the search's tolerance means the same for cents and
    # visits.
    scale = float(np.sqrt(np.diag(sigma).max())) or 1.0
    base = np.concatenate([target, to_weights[:, 0] * fixed])
    basis = np.concatenate([np.zeros((after, before - 1)), to_weights[:, 1:]])
    free = _shortest(_Length(base, basis, sigma / scale**2, bound / scale, constant, level))
    weights = base + basis @ free
    se = float(np.sqrt(max(0.0, weights @ sigma @ weights)))
    bias = bound * (constant + float(np.abs(free).sum()))
    half = bias if se == 0 else se * folded_quantile(bias / se, level=level)
    return FixedLength(float(weights @ study.estimate[order]), se, bias, half, weights[after:])


@dataclass(frozen=True, slots=True, eq=False)
class _Length:
    """Half the length of the interval as a function of the free weights: base + basis @ free."""

    base: Floats
    basis: Floats
    sigma: Floats
    bound: float
    constant: float
    level: float

    def straight(self) -> Floats:
        """Free weights of least variance: what is best where no bend is allowed."""
        moved = self.sigma @ self.basis
        return np.asarray(
            np.linalg.lstsq(self.basis.T @ moved, -moved.T @ self.base, rcond=None)[0], np.float64
        )

    def of(self, free: Floats) -> float:
        """Half-length."""
        return self.of_parts(np.concatenate([np.clip(free, 0, None), np.clip(-free, 0, None)]))[0]

    def of_parts(self, parts: Floats) -> tuple[float, Floats]:
        """Half-length and its gradient; `parts` are the positive and the negative parts of the weights."""
        up, down = parts.reshape(2, -1)
        weights: Floats = self.base + self.basis @ (up - down)
        moved = self.sigma @ weights
        se = math.sqrt(max(float(weights @ moved), _TINY))
        bias = self.bound * (self.constant + float(parts.sum()))
        ratio = float(bias / se)
        quantile = folded_quantile(ratio, level=self.level)
        near, far = np.exp(-((quantile - ratio) ** 2) / 2), np.exp(-((quantile + ratio) ** 2) / 2)
        by_bias = (near - far) / (near + far)
        by_weight = (quantile - ratio * by_bias) * (self.basis.T @ moved) / se
        slope: Floats = np.concatenate([by_weight, -by_weight]) + by_bias * self.bound
        return se * quantile, slope


def _shortest(length: _Length) -> Floats:
    """Free weights of the shortest interval: no bend at all, no weight at all, or what a search finds."""
    straight = length.straight()
    if length.bound == 0 or not straight.size:
        return straight
    known: list[Floats] = [straight, np.zeros(len(straight))]
    start = known[0] if length.of(known[0]) < length.of(known[1]) else known[1]
    found = minimize(
        length.of_parts,
        np.concatenate([np.clip(start, 0, None), np.clip(-start, 0, None)]),
        jac=True,
        method="SLSQP",
        bounds=[(0, None)] * (2 * len(straight)),
        options={"maxiter": _SEARCHES, "ftol": _LENGTH_CLOSE},
    )
    up, down = np.clip(found.x, 0, None).reshape(2, -1)
    searched: Floats = up - down
    return searched if length.of(searched) < length.of(start) else start
