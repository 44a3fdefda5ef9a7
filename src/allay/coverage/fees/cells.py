"""Readers of the cells of fee files: numbers of zero or more, texts of one form."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from allay.base.errors import InvalidValue
from allay.base.messages import shown

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?", re.ASCII)


def number(text: str) -> Fraction:
    """Read a number of zero or more, exactly.

    Examples
    --------
    >>> number("0.45")
    Fraction(9, 20)
    """
    if not _NUMBER.fullmatch(text):
        raise InvalidValue(expected="a number of zero or more", found=shown(text))
    return Fraction(text)


def positive(text: str) -> Fraction:
    """Read a number above zero, exactly."""
    if not _NUMBER.fullmatch(text) or not Fraction(text):
        raise InvalidValue(expected="a number above zero", found=shown(text))
    return Fraction(text)


def matching(pattern: str, expected: str) -> Callable[[str], str]:
    """Make a reader of texts of a form.

    Examples
    --------
    >>> matching("[0-9]{2}", "two digits")("5")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected two digits, found '5'
    """
    form = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise InvalidValue(expected=expected, found=shown(text))
        return text

    return read
