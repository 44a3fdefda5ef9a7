"""Counting use by member and month, on whole arrays: the arithmetic of the fast panel.

A cell is a member's month: ``person * months + month``. A member's day is one number too, so that days are
sets of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.panel import scan
from allay.evaluation.panel.columns import DAILY, day_number, first_of, last_of
from allay.evaluation.panel.scan import Ints, NetLines
from allay.evaluation.panel.sparse import SparseSums, distinct
from allay.evaluation.panel.window import PanelWindow

SPAN = 1 << 24
"""More than there are days: a member's days lie within one stretch of this many numbers."""
ORIGIN = 1 << 23


@dataclass(frozen=True, slots=True, eq=False)
class PanelMonths:
    """The months of a window for arrays of days.

    Attributes
    ----------
    firsts, lasts : int array [month]
        First and last days, since 1970.
    """

    firsts: Ints
    lasts: Ints

    @classmethod
    def of(cls, window: PanelWindow) -> PanelMonths:
        """Return those of a window."""
        return cls(
            np.array([day_number(first_of(month)) for month in window.months], dtype=np.int64),
            np.array([day_number(last_of(month)) for month in window.months], dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.firsts)

    def of_days(self, days: Ints) -> Ints:
        """Return the place of the month of each day; -1 before the first, `len` after the last."""
        first, last = int(self.firsts[0]), int(self.lasts[-1])
        table = np.repeat(np.arange(len(self), dtype=np.int64), self.lasts - self.firsts + 1)
        place = table[np.clip(days - first, 0, len(table) - 1)]
        place[days < first] = -1
        place[days > last] = len(self)
        return place


@dataclass(slots=True, eq=False)
class UseTally:
    """Sums by cell.

    Attributes
    ----------
    persons : int
    months : PanelMonths
    enrolled : int array [cell]
        Days.
    """

    persons: int
    months: PanelMonths
    enrolled: Ints

    @property
    def cells(self) -> int:
        """How many members' months there are, enrolled or not."""
        return self.persons * len(self.months)

    def at(self, person: Ints, day: Ints) -> Ints:
        """Return the cell of each member's day, -1 where it is outside of the window or the part."""
        month = self.months.of_days(day)
        fine = (person >= 0) & (month >= 0) & (month < len(self.months))
        return np.where(fine, person * len(self.months) + month, -1)

    def count(self, cell: Ints, weights: Ints | None = None) -> SparseSums:
        """Count, or add up, by cell; -1 is left out."""
        if weights is None:
            return SparseSums.counted(cell, size=self.cells)
        return SparseSums.summed(cell, weights, size=self.cells)

    def count_days(self, keys: Ints) -> SparseSums:
        """Count members' days, given as numbers, by cell."""
        return self.count(self.at(*parted(keys)))


def keyed(person: Ints, day: Ints) -> Ints:
    """Return one number for each member's day.

    Examples
    --------
    >>> [part.tolist() for part in parted(keyed(np.array([2]), np.array([-5])))]
    [[2], [-5]]
    """
    return person * SPAN + day + ORIGIN


def parted(keys: Ints) -> tuple[Ints, Ints]:
    """Return members and days of numbers made by `keyed`."""
    return keys // SPAN, keys % SPAN - ORIGIN


def enrolled_days(person: Ints, start: Ints, end: Ints, *, persons: int, months: PanelMonths) -> Ints:
    """Return enrolled days by cell; a day that two spans cover is one day."""
    fine = start <= end
    first, last = merged(keyed(person[fine], start[fine]), keyed(person[fine], end[fine]))
    who, start = parted(first)
    end = parted(last)[1]
    found = np.zeros((persons, len(months)), dtype=np.int64)
    for month in range(len(months)):
        days = np.minimum(end, months.lasts[month]) - np.maximum(start, months.firsts[month]) + 1
        found[:, month] = np.bincount(who, weights=np.maximum(days, 0), minlength=persons)
    return found.ravel()


def merged(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Merge spans of members' days that overlap or follow one another.

    Examples
    --------
    >>> [part.tolist() for part in merged(np.array([1, 10, 4]), np.array([3, 11, 5]))]
    [[1, 10], [5, 11]]
    """
    if not len(first):
        return first, last
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    reach = np.maximum.accumulate(last)
    fresh = np.ones(len(first), dtype=np.bool_)
    fresh[1:] = first[1:] > reach[:-1] + 1
    starts = np.flatnonzero(fresh)
    return first[starts], np.maximum.reduceat(last, starts)


def listed(first: Ints, last: Ints) -> Ints:
    """Return every number of spans that do not touch, in order."""
    lengths = np.maximum(last - first + 1, 0)
    begin = np.repeat(first - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return begin + np.arange(int(lengths.sum()), dtype=np.int64)


def clipped(first: Ints, last: Ints, months: PanelMonths) -> tuple[Ints, Ints]:
    """Cut spans of members' days to the window."""
    person = first // SPAN
    low, high = keyed(person, months.firsts[:1]), keyed(person, months.lasts[-1:])
    return np.maximum(first, low), np.minimum(last, high)


def member(keys: Ints, ordered: Ints) -> NDArray[np.bool_]:
    """Say which numbers are among others that are in order."""
    if not len(ordered):
        return np.zeros(len(keys), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[place] == keys
    return found


def medical_use(lines: NetLines, tally: UseTally) -> dict[str, SparseSums]:
    """Count stays and what counts once for a member and day."""
    use = np.flatnonzero(lines.live & ((lines.bits & scan.USE) != 0) & (lines.person >= 0))
    person, day, bits = lines.person[use], lines.day[use], lines.bits[use]
    key = keyed(person, day)

    def has(bit: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (bits & bit) != 0
        return found

    institutional = has(scan.INSTITUTIONAL)
    urgent = has(scan.URGENT) | (institutional & has(scan.URGENT_REVENUE) & has(scan.URGENT_BILL))
    billed = np.where(has(scan.BILL), has(scan.STAY_BILL), has(scan.DRG))
    stay = has(scan.STAY_CONCEPT) | (institutional & billed)
    place = np.where(institutional, has(scan.EMERGENCY_REVENUE), has(scan.EMERGENCY_PLACE))
    emergency = (place | has(scan.EMERGENCY) | has(scan.EMERGENCY_CONCEPT)) & ~urgent
    first = keyed(person[stay], lines.start[use][stay])
    last = keyed(person[stay], np.maximum(lines.start[use], lines.end[use])[stay])
    surgical = first[has(scan.GROUPED)[stay]]
    first, last = merged(first, last)
    nights = np.maximum(first, last - 1)
    stay_days = listed(*clipped(first, nights, tally.months))
    visits = distinct(key[emergency & ~stay])
    visits = visits[~within(visits, first, nights)]
    visits = visits[~member(visits, distinct(key[emergency & stay]))]
    operated = distinct(key[has(scan.OPERATED)])
    alone = first[_holding(first, last, surgical) & ~_holding(first, last, operated)]
    use_of = {
        "emergency_visit": tally.count_days(visits),
        "inpatient_stay": tally.count_days(first),
        "inpatient_day": tally.count_days(stay_days),
        "spine_surgery": tally.count_days(np.concatenate([operated, alone])),
    }
    for number, name in enumerate(DAILY):
        use_of[name] = tally.count_days(distinct(key[has(1 << number)]))
    return use_of


def within(keys: Ints, first: Ints, last: Ints) -> NDArray[np.bool_]:
    """Say which numbers lie in one of the spans, which are in order and do not touch."""
    if not len(first):
        return np.zeros(len(keys), dtype=np.bool_)
    place = np.searchsorted(first, keys, side="right") - 1
    found: NDArray[np.bool_] = (place >= 0) & (keys <= last[np.maximum(place, 0)])
    return found


def _holding(first: Ints, last: Ints, keys: Ints) -> NDArray[np.bool_]:
    """Say which spans hold one of the numbers."""
    ordered = np.sort(keys)
    return np.searchsorted(ordered, last, side="right") > np.searchsorted(ordered, first, side="left")


def pharmacy_use(fills: NetLines, tally: UseTally) -> dict[str, SparseSums]:
    """Count fills, opioid fills, their dose and the days they cover."""
    cell = tally.at(fills.person, fills.day)
    live = np.where(fills.live, cell, -1)
    opioid = fills.live & ((fills.bits & 1) != 0) & (fills.person >= 0)
    covered = opioid & (fills.end > 0)
    first = keyed(fills.person[covered], fills.day[covered])
    first, last = merged(first, first + fills.end[covered] - 1)
    return {
        "pharmacy_fill": tally.count(live),
        "opioid_fill": tally.count(np.where(opioid, cell, -1)),
        "opioid_mme_milli": tally.count(np.where(opioid, cell, -1), fills.start),
        "opioid_day": tally.count_days(listed(*clipped(first, last, tally.months))),
    }
