"""Fast falls: a dose that came down faster than guidance on tapering. A safety signal, never a success.

Rapid tapers and sudden stops bring withdrawal, distress and suicidal thoughts. The guidance is about 10% a
month after a year or more of use, about 10% a week after shorter use (`allay.measures.opioids.conventions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.measures.opioids.conventions import fact, number
from allay.measures.opioids.days import Coverage, Floats, Ints, cover

WEEK, MONTH = 7, 30
_BLOCK = 100_000
_ABOUT = 0.5  # the guidance says "about", so falls are taken in whole percent, as they would be written


@dataclass(frozen=True, slots=True)
class FastFall:
    """The steepest fall of one patient that was faster than guidance.

    Attributes
    ----------
    patient : int
    day : date
        The first day of the lower dose.
    before, after : float
        MME/d: medians of the days before and from that day on; 0 after a stop.
    use_days : int
        Days in a stretch of supply before it.
    """

    patient: int
    day: dt.date
    before: float
    after: float
    use_days: int

    @property
    def reason(self) -> str:
        """What fell, when, and the guidance with its status."""
        longer = self.use_days >= number("taper.longer.use_days")
        guidance = fact(f"taper.{'longer' if longer else 'shorter'}.fall_percent")
        pace = f"about {guidance.number}% a {'month' if longer else 'week'} [{guidance.status}]"
        what = "supply stopped at" if self.after == 0 else f"fell to {self.after:g} from"
        return (
            f"{what} {self.before:g} MME a day on {self.day} after {self.use_days} days of use, faster than "
            f"the guidance of {pace}: check for withdrawal, distress and other supply"
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Days on which the level falls, as arrays of one entry each."""

    run: Ints
    day: Ints
    use_days: Ints
    before: Floats
    after: Floats
    allowed: Floats  # in MME/d; a fall of that much or more is fast


def fast_falls(
    patient: Ints, product: Ints, start: Ints, days: Ints, mme: Floats, *, as_of: int | None = None
) -> dict[int, FastFall]:
    """Find the steepest fast fall of each patient that has one.

    A level is the median of the days of a week (after a year of use, of a month), because refills a few days
    early make peaks that are no dose. For the same reason, a refill of the same opioid and strength that
    overlaps the last one by up to a week is taken to follow it. Gaps of up to a week are bridged. The end of
    supply is a fall only after long-term use, and only when it is seen: a later prescription, or `as_of`.

    Parameters
    ----------
    patient, product, start, days : int64 array of shape (prescriptions,)
        Start in days since 1970-01-01; `product` is the same for the same opioid and strength.
    mme : float64 array of shape (prescriptions,)
        MME/d.
    as_of : int, optional
        The last day that is known of, in days since 1970-01-01.

    Examples
    --------
    >>> def falls(*doses, days=30):
    ...     n = len(doses)
    ...     one, starts = np.zeros(n, dtype=np.int64), np.arange(n) * days
    ...     return fast_falls(one, np.arange(n), starts, np.full(n, days), np.array(doses))
    >>> print(falls(90.0, 90.0, 60.0)[0].reason[:44])
    fell to 60 from 90 MME a day on 1970-03-02 a
    >>> falls(90.0, 90.0, 81.0), falls(60.0, 90.0, 90.0)
    ({}, {})
    """
    if len(patient) == 0:
        return {}
    gap = int(number("gap.days"))
    start, days = _trimmed(patient, product, start, days, most=gap)
    bridged = _bridged(patient, start, days, mme, most=gap)
    runs = cover(*bridged[:3])
    level = runs.total(bridged[3])
    falls = _falls(runs, level)
    stops = _stops(runs, level, falls, gap=gap, as_of=as_of)
    return {fall.patient: fall for fall in _steepest(runs, falls, stops)}


def _steepest(runs: Coverage, *parts: _Candidates) -> Iterator[FastFall]:
    """Yield, for each patient with a fast fall, the one that took the largest share; of equals, the first."""
    fast = [np.flatnonzero(part.before - part.after >= part.allowed) for part in parts]

    def column(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name)[rows] for part, rows in zip(parts, fast, strict=True)])

    patient, day, use = runs.patient[column("run").astype(np.int64)], column("day"), column("use_days")
    before, after = column("before"), column("after").astype(np.float64)
    order = np.lexsort((day, after / before.astype(np.float64), patient))
    first = np.flatnonzero(np.diff(patient[order], prepend=-1))
    for row in order[first].tolist():
        date = dt.date(1970, 1, 1) + dt.timedelta(days=int(day[row]))
        yield FastFall(int(patient[row]), date, float(before[row]), float(after[row]), int(use[row]))


