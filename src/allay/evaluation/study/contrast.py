"""The main contrast of a study: change of the starters less change of the comparison group, by member.

For a starter i of month g, ``D_i`` is the mean over the follow-up months less the mean over the baseline, and
the same months give ``D_j`` of every comparison member. The effect is the mean over starters of ``D_i`` less
the weighted mean of ``D_j`` in the same months. It is the sum of the effects by cohort and month of Callaway
and Sant'Anna with a universal base, averaged over the follow-up and less their average over the baseline:
tests hold it against those. A whole baseline in place of one month takes most of the noise out of a count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.evaluation.study.cohort import NEVER

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Span:
    """Which months are compared: baseline, months left out, follow-up.

    Attributes
    ----------
    baseline, anticipation, follow_up : int
    """

    baseline: int
    anticipation: int
    follow_up: int

    def before(self, start: int) -> tuple[int, int]:
        """First month of the baseline, and the one after its last."""
        return start - self.anticipation - self.baseline, start - self.anticipation

    def after(self, start: int) -> tuple[int, int]:
        """First month of the follow-up, and the one after its last."""
        return start, start + self.follow_up


class PlaceboSpan(Span):
    """The baseline alone: its first half against its last, where nothing can have happened yet.

    Examples
    --------
    >>> PlaceboSpan(12, 1, 12).before(20), PlaceboSpan(12, 1, 12).after(20)
    ((7, 13), (13, 19))
    """

    def before(self, start: int) -> tuple[int, int]:
        """First half of the baseline."""
        first = start - self.anticipation - self.baseline
        return first, first + self.baseline // 2

    def after(self, start: int) -> tuple[int, int]:
        """Last half of the baseline."""
        end = start - self.anticipation
        return end - self.baseline // 2, end


@dataclass(frozen=True, slots=True, eq=False)
class MemberContrast:
    """An effect with what it is made of.

    Attributes
    ----------
    effect, se : float
        Per member-month.
    influence : float64 array [member]
        The effect is off by the mean of this.
    level : float
        Mean of the starters in the follow-up, as observed.
    level_influence : float64 array [member]
    before, after : tuple of float
        Means of starters and comparison members in the baseline and in the follow-up.
    treated, comparison : int
        Members that have both windows.
    months : float
        Covered months of starters in the follow-up.
    """

    effect: float
    se: float
    influence: Floats
    level: float
    level_influence: Floats
    before: tuple[float, float]
    after: tuple[float, float]
    treated: int
    comparison: int
    months: float

    @property
    def without(self) -> float:
        """What the starters would have had without the program, as the comparison says."""
        return self.level - self.effect

    @property
    def relative(self) -> float:
        """Effect as a share of `without`; nan where that is not above 0."""
        return self.effect / self.without if self.without > 0 else float("nan")


class MonthSums:
    """Means over any months of every member, from running sums: two differences each.

    Examples
    --------
    >>> MonthSums(np.array([[1.0, 3.0, np.nan]])).mean(0, 3).tolist()
    [2.0]
    """

    def __init__(self, values: Floats) -> None:
        seen = np.isfinite(values)
        self.months = values.shape[1]
        self._whole = bool(seen.all())
        self._sums = np.zeros((len(values), self.months + 1))
        np.cumsum(np.where(seen, values, 0.0), axis=1, out=self._sums[:, 1:])
        self._seen: NDArray[np.int32] | None = None
        if not self._whole:
            self._seen = np.zeros((len(values), self.months + 1), dtype=np.int32)
            np.cumsum(seen, axis=1, out=self._seen[:, 1:])

    def count(self, first: int, end: int) -> Floats:
        """Months seen of each member."""
        if self._seen is None:
            return np.full(len(self._sums), float(end - first))
        return (self._seen[:, end] - self._seen[:, first]).astype(np.float64)

    def mean(self, first: int, end: int) -> Floats:
        """Mean of each member over the months seen; nan where there are none."""
        count = self.count(first, end)
        total = self._sums[:, end] - self._sums[:, first]
        found: Floats = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        return found


def contrast(
    values: Floats | MonthSums,
    start: Integers,
    weights: Floats,
    *,
    span: Span,
    notyet: bool = False,
    among: Flags | None = None,
) -> MemberContrast:
    """Compare the change of starters with that of comparison members in the same months.

    Parameters
    ----------
    values : float64 array [member, month], or their running sums
        nan where a member is not covered; a member counts by the mean of the months that are there.
    start : int64 array [member]
        `NEVER` for comparison members.
    weights : float64 array [member]
        0 for members that are not used.
    span : Span
    notyet : bool
        Whether later starters are comparison members too, until their own anticipation begins.
    among : bool array [member], optional
        Only these.

    Raises
    ------
    InvalidValue
        No starters, or a month of a start without comparison members.

    Examples
    --------
    >>> use = np.array([[4.0, 4, 1], [2, 2, 1], [3, 3, 3]])
    >>> found = contrast(use, np.array([2, NEVER, NEVER]), np.ones(3), span=Span(2, 0, 1))
    >>> found.effect, found.before, found.after
    (-2.5, (4.0, 2.5), (1.0, 2.0))
    """
    sums = values if isinstance(values, MonthSums) else MonthSums(values)
    used = (weights > 0) & (True if among is None else among)
    state = _State(start, weights, used)
    for month in np.unique(start[used & (start != NEVER)]).tolist():
        own = used & (start == month)
        pool = used & (start == NEVER)
        if notyet:
            pool = pool | (used & (start - span.anticipation >= month + span.follow_up))
        base, follow = sums.mean(*span.before(month)), sums.mean(*span.after(month))
        own, pool = own & np.isfinite(base + follow), pool & np.isfinite(base + follow)
        if own.any():
            if not pool.any():
                raise InvalidValue(
                    expected=f"comparison members for those who start in month {month} of the window",
                    found=f"none beside {int(own.sum())} starters",
                )
            state.add(own, pool, base, follow, sums.count(*span.after(month)))
    return state.result()


class _State:
    """Sums over the months of a start."""

    def __init__(self, start: Integers, weights: Floats, used: Flags) -> None:
        self.start, self.weights, self.used = start, weights, used
        size = len(start)
        self.own = np.zeros(size, dtype=bool)
        self.pool = np.zeros(size, dtype=bool)
        self.gap = np.zeros(size)  # of a starter: own change less that of the comparison
        self.spread = np.zeros(size)  # of a comparison member: what it adds, not yet over the sum of weights
        self.level = np.zeros(size)
        self.base, self.follow = np.zeros(2), np.zeros(2)
        self.total = self.months = 0.0

    def add(self, own: Flags, pool: Flags, base: Floats, follow: Floats, covered: Floats) -> None:
        mass = float(self.weights[own].sum())
        change = follow - base
        weights = self.weights[pool]
        middle = float(weights @ change[pool] / weights.sum())
        self.gap[own] = change[own] - middle
        self.spread[pool] -= mass * weights * (change[pool] - middle) / weights.sum()
        self.level[own] = follow[own]
        self.base += (
            float(self.weights[own] @ base[own]),
            mass * float(weights @ base[pool] / weights.sum()),
        )
        self.follow += (
            float(self.weights[own] @ follow[own]),
            mass * float(weights @ follow[pool] / weights.sum()),
        )
        self.own |= own
        self.pool |= pool
        self.total += mass
        self.months += float(covered[own].sum())

    def result(self) -> MemberContrast:
        treated = int(self.own.sum())
        if not treated:
            raise InvalidValue(expected="starters with a baseline and a follow-up", found="none")
        size, share = len(self.start), np.where(self.own, self.weights, 0.0) / self.total
        effect = float(share @ self.gap)
        level = float(share @ self.level)
        # Starters are taken as drawn: the spread of their effects counts, also where a cohort has one.
        larger = np.sqrt(treated / max(treated - 1, 1))
        own = np.where(self.own, larger * share * (self.gap - effect), 0.0)
        influence = own + self.spread / self.total
        se = float(np.sqrt(influence @ influence)) if treated > 1 else float("nan")
        return MemberContrast(
            effect=effect,
            se=se,
            influence=influence * size,
            level=level,
            level_influence=share * (self.level - level) * size,
            before=(float(self.base[0] / self.total), float(self.base[1] / self.total)),
            after=(float(self.follow[0] / self.total), float(self.follow[1] / self.total)),
            treated=treated,
            comparison=int((self.pool & ~self.own).sum()),
            months=self.months,
        )


@dataclass(frozen=True, slots=True)
class StarterChange:
    """What a report without a comparison group would show: starters before and after.

    Attributes
    ----------
    before, after, change, se : float
    treated : int
    """

    before: float
    after: float
    change: float
    se: float
    treated: int


def before_after(
    values: Floats | MonthSums, start: Integers, weights: Floats, *, span: Span, among: Flags | None = None
) -> StarterChange:
    """Compare starters with themselves; with `anticipation` 0 the peak is in the months before.

    Examples
    --------
    >>> use = np.array([[4.0, 4, 1], [2, 4, 2]])
    >>> found = before_after(use, np.array([2, 2]), np.ones(2), span=Span(1, 0, 1))
    >>> found.before, found.after, found.change
    (4.0, 1.5, -2.5)
    """
    sums = values if isinstance(values, MonthSums) else MonthSums(values)
    used = (weights > 0) & (start != NEVER) & (True if among is None else among)
    base, follow = np.full(len(start), np.nan), np.full(len(start), np.nan)
    for month in np.unique(start[used]).tolist():
        own = used & (start == month)
        base[own] = sums.mean(*span.before(month))[own]
        follow[own] = sums.mean(*span.after(month))[own]
    seen = np.isfinite(base + follow)
    if not seen.any():
        raise InvalidValue(expected="starters with months before and after", found="none")
    share = weights[seen] / weights[seen].sum()
    change = follow[seen] - base[seen]
    middle = float(share @ change)
    count = int(seen.sum())
    se = (
        float(np.sqrt(((share * (change - middle)) ** 2).sum() * count / (count - 1)))
        if count > 1
        else np.nan
    )
    return StarterChange(float(share @ base[seen]), float(share @ follow[seen]), middle, float(se), count)
