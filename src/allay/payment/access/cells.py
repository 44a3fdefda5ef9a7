"""Readers of the cells of ACCESS sheets: days of this century, chances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from allay.base.cells import exact_number
from allay.base.dates import parse_date
from allay.base.errors import InvalidValue
from allay.base.messages import shown

CENTURY = 2000


def day(text: str) -> dt.date:
    """Read a day of this century; windows of a day further off would have no date."""
    found = parse_date(text)
    if not CENTURY <= found.year < CENTURY + 100:
        raise InvalidValue(expected=f"a day from {CENTURY} to {CENTURY + 99}", found=shown(text))
    return found


def day_until(as_of: dt.date | None) -> Callable[[str], dt.date]:
    """Make a reader of days of which none may be later than `as_of`.

    Examples
    --------
    >>> day_until(dt.date(2026, 11, 22))("2026-11-23")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a day up to 2026-11-22, found 2026-11-23
    """

    def read(text: str) -> dt.date:
        found = day(text)
        if as_of is not None and found > as_of:
            raise InvalidValue(expected=f"a day up to {as_of}", found=str(found))
        return found

    return read


def days_until(as_of: dt.date | None) -> Callable[[str], tuple[dt.date, ...]]:
    """Make a reader of several days with blanks between them.

    Examples
    --------
    >>> [str(each) for each in days_until(None)("2026-11-10 2027-02-05")]
    ['2026-11-10', '2027-02-05']
    """
    read = day_until(as_of)
    return lambda text: tuple(read(part) for part in text.split())


def chance(text: str) -> float:
    """Read a probability."""
    value = exact_number(text)
    if not 0 <= value <= 1:
        raise InvalidValue(expected="a chance from 0 to 1", found=shown(text))
    return float(value)
