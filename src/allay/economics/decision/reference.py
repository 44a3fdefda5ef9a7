"""EVPPI the plain way: one parameter, one outcome and one strength of smoothing after the other.

What the fast way of `allay.economics.decision.smoothing` does in the basis that diagonalizes the penalty is
written out here as penalized least squares, with the residuals and the trace that cross-validation asks for.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import eigvalsh
from scipy.stats import norm, rankdata

from allay.economics.decision.arrays import Floats
from allay.economics.decision.smoothing import DEGREE, STRENGTHS, inner_breaks


def plain_evppi(costs: Floats, effects: Floats, parameter: Floats, *, wtp: float) -> float:
    """Value one parameter without equal draws.

    Parameters
    ----------
    costs, effects : float64 arrays of shape (draws, strategies)
    parameter : float64 array of shape (draws,)
    wtp : float

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=(200, 2))
    >>> plain_evppi(-draws, np.zeros((200, 2)), draws[:, 0], wtp=1.0) > 0.2
    True
    """
    design, penalty = _design(parameter)
    strategies = range(1, costs.shape[1])
    dearer = [_smooth(design, penalty, costs[:, place] - costs[:, 0]) for place in strategies]
    better = [_smooth(design, penalty, effects[:, place] - effects[:, 0]) for place in strategies]
    benefits = [wtp * effect - cost for effect, cost in zip(better, dearer, strict=True)]
    known = np.column_stack([np.zeros(len(costs)), *benefits])
    return float(known.max(axis=1).mean() - known.mean(axis=0).max())


def _design(parameter: Floats) -> tuple[Floats, Floats]:
    """The B-splines at every draw, and the penalty on their second derivatives."""
    scores = norm.ppf((rankdata(parameter) - 0.5) / len(parameter))
    breaks = np.array([scores.min(), *inner_breaks(len(parameter)), scores.max()])
    knots = np.concatenate([[breaks[0]] * DEGREE, breaks, [breaks[-1]] * DEGREE])
    functions = len(knots) - DEGREE - 1
    splines = [BSpline(knots, np.eye(functions)[place], DEGREE) for place in range(functions)]
    design = np.column_stack([spline(scores) for spline in splines])
    turns = np.column_stack([spline.derivative(2)(breaks) for spline in splines])
    penalty = np.zeros((functions, functions))
    # A second derivative is straight from break to break: the integral of a product of two straight lines.
    for width, left, right in zip(np.diff(breaks), turns[:-1], turns[1:], strict=True):
        penalty += width / 3 * (np.outer(left, left) + np.outer(right, right))
        penalty += width / 6 * (np.outer(left, right) + np.outer(right, left))
    return design, penalty


def _smooth(design: Floats, penalty: Floats, outcome: Floats) -> Floats:
    """The fit with the least generalized cross-validation."""
    gram = design.T @ design
    scale = eigvalsh(penalty, gram)[2]
    best, chosen = np.inf, np.zeros_like(outcome)
    for strength in STRENGTHS.tolist():
        ridge = gram + strength / scale * penalty
        fitted = design @ np.linalg.solve(ridge, design.T @ outcome)
        freedom = len(outcome) - np.trace(np.linalg.solve(ridge, gram))
        score = float(((outcome - fitted) ** 2).sum() / freedom**2)
        if score < best:
            best, chosen = score, fitted
    return chosen
