"""The monthly slot of a workgroup, such as the 3rd Tuesday, and the days it falls on."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from allay.base.errors import InvalidValue
from allay.consensus.registry.span import DatedSpan
from allay.consensus.registry.words import Refs

_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PATTERN = rf"^({'|'.join(_ORDINALS)}|last) ({'|'.join(_WEEKDAYS)})$"
_WEEK = 7
MONTHS_A_YEAR = 12
LONGEST_YEARS = 50


class MonthlySlot(DatedSpan):
    """When a workgroup meets: a weekday of the month, from one day to before another.

    Attributes
    ----------
    day : str
        Such as `3rd Tuesday` or `last Friday`. Months without a 5th are left out.
    time : str, optional
        As people say it, with the time zone.

    Examples
    --------
    >>> slot = MonthlySlot(day="3rd Tuesday", sources=("page",))
    >>> [str(day) for day in slot.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31))]
    ['2026-11-17', '2026-12-15']
    """

    day: Annotated[str, Field(pattern=_PATTERN)]
    time: Annotated[str, Field(max_length=100)] | None = None
    sources: Refs

    def dates(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Return its days from `first` to `last`, both included; the cost grows with the months between.

        Raises
        ------
        InvalidValue
            When `last` is before `first`, or so far off that it is a slip of the pen.
        """
        if last < first or last.year - first.year > LONGEST_YEARS:
            expected = f"a last day from {first} on, within {LONGEST_YEARS} years"
            raise InvalidValue(expected=expected, found=str(last))
        days = (self.in_month(*month) for month in _months(first, last))
        return [day for day in days if day and first <= day <= last and self.holds_on(day)]

    def in_month(self, year: int, month: int) -> dt.date | None:
        """Return its day in a month; None where there is no 5th.

        Examples
        --------
        >>> MonthlySlot(day="5th Friday", sources=("page",)).in_month(2026, 11) is None
        True
        """
        found = re.match(_PATTERN, self.day)
        assert found  # the shape of the field
        ordinal, weekday = found.groups()
        starts_on, length = calendar.monthrange(year, month)
        first = 1 + (_WEEKDAYS.index(weekday) - starts_on) % _WEEK
        if ordinal == "last":
            number = first + (length - first) // _WEEK * _WEEK
        else:
            number = first + _ORDINALS.index(ordinal) * _WEEK
        return dt.date(year, month, number) if number <= length else None


def _months(first: dt.date, last: dt.date) -> Iterator[tuple[int, int]]:
    start, end = (day.year * MONTHS_A_YEAR + day.month - 1 for day in (first, last))
    for number in range(start, end + 1):
        yield number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1
