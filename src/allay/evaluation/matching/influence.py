"""Influence of every person on a weighted difference of which the weights were estimated."""

from __future__ import annotations

import numpy as np

from allay.evaluation.matching.arrays import Floats
from allay.evaluation.matching.comparison import Comparison


def weighting_influence(outcome: Floats, comparison: Comparison) -> Floats | None:
    """Return what each person adds to the weighted difference; the variance is the sum of the squares.

    Stacks the equations of the weights and of the means (M-estimation): a residual in the weighted means,
    less what the person changes through the weights (for propensity scores, Lunceford JK, Davidian M, Stat
    Med 2004;23:2937-2960). For entropy balancing the same algebra leaves residuals of the weighted
    regression.

    Returns
    -------
    array [n] or None
        None for methods of which the weights are not estimates of a smooth model (nearest, cem).

    Examples
    --------
    >>> from allay.evaluation.matching.weigh import weigh
    >>> comparison = weigh([1, 1, 0, 0], [[1.0], [3.0], [1.0], [3.0]], method="entropy")
    >>> influence = weighting_influence(np.array([5.0, 9.0, 1.0, 6.0]), comparison)
    >>> [f"{each:.2f}" for each in influence[:2]]
    ['0.25', '-0.25']
    """
    if comparison.covariates is None or comparison.method not in ("ipw", "overlap", "entropy"):
        return None
    who, w, y = comparison.treated, comparison.weights, outcome
    ours = np.where(who, w, 0.0) / w[who].sum()
    theirs = np.where(who, 0.0, w) / w[~who].sum()
    top, bottom = float(ours @ y), float(theirs @ y)
    if comparison.method == "entropy":
        return _balanced(y, comparison, ours, theirs)
    if comparison.scores is None:
        return None
    score = comparison.scores.score
    x = np.column_stack([np.ones(len(y)), comparison.covariates])
    # How the weights move with the coefficients, as a share of each weight.
    up, down = (0.0, 1.0) if comparison.method == "ipw" else (-score, 1 - score)
    slope = x.T @ (ours * up * (y - top) - theirs * down * (y - bottom))
    scale = np.linalg.norm(x, axis=0)
    information = ((x / scale) * (score * (1 - score))[:, None]).T @ (x / scale)
    per_score = np.linalg.solve(information, slope / scale) / scale
    found: Floats = ours * (y - top) - theirs * (y - bottom) + (x @ per_score) * (who - score)
    return found


def _balanced(y: Floats, comparison: Comparison, ours: Floats, theirs: Floats) -> Floats:
    if comparison.covariates is None:
        raise AssertionError
    gap = comparison.covariates - ours @ comparison.covariates
    root = np.sqrt(theirs)
    design = np.column_stack([np.ones(len(y)), gap]) * root[:, None]
    length = np.linalg.norm(design, axis=0)
    length[length == 0] = 1
    slopes = (np.linalg.lstsq(design / length, y * root, rcond=None)[0] / length)[1:]
    left = y - gap @ slopes
    found: Floats = ours * (left - ours @ left) - theirs * (left - theirs @ left)
    return found
