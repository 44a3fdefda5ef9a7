"""Readers of single cells: each takes the text of a cell and returns its value, or refuses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from allay.base.dates import parse_date
from allay.base.errors import InvalidValue
from allay.base.messages import shown

E = TypeVar("E", bound=StrEnum)
# What counts and measures in a sheet never reach, and arithmetic still can bear.
_MOST_DIGITS = 12
_MOST_SIGNS = 40


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Make a reader of one of some names.

    Examples
    --------
    >>> one_of(["open", "ended"])("closed")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected one of open, ended, found 'closed'
    """
    allowed = tuple(names)

    def read(text: str) -> str:
        if text not in allowed:
            raise InvalidValue(expected="one of " + ", ".join(allowed), found=shown(text))
        return text

    return read


def member_of(kind: type[E]) -> Callable[[str], E]:
    """Make a reader of one of the values of an enumeration.

    Examples
    --------
    >>> from allay.base.status import Status
    >>> member_of(Status)("memory")
    <Status.MEMORY: 'memory'>
    """
    read = one_of(str(each.value) for each in kind)
    return lambda text: kind(read(text))


def yes_no(text: str) -> bool:
    """Read yes or no.

    Examples
    --------
    >>> yes_no("yes"), yes_no("no")
    (True, False)
    """
    if text not in ("yes", "no"):
        raise InvalidValue(expected="yes or no", found=shown(text))
    return text == "yes"


def whole_number(text: str) -> int:
    """Read a whole number of zero or more.

    Examples
    --------
    >>> whole_number("15")
    15
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise InvalidValue(expected="a whole number", found=shown(text))
    return int(text)


def exact_number(text: str) -> Decimal:
    """Read a number as it is written.

    Examples
    --------
    >>> exact_number("38.8") - exact_number("36.8")
    Decimal('2.0')
    """
    try:
        value = Decimal(text) if "_" not in text and len(text) <= _MOST_SIGNS else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value.adjusted()) > _MOST_SIGNS:
        raise InvalidValue(expected="a number", found=shown(text))
    return value


def last_day(text: str) -> dt.date:
    """Read a last day; the day after it must exist, too.

    Examples
    --------
    >>> last_day("2026-12-31")
    datetime.date(2026, 12, 31)
    """
    day = parse_date(text)
    if day == dt.date.max:
        raise InvalidValue(expected="a day before the end of the calendar, or nothing", found=shown(text))
    return day


def words(text: str) -> tuple[str, ...]:
    """Read several words with blanks between them.

    Examples
    --------
    >>> words("msk  bh")
    ('msk', 'bh')
    """
    return tuple(text.split())
