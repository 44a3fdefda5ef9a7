"""Regression to the mean: what can be seen of it in one before and one after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.disclosure import suppress_counts
from allay.measures.paired import complete_pairs

__all__ = ["BaselinePart", "RegressionView", "change_by_baseline"]


@dataclass(frozen=True, slots=True)
class BaselinePart:
    """Patients whose baseline lies from ``low`` to ``high``; figures are None where the count is hidden."""

    low: float
    high: float
    n: int | None
    mean_baseline: float | None
    mean_followup: float | None
    mean_change: float | None


@dataclass(frozen=True, slots=True)
class RegressionView:
    """How change depends on where patients started.

    ``correlation`` is Pearson's, of baseline with follow-up; None when one of them does not vary.
    """

    n: int
    correlation: float | None
    parts: tuple[BaselinePart, ...]


def change_by_baseline(baseline: ArrayLike, followup: ArrayLike, *, parts: int = 3) -> RegressionView:
    """Split the followed by their baseline and look at the change in each part.

    Parameters
    ----------
    baseline, followup
        One entry per patient, NaN where missing.
    parts
        Number of parts, cut at quantiles (type 7); ties stay together, so parts may be fewer and unequal.

    Returns
    -------
    RegressionView
        With any correlation below 1, those who started high fall and those who started low rise even when
        nothing happened to anyone; this is the pattern to look for. Its size cannot be told from an effect
        of care without a comparison group or a second baseline, and is not estimated.

    Notes
    -----
    Source: Barnett AG and others, Int J Epidemiol 2005;34:215-220.

    Examples
    --------
    >>> view = change_by_baseline([2] * 20 + [8] * 20, [4] * 20 + [6] * 20, parts=2)
    >>> [(p.low, p.high, p.mean_change) for p in view.parts]
    [(2.0, 2.0, 2.0), (8.0, 8.0, -2.0)]
    """
    before, after, _ = complete_pairs(baseline, followup)
    if before.size == 0:
        return RegressionView(0, None, ())
    cuts = np.unique(np.quantile(before, np.arange(1, parts) / parts))
    place = np.searchsorted(cuts, before, side="left")
    members = [place == part for part in range(parts) if (place == part).any()]
    counts, _ = suppress_counts({str(i): int(m.sum()) for i, m in enumerate(members)})
    found = []
    for i, member in enumerate(members):
        low, high = float(before[member].min()), float(before[member].max())
        n = counts[str(i)]
        if n is None:
            found.append(BaselinePart(low, high, None, None, None, None))
            continue
        start, end = float(before[member].mean()), float(after[member].mean())
        found.append(BaselinePart(low, high, n, start, end, end - start))
    varies = before.size > 1 and np.ptp(before) > 0 and np.ptp(after) > 0
    correlation = float(np.corrcoef(before, after)[0, 1]) if varies else None
    return RegressionView(int(before.size), correlation, tuple(found))
