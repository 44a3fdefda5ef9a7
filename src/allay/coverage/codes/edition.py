"""Editions: which issue of a table is used, and for which days it was issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allay.base.errors import InvalidValue

_MONTHS = (1, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of a table that is issued again and again.

    Parameters
    ----------
    title : str
        Name of the table.
    covers_from, covers_to : date
        The first day it was issued for, and the day after the last.
    recorded_on : date
        The day its rows were recorded, for the knowledge clock.

    Examples
    --------
    >>> july = Edition.quarter("Pair edits", dt.date(2024, 7, 1), recorded_on=dt.date(2026, 11, 22))
    >>> july.note(dt.date(2024, 9, 30)), july.note(dt.date(2024, 10, 1))
    ('', 'table of 2024-07-01 used for days of another edition')
    """

    title: str
    covers_from: dt.date
    covers_to: dt.date
    recorded_on: dt.date

    def __post_init__(self) -> None:
        if self.covers_to <= self.covers_from:
            expected = f"an edition that ends after {self.covers_from}"
            raise InvalidValue(expected=expected, found=str(self.covers_to))

    @classmethod
    def quarter(cls, title: str, first_day: dt.date, *, recorded_on: dt.date) -> Edition:
        """Return the edition of the quarter that starts on `first_day`.

        Raises
        ------
        InvalidValue
            When no quarter starts on that day.
        """
        if first_day.day != 1 or first_day.month not in _MONTHS:
            raise InvalidValue(
                expected="the first day of a quarter, such as 2024-07-01", found=str(first_day)
            )
        year, month = divmod(first_day.year * 12 + first_day.month - 1 + 3, 12)
        return cls(title, first_day, dt.date(year, month + 1, 1), recorded_on)

    def covers(self, day: dt.date) -> bool:
        """Whether it was issued for that day."""
        return self.covers_from <= day < self.covers_to

    def note(self, day: dt.date) -> str:
        """Say that another edition would be wanted for the day; "" when this one is right."""
        return "" if self.covers(day) else f"table of {self.covers_from} used for days of another edition"
