"""Entropy balancing: weights, as even as can be, that give the untreated the means of the treated exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.matching.arrays import Flags, Floats

# Means agree to this many standard deviations: what is left of double precision after sums over 1e6 rows.
_EXACT = 1e-10
_STEPS = 200
_HALVINGS = 40
# Multipliers above this (in standard deviations) put next to all weight on next to nobody.
_RUNAWAY = 1e4
# A combination of covariates names those that make up at least this share of it.
_NAMED = 0.05


def entropy_weights(treated: Flags, covariates: Floats, *, names: Sequence[str]) -> Floats:
    """Return weights [n]: 1 for the treated; the untreated sum to the number of treated.

    Minimizes the convex dual by Newton's method: the logarithm of the sum of exp(b'(x - m)) over the
    untreated, where m is the mean of the treated. Hainmueller J, Political Analysis 2012;20:25-46.

    Where the treated are all at the border of the untreated (all married, say), the untreated beyond it
    (whoever is not) get no weight: no other weights give that mean.

    Raises
    ------
    InvalidValue
        No weights give the means: the covariate whose mean no weighting of the untreated reaches, or the
        covariates of which a combination is out of reach.

    Examples
    --------
    >>> treated = np.array([True, False, False, False])
    >>> weights = entropy_weights(treated, np.array([[2.0], [1.0], [1.0], [3.0]]), names=["severity"])
    >>> weights.round(6).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    target = covariates[treated].mean(axis=0)
    pool = np.flatnonzero(~treated)
    rows, kept = _within_reach(covariates[pool], target, names=names)
    pool = pool[rows]
    weights = np.zeros(len(treated))
    weights[treated] = 1.0
    gap = covariates[pool][:, kept] - target[kept]
    scale = gap.std(axis=0)
    share = (
        _shares(gap / scale, names=[names[j] for j in kept])
        if len(kept)
        else np.full(len(pool), 1 / len(pool))
    )
    weights[pool] = share * treated.sum()
    return weights


def _within_reach(x: Floats, target: Floats, *, names: Sequence[str]) -> tuple[NDArray[np.intp], list[int]]:
    """Return the rows that can have weight and the columns that still need balance."""
    rows = np.arange(len(x))
    columns = list(range(x.shape[1]))
    again = True
    while again:
        again = False
        for j in list(columns):
            low, high = x[rows, j].min(), x[rows, j].max()
            slack = _EXACT * max(abs(low), abs(high), abs(target[j]), high - low)
            if target[j] < low - slack or target[j] > high + slack:
                raise InvalidValue(
                    expected="a mean of the treated within the range of the untreated",
                    found=f"{names[j]!r} with a mean of {target[j]:g} among the treated and a range from "
                    f"{low:g} to {high:g} among the untreated",
                )
            if target[j] <= low + slack or target[j] >= high - slack:
                border = low if target[j] <= low + slack else high
                rows = rows[np.abs(x[rows, j] - border) <= slack]
                columns.remove(j)
                again = True
    return rows, columns


def _shares(gap: Floats, *, names: Sequence[str]) -> Floats:
    """Return shares that sum to 1 and balance `gap` [m, k] (distance from the target, scaled) to zero."""
    b = np.zeros(gap.shape[1])
    value, share = _dual(gap, b)
    for _ in range(_STEPS):
        gradient = share @ gap
        if np.abs(gradient).max() <= _EXACT:
            return share
        centered = gap - gradient
        curvature = (share[:, None] * centered).T @ centered
        step = np.linalg.lstsq(curvature, -gradient, rcond=None)[0]
        slope, length = float(gradient @ step), 1.0
        for _ in range(_HALVINGS):
            after, new = _dual(gap, b + length * step)
            # Close to the minimum the dual no longer tells values apart; the gradient does.
            if after <= value + 1e-4 * length * slope or np.abs(new @ gap).max() < np.abs(gradient).max() / 2:
                break
            length /= 2
        b, value, share = b + length * step, after, new
        if np.abs(b).max() > _RUNAWAY:
            break
    size = np.abs(b) * gap.std(axis=0)
    named = [name for name, part in zip(names, size, strict=True) if part > _NAMED * size.max()]
    raise InvalidValue(
        expected="means of the treated that some weighting of the untreated reaches",
        found=f"{', '.join(map(repr, named))} together out of reach; balance fewer covariates, or leave out "
        "treated people unlike any untreated",
    )


def _dual(gap: Floats, b: Floats) -> tuple[float, Floats]:
    linear = gap @ b
    top = float(linear.max())
    each = np.exp(linear - top)
    total = float(each.sum())
    return top + float(np.log(total)), each / total
