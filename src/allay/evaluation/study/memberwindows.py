"""Each member's mean before and after a start, so that treated and compared members stand side by side.

A starter has one start; a comparison member has none, and its months are those of all starts, each with the
share of starters who started then. Differences of means of these arrays are the main contrast exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.study.cohort import NEVER
from allay.evaluation.study.contrast import MonthSums, Span

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class MemberWindows:
    """Members with a weight, before and after.

    Attributes
    ----------
    rows : int64 array [member]
        Where each stands among all members of the study.
    treated : bool array [member]
    weights : float64 array [member]
        Above 0.
    before, after : float64 array [member]
        Mean of the baseline and of the follow-up.
    common : float64 array [member]
        Change of the comparison in the same months: what happened to everybody.
    """

    rows: Integers
    treated: Flags
    weights: Floats
    before: Floats
    after: Floats
    common: Floats

    @property
    def change(self) -> Floats:
        """After less before, less what happened to everybody in the same months."""
        return np.asarray(self.after - self.before - self.common)

    @property
    def pairs(self) -> Floats:
        """Before and after as array [member, 2]."""
        return np.column_stack([self.before, self.after])


def member_windows(sums: MonthSums, start: Integers, weights: Floats, *, span: Span) -> MemberWindows:
    """Return the windows of all starters with a weight, and of the members who never start.

    Later starters are no comparison here, whatever the design: a member is of one kind.

    Raises
    ------
    InvalidValue
        No starters, or nobody who never starts, with all their months.

    Examples
    --------
    >>> use = np.array([[4.0, 4, 1, 1], [2, 2, 2, 0], [3, 3, 3, 5]])
    >>> start = np.array([2, 3, NEVER])
    >>> found = member_windows(MonthSums(use), start, np.ones(3), span=Span(2, 0, 1))
    >>> found.before.tolist(), found.after.tolist(), found.change.tolist()
    ([4.0, 2.0, 3.0], [1.0, 0.0, 4.0], [-3.0, -4.0, 0.0])
    """
    used = weights > 0
    starters, pool = used & (start != NEVER), used & (start == NEVER)
    before, after = np.full(len(start), np.nan), np.full(len(start), np.nan)
    windows = {}
    for month in np.unique(start[starters]).tolist():
        own = starters & (start == month)
        windows[month] = sums.mean(*span.before(month)), sums.mean(*span.after(month))
        before[own], after[own] = windows[month][0][own], windows[month][1][own]
    starters &= np.isfinite(before + after)
    pool &= np.isfinite(sum((base + follow for base, follow in windows.values()), np.zeros(len(start))))
    if not starters.any() or not pool.any():
        raise InvalidValue(
            expected="starters, and members who never start, with all months of their windows",
            found=f"{int(starters.sum())} and {int(pool.sum())}",
        )
    total, common = float(weights[starters].sum()), np.zeros(len(start))
    before[pool] = after[pool] = 0.0
    for month, (base, follow) in windows.items():
        own = starters & (start == month)
        share = float(weights[own].sum()) / total
        common[own] = np.average((follow - base)[pool], weights=weights[pool])
        before[pool] += share * base[pool]
        after[pool] += share * follow[pool]
    common[pool] = np.average(common[starters], weights=weights[starters])
    rows = np.flatnonzero(starters | pool)
    return MemberWindows(rows, starters[rows], weights[rows], before[rows], after[rows], common[rows])
