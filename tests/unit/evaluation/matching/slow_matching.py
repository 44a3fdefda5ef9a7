"""Matching, cells, balance and entropy balancing once more, in plain loops or by another method."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize


def slow_nearest(treated, score, *, ratio=1, caliper=None, search="nearest"):
    """Match by looking at every untreated person for every treated one: {row of treated: [rows taken]}."""
    order = sorted((row for row in range(len(score)) if treated[row]), key=lambda row: (-score[row], row))
    free = [row for row in range(len(score)) if not treated[row]]
    taken = {row: [] for row in order}
    for _ in range(ratio):
        for row in order:
            near = [each for each in free if caliper is None or abs(score[row] - score[each]) <= caliper]
            if search == "below" and any(score[each] <= score[row] for each in near):
                near = [each for each in near if score[each] <= score[row]]
            if near:
                best = min(near, key=lambda each, row=row: (abs(score[row] - score[each]), each))
                taken[row].append(best)
                free.remove(best)
    return taken


def slow_cem(treated, covariates):
    """Weights of coarsened exact matching, cell by cell."""
    rows, bins = len(treated), math.ceil(math.log2(len(treated)) + 1)
    cells = {}
    for row in range(rows):
        cell = []
        for column in range(covariates.shape[1]):
            low, high = covariates[:, column].min(), covariates[:, column].max()
            edges = [low + (high - low) * step / bins for step in range(1, bins)]
            cell.append(sum(covariates[row, column] >= edge for edge in edges))
        cells.setdefault(tuple(cell), []).append(row)
    weights = [0.0] * rows
    for members in cells.values():
        ours = [row for row in members if treated[row]]
        theirs = [row for row in members if not treated[row]]
        if ours and theirs:
            for row in ours:
                weights[row] = 1.0
            for row in theirs:
                weights[row] = len(ours) / len(theirs)
    return weights


def slow_ecdf(x, treated, weights):
    """Largest distance of two weighted distribution functions, looked up at every value."""
    found = 0.0
    for value in set(x):
        shares = []
        for side in (True, False):
            mine = [w for w, t in zip(weights, treated, strict=True) if bool(t) is side]
            below = [
                w for w, t, each in zip(weights, treated, x, strict=True) if bool(t) is side and each <= value
            ]
            shares.append(sum(below) / sum(mine))
        found = max(found, abs(shares[0] - shares[1]))
    return found


def slow_entropy(treated, covariates):
    """Shares of the untreated that diverge least from even ones, by a general optimizer of the primal."""
    pool = covariates[~treated]
    target = covariates[treated].mean(axis=0)
    count = len(pool)
    found = minimize(
        lambda share: float((share * np.log(np.maximum(share, 1e-300) * count)).sum()),
        np.full(count, 1 / count),
        jac=lambda share: np.log(np.maximum(share, 1e-300) * count) + 1,
        constraints=[
            {"type": "eq", "fun": lambda share: share.sum() - 1, "jac": lambda share: np.ones(count)},
            {"type": "eq", "fun": lambda share: pool.T @ share - target, "jac": lambda share: pool.T},
        ],
        bounds=[(0, 1)] * count,
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-14},
    )
    return found.x
