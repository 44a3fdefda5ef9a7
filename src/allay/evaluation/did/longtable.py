"""Where the rows of a long table stand in a table of units by periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
_SPARSEST = 4
"""Ids that leave at most this many places for each row are looked up in a table instead of sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class LongTable:
    """Places of rows. `place` is None where the rows lie unit by unit, each with all periods in order.

    Attributes
    ----------
    units : array [unit]
    periods : int64 array [period]
    place : int64 array [row], optional
        ``unit * len(periods) + period``.
    complete : bool array [unit]
        Which units are seen in every period.
    """

    units: NDArray[Any]
    periods: Integers
    place: Integers | None
    complete: Mask

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Lay out the values of rows: array [unit, period] of the complete units."""
        shape = (len(self.units), len(self.periods))
        self._check(values)
        if self.place is None:
            return values.reshape(shape)
        table = np.empty(shape, dtype=values.dtype)
        table.ravel()[self.place] = values
        return table if self.complete.all() else table[self.complete]

    def _check(self, values: NDArray[Any]) -> None:
        rows = len(self.units) * len(self.periods) if self.place is None else len(self.place)
        if values.shape != (rows,):
            raise InvalidValue(expected=f"columns of {rows} rows", found=str(values.shape))

    def seen(self, unit: int) -> int:
        """In how many periods a unit is seen."""
        if self.place is None:
            return len(self.periods)
        return int((self.place // len(self.periods) == unit).sum())


def long_table(unit: NDArray[Any], time: Integers) -> LongTable:
    """Find the units and periods of a long table.

    Raises
    ------
    InvalidValue
        No rows; a unit twice in a period.

    Examples
    --------
    >>> long_table(np.array([7, 7, 9, 9]), np.array([1, 2, 2, 1])).place.tolist()
    [0, 1, 3, 2]
    """
    if unit.ndim != 1 or unit.shape != time.shape:
        raise InvalidValue(expected=f"units of {len(time)} rows", found=str(unit.shape))
    if not len(unit):
        raise InvalidValue(expected="rows", found="none")
    if (lying := _lying(unit, time)) is not None:
        return lying
    units, row = _codes(unit)
    periods, column = _codes(time)
    row *= len(periods)
    row += column
    counts = np.bincount(row, minlength=len(units) * len(periods))
    if (counts > 1).any():
        first = int(np.argmax(counts > 1))
        found = f"unit {units[first // len(periods)]} in period {periods[first % len(periods)]} "
        raise InvalidValue(
            expected="every unit once in a period",
            found=f"{found}{counts[first]} times ({int((counts > 1).sum())} such)",
        )
    complete = (counts > 0).reshape(len(units), -1).sum(axis=1) == len(periods)
    return LongTable(units, periods.astype(np.int64), row, complete)


def constant(table: LongTable, values: NDArray[Any], name: str) -> NDArray[Any]:
    """Values that are the same in all rows of a unit: array [complete unit].

    Examples
    --------
    >>> constant(long_table(np.array([7, 7]), np.array([1, 2])), np.array([2, 0]), "cohort")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected one cohort for all rows of unit 7, found 2 and 0
    """
    table._check(values)
    if table.place is None:
        rows = values.reshape(len(table.units), -1)
        first, differs = rows[:, 0], (rows != rows[:, :1]) & ~((rows != rows) & (rows[:, :1] != rows[:, :1]))
        changed = differs.any(axis=1)
        other = rows[np.arange(len(rows)), differs.argmax(axis=1)]
    else:
        row = table.place // len(table.periods)
        first = np.empty(len(table.units), dtype=values.dtype)
        first[row] = values
        wrong = (first[row] != values) & ~((values != values) & (first[row] != first[row]))
        changed, other = np.zeros(len(first), dtype=bool), first.copy()
        changed[row[wrong]] = True
        other[row[wrong]] = values[wrong]
    if changed.any():
        unit = int(np.argmax(changed))
        raise InvalidValue(
            expected=f"one {name} for all rows of unit {table.units[unit]}",
            found=f"{first[unit]} and {other[unit]}",
        )
    return first if table.complete.all() else first[table.complete]


def _lying(unit: NDArray[Any], time: Integers) -> LongTable | None:
    """Places of rows that need no places: unit by unit, the same periods in order."""
    other = unit != unit[0]
    width = int(np.argmax(other)) or len(unit)
    if len(unit) % width or width < 2 or (np.diff(time[:width]) <= 0).any():
        return None
    rows, times = unit.reshape(-1, width), time.reshape(-1, width)
    if (times != times[0]).any() or (rows != rows[:, :1]).any():
        return None
    units = rows[:, 0].copy()
    ordered = units[1:] > units[:-1]
    if not ordered.all() and len(np.unique(units)) < len(units):
        return None
    return LongTable(units, times[0].copy(), None, np.ones(len(units), dtype=bool))


def _codes(values: NDArray[Any]) -> tuple[NDArray[Any], Integers]:
    """Distinct values in order, and the place of each row's among them."""
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if high - low < _SPARSEST * len(values):
            there = np.zeros(high - low + 1, dtype=bool)
            there[values - low] = True
            place = np.cumsum(there) - 1
            return (np.flatnonzero(there) + low).astype(values.dtype), place[values - low]
    found, inverse = np.unique(values, return_inverse=True)
    return found, inverse.astype(np.int64)
