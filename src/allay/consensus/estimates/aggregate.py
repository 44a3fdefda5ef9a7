"""Aggregates of expert estimates, by item and round, and how their spread changed between rounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.consensus.estimates.limits import limits
from allay.consensus.estimates.quartiles import run_quartiles
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.estimates.table import EstimateTable
from allay.consensus.ratings.table import Floats, Ints

NONE = -1
"""The round before the first."""


@dataclass(frozen=True, slots=True, eq=False)
class EstimateAggregates:
    """What the estimates of an item in a round come to; a row for each, by item, then by round.

    Attributes
    ----------
    item, round : int64 arrays of shape (rows,)
        Places in `items` and `rounds` of the table.
    n : int64 array
        Experts.
    mean, median, log_odds_mean, q1, q3, iqr : float64 arrays
        Of the best estimates, on their scale. The log-odds mean takes them as shares of it, draws these to
        0.01 and 0.99, averages their log-odds and turns the mean back.
    lower, upper : float64 arrays
        Means of the bounds of those who gave some; NaN where nobody did.
    before : int64 array
        The row of the same item in its round before; -1 where there is none.
    both, changed : int64 arrays
        Experts of both rounds, and how many of them changed their best estimate; 0 without a round before.
    """

    item: Ints
    round: Ints
    n: Ints
    mean: Floats
    median: Floats
    log_odds_mean: Floats
    q1: Floats
    q3: Floats
    iqr: Floats
    lower: Floats
    upper: Floats
    before: Ints
    both: Ints
    changed: Ints

    @property
    def iqr_change(self) -> Floats:
        """Interquartile range less that of the round before; negative: closer together. NaN without one."""
        found: Floats = np.where(self.before == NONE, np.nan, self.iqr - self.iqr[self.before])
        return found


def aggregate(table: EstimateTable) -> EstimateAggregates:
    """Aggregate estimates by item and round; who gave which, and in which order, changes nothing.

    Parameters
    ----------
    table : EstimateTable
        At least one row. All count; leave rows out with `EstimateTable.only`. Time grows with the rows, which
        are sorted.

    Examples
    --------
    >>> import io
    >>> from allay.consensus.estimates.reading import read_estimates
    >>> rows = b"item,expert,best\\ny1,a,20\\ny1,b,80\\ny1,c,65\\n"
    >>> found = aggregate(read_estimates(io.BytesIO(rows)))
    >>> found.n.tolist(), found.mean.tolist(), found.median.tolist(), found.log_odds_mean.round(2).tolist()
    ([3], [55.0], [65.0], [55.14])
    """
    key = table.item * len(table.rounds) + table.round
    order = np.lexsort((table.best, key))
    cells, cell, sizes = np.unique(key, return_inverse=True, return_counts=True)
    starts = np.cumsum(sizes) - sizes
    best = table.best[order]
    q1, median, q3 = run_quartiles(best, starts, sizes)
    item, number = np.divmod(cells, len(table.rounds))
    before = np.arange(len(cells)) - 1
    before[np.r_[True, item[1:] != item[:-1]]] = NONE
    both, changed = _both_rounds(table, cell, before)
    return EstimateAggregates(
        item=item,
        round=number,
        n=sizes,
        mean=_means(best, starts, sizes),
        median=median,
        log_odds_mean=_log_odds_means(best, starts, sizes, scale=table.scale),
        q1=q1,
        q3=q3,
        iqr=q3 - q1,
        lower=_means_given(table.lower, cell, len(cells)),
        upper=_means_given(table.upper, cell, len(cells)),
        before=before,
        both=both,
        changed=changed,
    )


def _means(placed: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Means of sorted runs: added in order of size, and never outside by a last digit."""
    mean = np.add.reduceat(placed, starts) / sizes
    found: Floats = np.clip(mean, placed[starts], placed[starts + sizes - 1])
    return found


def _log_odds_means(placed: Floats, starts: Ints, sizes: Ints, *, scale: EstimateScale) -> Floats:
    rule = limits().log_odds
    share = np.clip((placed - scale.low) / (scale.high - scale.low), rule.lowest, rule.highest)
    mean = _means(np.log(share / (1 - share)), starts, sizes)
    found: Floats = scale.low + (scale.high - scale.low) / (1 + np.exp(-mean))
    return found


def _means_given(values: Floats, cell: Ints, cells: int) -> Floats:
    given = ~np.isnan(values)
    if not given.any():
        return np.full(cells, np.nan)
    order = np.lexsort((values[given], cell[given]))
    found = np.full(cells, np.nan)
    known, starts, sizes = np.unique(cell[given][order], return_index=True, return_counts=True)
    found[known] = _means(values[given][order], starts, sizes)
    return found


def _both_rounds(table: EstimateTable, cell: Ints, before: Ints) -> tuple[Ints, Ints]:
    """Experts who estimated an item in a round and in its round before, and those of them who changed."""
    experts = int(table.expert.max()) + 1
    keys = cell * experts + table.expert
    order = np.argsort(keys)
    wanted = before[cell] * experts + table.expert
    earlier = order[np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)]
    there: NDArray[np.bool_] = (before[cell] != NONE) & (keys[earlier] == wanted)
    moved = there & (table.best != table.best[earlier])
    return (
        np.bincount(cell[there], minlength=len(before)),
        np.bincount(cell[moved], minlength=len(before)),
    )