def _trimmed(patient: Ints, product: Ints, start: Ints, days: Ints, *, most: int) -> tuple[Ints, Ints]:
    """Cut off the days by which a refill comes early, when they are few."""
    order = np.lexsort((days, start, product, patient))
    start, days = start.copy(), days.copy()
    begins, lengths = start[order], days[order]
    same = (np.diff(patient[order]) == 0) & (np.diff(product[order]) == 0)
    early = np.zeros(len(order), dtype=np.int64)
    early[1:] = np.where(same, (begins + lengths)[:-1] - begins[1:], 0)
    cut = np.where((early > 0) & (early <= most) & (early < lengths), early, 0)
    start[order], days[order] = begins + cut, lengths - cut
    return start, days


def _bridged(
    patient: Ints, start: Ints, days: Ints, mme: Floats, *, most: int
) -> tuple[Ints, Ints, Ints, Floats]:
    """Fill short gaps with the level of the day before them."""
    plain = cover(patient, start, days)
    level = plain.total(mme)
    ends = plain.first + plain.length
    short = np.flatnonzero((plain.patient[1:] == plain.patient[:-1]) & (plain.first[1:] - ends[:-1] <= most))
    last = np.cumsum(plain.length) - 1
    return (
        np.concatenate((patient, plain.patient[short])),
        np.concatenate((start, ends[short])),
        np.concatenate((days, plain.first[short + 1] - ends[short])),
        np.concatenate((mme, level[last[short]])),
    )


def _falls(runs: Coverage, level: Floats) -> _Candidates:
    """Measure every day on which the level falls within a run."""
    opening = np.cumsum(runs.length) - runs.length
    cells = np.flatnonzero(level[1:] < level[:-1]) + 1
    run = np.searchsorted(opening, cells, side="right") - 1
    use = cells - opening[run]
    left = runs.length[run] - use
    longer = use >= number("taper.longer.use_days")
    period = np.where(longer, MONTH, WEEK)
    fit = np.flatnonzero((use >= period) & (left >= WEEK))
    cells, run, use, left = cells[fit], run[fit], use[fit], left[fit]
    longer, period = longer[fit], period[fit]
    before = _medians(level, cells - period, period)
    after = _medians(level, cells, np.minimum(period, left))
    top = _highest_so_far(run, before)
    percent = np.where(longer, number("taper.longer.fall_percent"), number("taper.shorter.fall_percent"))
    of_first = ~longer & (before > top * number("taper.shorter.of_first_dose_until_percent") / 100)
    allowed = (percent + _ABOUT) / 100 * np.where(of_first, top, before)
    return _Candidates(run, runs.first[run] + use, use, before, after, allowed)


def _medians(level: Floats, first: Ints, length: Ints) -> Floats:
    """Medians of windows of different lengths."""
    found = np.empty(len(first))
    for size in np.unique(length).tolist():
        rows = np.flatnonzero(length == size)
        for block in range(0, len(rows), _BLOCK):
            chosen = rows[block : block + _BLOCK]
            windows = level[first[chosen][:, None] + np.arange(size)]
            found[chosen] = np.median(windows, axis=1)
    return found


def _highest_so_far(run: Ints, before: Floats) -> Floats:
    """The highest of the levels before this and earlier falls of the same run: the dose a taper began at."""
    if len(run) == 0:
        return before
    step = float(before.max()) + 1.0
    highest: Floats = np.maximum.accumulate(before + run * step) - run * step
    return highest


def _stops(runs: Coverage, level: Floats, falls: _Candidates, *, gap: int, as_of: int | None) -> _Candidates:
    """Measure the ends of supply that are seen, after long-term use."""
    ends = runs.first + runs.length
    seen = np.zeros(len(ends), dtype=np.bool_)
    seen[:-1] = runs.patient[1:] == runs.patient[:-1]
    if as_of is not None:
        seen |= as_of - ends >= gap
    run = np.flatnonzero(seen & (runs.length >= number("long_term.days")))
    closing = np.cumsum(runs.length)[run]
    before = _medians(level, closing - WEEK, np.full(len(run), WEEK))
    top = np.zeros(len(ends))
    np.maximum.at(top, falls.run, falls.before)
    highest = np.maximum(top[run], before)
    # The last step of a taper is a share of the dose it began at; that much may end.
    allowed = (number("taper.shorter.fall_percent") + _ABOUT) / 100 * highest
    return _Candidates(run, ends[run], runs.length[run], before, np.zeros(len(run)), allowed)
