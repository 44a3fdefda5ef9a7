"""The months of a simulation as days counted from its first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class StudyMonths:
    """Months in a row.

    Attributes
    ----------
    start : date
        The first day.
    first : int array [month]
        Day on which each month begins, counted from the start.
    length : int array [month]
        Days of each month.

    Examples
    --------
    >>> months = StudyMonths.of(dt.date(2024, 1, 1), 3)
    >>> months.first.tolist(), months.length.tolist(), months.day(31)
    ([0, 31, 60], [31, 29, 31], datetime.date(2024, 2, 1))
    """

    start: dt.date
    first: NDArray[np.int64]
    length: NDArray[np.int64]

    @classmethod
    def of(cls, start: dt.date, months: int) -> StudyMonths:
        """Lay out so many months from a first of a month."""
        edges = np.datetime64(start, "M") + np.arange(months + 1)
        days = edges.astype("datetime64[D]").astype(np.int64)
        return cls(start, days[:-1] - days[0], np.diff(days))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def days(self) -> int:
        """Days in all."""
        return int(self.length.sum())

    @property
    def offset(self) -> int:
        """Days from 1970 to the start."""
        return (self.start - EPOCH).days

    def day(self, number: int) -> dt.date:
        """Return the date of a day counted from the start."""
        return self.start + dt.timedelta(days=int(number))

    def names(self) -> tuple[str, ...]:
        """First days of the months, as text."""
        return tuple(self.day(int(first)).isoformat() for first in self.first)
