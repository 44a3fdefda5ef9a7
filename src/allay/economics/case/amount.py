"""Numbers as people write and read them: a share as 36%, dollars as $3,800."""

from __future__ import annotations

import math
import re

from allay.base.errors import InvalidValue
from allay.economics.case.quantity import MONEY, UNITS

_GROUPS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
_PLAIN = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")

MOST = 1e12
"""What is more is a mistake."""

DIGITS = 14
"""As many as files of numbers keep exactly, less one for a leading zero."""


def read_amount(text: str, *, unit: str) -> float:
    """Read a number of a unit, or say what was expected.

    Examples
    --------
    >>> read_amount("36%", unit="probability"), read_amount("$3,800", unit="usd")
    (0.36, 3800.0)
    >>> read_amount("36", unit="probability")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a share from 0 to 1 (such as 0.25 or 25%), found 36
    """
    bare = text.strip()
    share = unit == "probability" and bare.endswith("%")
    if share:
        bare = bare[:-1].rstrip()
    if unit.startswith(MONEY):
        bare = bare.removeprefix("$").lstrip()
    if not (_PLAIN.fullmatch(bare) or _GROUPS.fullmatch(bare)):
        raise InvalidValue(expected=expected(unit), found=repr(text.strip()))
    value = float(bare.replace(",", ""))
    return check_amount(value / 100 if share else value, unit=unit)


def check_amount(value: float, *, unit: str) -> float:
    """Return the number, to as many digits as a file keeps, or refuse one that its unit does not have."""
    least, most = UNITS[unit]
    if not (math.isfinite(value) and least <= value <= most and abs(value) < MOST):
        raise InvalidValue(expected=expected(unit), found=f"{value:.10g}")
    return float(plain(value))


def expected(unit: str) -> str:
    """Say what numbers a unit has, with an example.

    Examples
    --------
    >>> expected("usd/month"), expected("hours/week")
    ('usd/month of 0 or more (such as 3800)', 'hours/week from 0 to 168')
    """
    if unit == "probability":
        return "a share from 0 to 1 (such as 0.25 or 25%)"
    least, most = UNITS[unit]
    span = f"of {least:g} or more" if math.isinf(most) else f"from {least:g} to {most:g}"
    return f"{unit} {span}{' (such as 3800)' if unit.startswith(MONEY) else ''}"


def plain(value: float) -> str:
    """Write a number without an exponent, in no more digits than a file keeps.

    Examples
    --------
    >>> plain(3800.0), plain(0.1 + 0.2), plain(1e-7)
    ('3800', '0.3', '0.0000001')
    """
    decimals = max(DIGITS - len(f"{abs(value):.0f}"), 0)
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown(value: float, *, unit: str) -> str:
    """Write a number with its unit for reading.

    Examples
    --------
    >>> shown(3800, unit="usd"), shown(0.36, unit="probability"), shown(26, unit="patients/month")
    ('$3,800', '0.36', '26 patients/month')
    """
    if unit == "probability":
        return plain(value)
    if unit.startswith(MONEY):
        whole = f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
        return f"${whole}{unit.removeprefix(MONEY)}"
    return f"{plain(value)} {unit}"
