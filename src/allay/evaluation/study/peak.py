"""What regression to the mean alone would show: comparison members with the same use right before.

People start at a peak. To see how much of the fall that follows comes by itself, comparison members are
weighted in each month of a start so that their use in the months right before is that of the starters;
nothing happened to them, and their fall is what a report without a comparison group would have called an
effect. This is matching on the outcome before the start. It is right for this
question, and wrong for the effect (`PRE_OUTCOMES_WHY`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.tables import Strict
from allay.evaluation.study.cohort import NEVER
from allay.evaluation.study.contrast import MonthSums, Span

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_LEVELS = 6
"""Use before the start is compared level by level up to so many levels, else by fifths and zero."""

TINY = 1e-9
"""Less than the distance of any two levels: use is a count over months, or cents."""


class PeakFall(Strict):
    """The fall after a peak, of starters and of comparison members with the same peak.

    Attributes
    ----------
    months : int
        Months of the peak, right before the start.
    peak : float
        Mean of the starters in them.
    observed : float
        Their change to the follow-up.
    alone : float
        Change of comparison members with the same use in those months: regression to the mean, and whatever
        else changed for everybody.
    share : float, optional
        `alone` over `observed`; None where the starters did not fall.
    matched : float
        Share of the starters for whom there were comparison members with the same use.
    starters : int
    words : str
        With units; blank where the outcome is not known.
    """

    months: int
    peak: float
    observed: float
    alone: float
    share: float | None
    matched: float
    starters: int
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class _Month:
    """Starters and pool of one month of a start."""

    own: Floats
    fall: Floats
    pool: Floats
    pool_fall: Floats
    weights: Floats


def peak_fall(sums: MonthSums, start: Integers, weights: Floats, *, span: Span) -> PeakFall:
    """Compare the fall of starters after their peak with that of comparison members with the same peak.

    Examples
    --------
    Everyone has one month of use, by chance; starters start right after it.

    >>> use = np.tile(np.eye(6), (20, 1))
    >>> start = np.where(np.arange(120) % 6 == 2, 3, NEVER)
    >>> start[60:] = NEVER
    >>> found = peak_fall(MonthSums(use), start, np.ones(120), span=Span(1, 1, 3))
    >>> found.observed, found.alone, found.share
    (-1.0, -1.0, 1.0)
    """
    months = max(span.anticipation, 1)
    near = Span(months, 0, span.follow_up)
    used = weights > 0
    found = []
    for month in np.unique(start[used & (start != NEVER)]).tolist():
        before, after = sums.mean(*near.before(month)), sums.mean(*near.after(month))
        there = used & np.isfinite(before + after)
        own, pool = there & (start == month), there & (start == NEVER)
        fall = after - before
        found.append(_Month(before[own], fall[own], before[pool], fall[pool], weights[pool]))
    everyone = np.concatenate([one.own for one in found])
    edges = _edges(everyone)
    size, alone = _alone(found, edges)
    observed = float(np.concatenate([one.fall for one in found]).mean())
    covered = float(size[np.isfinite(alone)].sum())
    expected = float(np.nansum(size * np.nan_to_num(alone)) / covered) if covered else float("nan")
    share = expected / observed if observed < 0 and np.isfinite(expected) else None
    return PeakFall(
        months=months,
        peak=float(everyone.mean()),
        observed=observed,
        alone=expected if np.isfinite(expected) else 0.0,
        share=share,
        matched=covered / float(size.sum()),
        starters=len(everyone),
        words="",
    )


def _edges(own: Floats) -> Floats:
    """Ends of the groups of use before the start."""
    levels = np.unique(own)
    if len(levels) <= MOST_LEVELS:
        # Whoever used less than any starter, or more, stands for none.
        return np.concatenate([[levels[0] - TINY], (levels[1:] + levels[:-1]) / 2, [levels[-1] + TINY]])
    above = own[own > 0]
    cuts = np.quantile(above, [0.2, 0.4, 0.6, 0.8]) if len(above) else np.empty(0)
    return np.unique(np.concatenate([[np.nextafter(0, 1)], cuts]))


def _alone(found: list[_Month], edges: Floats) -> tuple[Floats, Floats]:
    """By group of use: starters, and the fall of comparison members in their months."""
    groups = len(edges) + 1
    size, mass, fall = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    for one in found:
        count = np.bincount(np.digitize(one.own, edges), minlength=groups)
        place = np.digitize(one.pool, edges)
        total = np.bincount(place, weights=one.weights, minlength=groups)
        falls = np.bincount(place, weights=one.weights * one.pool_fall, minlength=groups)
        there = total > 0
        share = np.where(there, count, 0)
        mean = np.divide(falls, total, out=np.zeros(groups), where=there)
        size += count
        mass += share
        fall += share * mean
    return size, np.divide(fall, mass, out=np.full(groups, np.nan), where=mass > 0)
