"""How much memory an engine may take, as people write it."""

from __future__ import annotations

import re

from allay.base.errors import InvalidValue

_AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(MB|GB|TB|MiB|GiB|TiB)", re.IGNORECASE)
_MEGABYTES = {"m": 1, "g": 1_000, "t": 1_000_000}
LEAST = 100
"""Megabytes with which DuckDB can read a file at all, with two threads."""


def memory_amount(text: str) -> str:
    """Return an amount of memory as engines read it.

    DuckDB takes one below zero for no limit at all, and fails at a file with one that is very small.

    Raises
    ------
    InvalidValue
        Something else, or less than 100MB.

    Examples
    --------
    >>> memory_amount("12 gb")
    '12GB'
    >>> memory_amount("-1GB")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected an amount of memory such as 8GB, found '-1GB'
    """
    met = _AMOUNT.fullmatch(text.strip())
    if met is None:
        raise InvalidValue(expected="an amount of memory such as 8GB", found=repr(text))
    if float(met[1]) * _MEGABYTES[met[2][0].lower()] < LEAST:
        raise InvalidValue(expected=f"{LEAST}MB of memory or more", found=text)
    return met[1] + met[2].upper().replace("I", "i")
