"""Stability of a whole round: how near all ratings are to those of the round before. It is no consensus."""

from __future__ import annotations

import numpy as np
from scipy import stats

from allay.consensus.ratings.table import Floats, RatingTable
from allay.consensus.rounds.pairing import paired
from allay.consensus.rounds.result import StabilityRow

FEWEST_STATEMENTS = 3
"""Two statements have a rank correlation of 1 or -1 whatever was rated."""


def round_stability(before: RatingTable, after: RatingTable, *, smallest: int) -> StabilityRow:
    """Compare two rounds over all statements that were not edited between them.

    Parameters
    ----------
    before, after : RatingTable
    smallest : int
        Of fewer raters nothing is shown. Time grows with the cells.

    Examples
    --------
    >>> lines = np.zeros((3, 2), dtype=int)
    >>> first, second = (
    ...     RatingTable("r.csv", ("s", "t", "u"), ("a", "b"), np.array(rows), lines, round=number)
    ...     for number, rows in enumerate(([[7.0, 8], [5, 5], [1, 3]], [[8.0, 8], [5, 5], [1, 2]]), start=1))
    >>> found = round_stability(first, second, smallest=2)
    >>> found.pairs, round(found.share_changed, 3), round(found.weighted_kappa, 3), round(found.spearman, 3)
    (6, 0.333, 0.974, 1.0)
    """
    pair = paired(before, after)
    kept = ~np.array(pair.edited, dtype=np.bool_)
    earlier, later = pair.earlier[kept], pair.later[kept]
    both = ~np.isnan(later - earlier)
    raters = int(both.any(axis=0).sum())
    if raters < max(smallest, 1):
        return StabilityRow(from_round=before.round, to_round=after.round, raters=raters)
    x, y = earlier[both], later[both]
    return StabilityRow(
        from_round=before.round,
        to_round=after.round,
        raters=raters,
        pairs=len(x),
        share_changed=float((x != y).mean()),
        weighted_kappa=_weighted_kappa(x, y),
        spearman=_mean_spearman(earlier, later, smallest),
    )


def _weighted_kappa(x: Floats, y: Floats) -> float | None:
    """Quadratic weights: one less the mean squared difference over that of ratings paired at random."""
    by_chance = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    return None if by_chance == 0 else float(1 - ((x - y) ** 2).mean() / by_chance)


def _mean_spearman(earlier: Floats, later: Floats, smallest: int) -> float | None:
    found = []
    for one, other in zip(earlier.T, later.T, strict=True):
        both = ~np.isnan(one - other)
        ranks = [stats.rankdata(ratings[both]) for ratings in (one, other)]
        if both.sum() >= FEWEST_STATEMENTS and all(np.ptp(of) > 0 for of in ranks):
            found.append(np.corrcoef(ranks[0], ranks[1])[0, 1])
    return float(np.mean(np.sort(found))) if len(found) >= max(smallest, 1) else None
