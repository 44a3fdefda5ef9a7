"""Effects by cohort and period: the panel of a study for the estimators of difference in differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.did.panel import WidePanel
from allay.evaluation.study.cohort import NEVER
from allay.evaluation.study.protocol import Study

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NEVER_TREATED = 0
FIRST = 1
"""Number of the first period: cohort 0 means never."""


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Periods of one or three months.

    Attributes
    ----------
    months : int
        Months of a period.
    count : int
        Whole periods of the window; months that fill none at its end are left out.
    anticipation : int
        Periods before the start that are left out.

    Examples
    --------
    >>> Periods.of(3, window=13, anticipation=4)
    Periods(months=3, count=4, anticipation=2)
    """

    months: int
    count: int
    anticipation: int

    @classmethod
    def of(cls, months: int, *, window: int, anticipation: int) -> Periods:
        """Divide a window."""
        return cls(months, window // months, -(-anticipation // months))

    def means(self, values: Floats) -> Floats:
        """Means by period of values by month: array [member, period]."""
        whole = values[:, : self.count * self.months]
        return np.asarray(whole.reshape(len(values), self.count, self.months).mean(axis=2))


def periods_of(study: Study) -> Periods:
    """Periods of a study: months or quarters, as its cohorts are."""
    months = 1 if study.design.cohort == "month" else 3
    return Periods.of(months, window=study.window.months, anticipation=study.design.anticipation_months)


def period_panel(
    values: Floats, start: Integers, weights: Floats, *, periods: Periods, smallest: int
) -> tuple[WidePanel, Integers]:
    """Return the panel by period of the members with weight, and which rows they are.

    Cohorts with fewer starters than `smallest` are left out.

    Examples
    --------
    >>> use = np.arange(12.0).reshape(2, 6)
    >>> periods = Periods(3, 2, 0)
    >>> panel, rows = period_panel(use, np.array([4, NEVER]), np.ones(2), periods=periods, smallest=1)
    >>> panel.cohort.tolist(), panel.outcome.tolist()
    ([2, 0], [[1.0, 4.0], [7.0, 10.0]])
    """
    cohort = np.where(start == NEVER, NEVER_TREATED, start // periods.months + FIRST)
    used = (weights > 0) & (cohort < FIRST + periods.count)
    there, count = np.unique(cohort[used & (start != NEVER)], return_counts=True)
    used &= (start == NEVER) | np.isin(cohort, there[count >= smallest])
    rows = np.flatnonzero(used)
    even = bool((weights[rows] == 1).all())
    panel = WidePanel(
        periods.means(values[rows]),
        np.arange(FIRST, FIRST + periods.count, dtype=np.int64),
        cohort[rows].astype(np.int64),
        weights=None if even else weights[rows],
    )
    return panel, rows
