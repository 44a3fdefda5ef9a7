"""Days of supply: overlapping prescriptions laid on the days they cover, for many patients at once.

A million prescriptions cover tens of millions of days, so no row per prescription and day is made. Each
prescription adds its amount where it starts and takes it away where it ends; running sums give every day.
Amounts are whole millionths, so that sums are exact and no order of rows can change them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SCALE = 1_000_000
_COUNTS = 1 << 12  # a count below this is kept in the low bits of a sum
_MOST = 2.0e9  # what a running sum of millionths holds in 64 bits beside a count
_PATIENT = np.int64(1) << 32  # patients are further apart than any two days


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The days that are covered by at least one prescription, patient by patient, in order.

    Attributes
    ----------
    first : int64 array of shape (stretches,)
        First day of each stretch of covered days, in days since 1970-01-01.
    length : int64 array of shape (stretches,)
    patient : int64 array of shape (stretches,)
    begin, end : int64 array of shape (prescriptions,)
        The cells of each prescription: from `begin` up to `end`. There is one cell per covered day.
    owner : int64 array of shape (prescriptions,)
        The patient of each prescription.
    """

    first: Ints
    length: Ints
    patient: Ints
    begin: Ints
    end: Ints
    owner: Ints

    @property
    def cells(self) -> int:
        """Number of covered days over all patients."""
        return int(self.length.sum())

    def patients(self) -> Ints:
        """The patient of each cell."""
        return np.repeat(self.patient, self.length)

    def dates(self) -> NDArray[np.int32]:
        """The day of each cell, in days since 1970-01-01."""
        opening = np.cumsum(self.length) - self.length
        found = np.repeat((self.first - opening).astype(np.int32), self.length)
        found += np.arange(self.cells, dtype=np.int32)
        return found

    def total(self, amount: Floats) -> Floats:
        """Add up an amount per day of each prescription, day by day; exact to a millionth.

        Raises
        ------
        InvalidValue
            When the amounts are too large to be added.
        """
        return _amounts(self._running(self._whole(amount)))

    def count(self, wanted: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Count the wanted prescriptions of each day."""
        return self._running(wanted.astype(np.int32))

    def total_and_count(self, amount: Floats, wanted: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int32]]:
        """Return `total` and `count`, worked out in one pass where both fit into one number."""
        if len(amount) >= _COUNTS and int(np.bincount(self.owner).max()) >= _COUNTS:
            return self.total(amount), self.count(wanted)
        both = self._running(self._whole(amount) * _COUNTS + wanted)
        counts = (both & (_COUNTS - 1)).astype(np.int32)
        both >>= _COUNTS.bit_length() - 1
        return _amounts(both), counts

    def _whole(self, amount: Floats) -> Ints:
        most = float(np.bincount(self.owner, weights=np.abs(amount)).max()) if len(amount) else 0.0
        if not most < _MOST:
            raise InvalidValue(expected=f"amounts of one patient below {_MOST:g}", found=f"{most:g}")
        return np.rint(amount * SCALE).astype(np.int64)

    def _running(self, amount: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
        steps = np.zeros(self.cells + 1, dtype=amount.dtype)
        np.add.at(steps, self.begin, amount)
        np.subtract.at(steps, self.end, amount)
        np.cumsum(steps, out=steps)
        return steps[:-1]


def _amounts(level: Ints) -> Floats:
    found: Floats = level / SCALE
    return found


def cover(patient: Ints, start: Ints, days: Ints) -> Coverage:
    """Find the days each patient's prescriptions cover.

    Parameters
    ----------
    patient : int64 array of shape (prescriptions,)
        Numbers from 0 up.
    start : int64 array of shape (prescriptions,)
        First day, in days since 1970-01-01.
    days : int64 array of shape (prescriptions,)
        Days of supply, 1 or more: the days ``start`` to ``start + days - 1``.

    Examples
    --------
    >>> found = cover(np.array([0, 0, 1]), np.array([10, 12, 10]), np.array([3, 3, 1]))
    >>> found.total(np.array([20.0, 30.0, 5.0])).tolist(), found.dates().tolist()
    ([20.0, 20.0, 50.0, 30.0, 30.0, 5.0], [10, 11, 12, 13, 14, 10])
    """
    if len(patient) == 0:
        none = np.empty(0, dtype=np.int64)
        return Coverage(none, none, none, none, none, none)
    low = start.min()
    key = patient * _PATIENT + (start - low)
    order = np.argsort(key, kind="stable")
    opens = key[order]
    closes = np.maximum.accumulate(opens + days[order])
    new = np.empty(len(opens), dtype=np.bool_)
    new[0] = True
    np.greater(opens[1:], closes[:-1], out=new[1:])
    places = np.flatnonzero(new)
    heads = opens[places]
    length = closes[np.append(places[1:] - 1, len(opens) - 1)] - heads
    cell = np.cumsum(length) - length
    stretch = np.cumsum(new) - 1
    begin = np.empty(len(opens), dtype=np.int64)
    begin[order] = opens + (cell - heads)[stretch]
    return Coverage(heads % _PATIENT + low, length, heads // _PATIENT, begin, begin + days, patient)
