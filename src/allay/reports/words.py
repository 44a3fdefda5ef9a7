"""How reports write numbers: thousands, percents, signs, intervals, and what is hidden or not recorded."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

from allay.measures.intervals import Interval

__all__ = [
    "HIDDEN",
    "NONE",
    "count",
    "interval",
    "number",
    "p_value",
    "people",
    "percent",
    "points_of_share",
    "share_interval",
]

HIDDEN = "hidden"
NONE = "–"


def count(value: float | None) -> str:
    """A whole number with commas; ``hidden`` for None.

    Examples
    --------
    >>> count(14380), count(None)
    ('14,380', 'hidden')
    """
    return HIDDEN if value is None else f"{value:,.0f}"


def people(n: int) -> str:
    """A number of patients.

    Examples
    --------
    >>> people(1), people(206)
    ('1 patient', '206 patients')
    """
    return f"{n:,} patient{'' if n == 1 else 's'}"


def number(value: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """A number with a real minus sign, half rounded up as people do; an en dash for None.

    Examples
    --------
    >>> number(-0.318, 2), number(0.5, 1, signed=True), number(0.85), number(None)
    ('−0.32', '+0.5', '0.9', '–')
    """
    if value is None or math.isnan(value):
        return NONE
    # 0.85 lies a little below that in binary; its shortest decimal form is what was meant.
    exact = Decimal(repr(float(abs(value)))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    if float(text.replace(",", "")) == 0:
        return text
    sign = "−" if value < 0 else ("+" if signed else "")
    return sign + text


def percent(share: float | None, digits: int = 1) -> str:
    """A share as a percent; ``hidden`` for None.

    Examples
    --------
    >>> percent(0.16088), percent(0.3287, 0)
    ('16.1%', '33%')
    """
    return HIDDEN if share is None else f"{share * 100:.{digits}f}%"


def points_of_share(difference: float) -> str:
    """A difference of shares in percentage points.

    Examples
    --------
    >>> points_of_share(-0.0783)
    '−7.8'
    """
    return number(difference * 100, 1, signed=True)


def interval(limits: Interval | None, digits: int = 2) -> str:
    """Limits of an interval.

    Examples
    --------
    >>> interval(Interval(-0.373, -0.264))
    '−0.37 to −0.26'
    """
    return NONE if limits is None else f"{number(limits.low, digits)} to {number(limits.high, digits)}"


def share_interval(limits: Interval | None, digits: int = 1) -> str:
    """Limits of a share, in percent.

    Examples
    --------
    >>> share_interval(Interval(0.1507, 0.1716))
    '15.1% to 17.2%'
    """
    return NONE if limits is None else f"{percent(limits.low, digits)} to {percent(limits.high, digits)}"


def p_value(p: float | None) -> str:
    """A p value with its sign; below 0.001 only that.

    Examples
    --------
    >>> p_value(5e-30), p_value(0.0312)
    ('< 0.001', '= 0.031')
    """
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
