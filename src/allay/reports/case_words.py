"""How a business case writes numbers: dollars, shares of draws, months, intervals."""

from __future__ import annotations

from allay.economics.answers.summary import MonthSummary, Summary
from allay.reports.words import number, percent

__all__ = [
    "JOINED",
    "amount",
    "ends",
    "interval",
    "member_month",
    "month",
    "months_spread",
    "plain",
    "rate",
    "share",
    "spread",
    "thousands",
    "tile_month",
    "usd",
]

_WHOLE_FROM, _THOUSAND = 100, 1000
_ONE_IN_100 = 0.01

JOINED = "\N{WORD JOINER}"
"""Keeps a minus sign at its number."""


def usd(amount: float | None, *, signed: bool = False) -> str:
    """Write dollars: whole from a hundred on, else with cents.

    Examples
    --------
    >>> usd(-525_856.4).replace(JOINED, ""), usd(78.5), usd(None), usd(3.0, signed=True)
    ('−$525,856', '$78.50', '–', '+$3.00')
    """
    if amount is None:
        return "–"
    digits = 0 if abs(amount) >= _WHOLE_FROM or amount == 0 else 2
    return _dollars(amount, digits, signed=signed)


def member_month(amount: float | None) -> str:
    """Write dollars per member per month, in tenths of a cent.

    Examples
    --------
    >>> member_month(0.1574), member_month(-0.02).replace(JOINED, "")
    ('$0.157', '−$0.020')
    """
    return "–" if amount is None else _dollars(amount, 3)


def _dollars(amount: float, digits: int, *, signed: bool = False) -> str:
    text = number(abs(amount), digits)
    if not text.strip("0.,"):
        return f"${text}"
    return f"{f'−{JOINED}' if amount < 0 else '+' if signed else ''}${text}"


def plain(value: float) -> str:
    """Write a number of a case as it may be read: thousands whole, others with four digits.

    Examples
    --------
    >>> plain(307_213.4), plain(0.20961), plain(12), plain(-0.43)
    ('307,213', '0.2096', '12', '−0.43')
    """
    text = f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"
    return text.replace("-", "−")


def ends(low: float, high: float, unit: str) -> str:
    """Write the two ends of a quantity with its unit.

    Examples
    --------
    >>> ends(0.2634, 0.4612, "probability"), ends(80_000, 90_000, "usd/year"), ends(21.2, 40.5, "seats")
    ('26.3% to 46.1%', '$80,000 to $90,000 per year', '21.2 to 40.5 seats')
    """
    named = "" if unit == "probability" else unit.removeprefix("usd").replace("/", " per ")
    apart = " " if named and not unit.startswith("usd") else ""
    return f"{amount(low, unit)} to {amount(high, unit)}{apart}{named}"


def amount(value: float, unit: str) -> str:
    """Write a quantity, with no more of its unit than a sign.

    Examples
    --------
    >>> amount(0.4612, "probability"), amount(1500, "usd"), amount(7.25, "months")
    ('46.1%', '$1,500', '7.25')
    """
    if unit == "probability":
        return percent(value)
    return usd(value) if unit.startswith("usd") else plain(value)


def thousands(value: float) -> str:
    """Write dollars in thousands.

    Examples
    --------
    >>> thousands(278_490.2), thousands(0)
    ('$278k', '$0k')
    """
    return f"${number(value / _THOUSAND, 0)}k"


def share(value: float) -> str:
    """Write a share of draws; one that is not quite nothing or all does not read as such.

    Examples
    --------
    >>> share(0.0005), share(0.9999), share(0.5), share(1.0)
    ('less than 1%', 'more than 99%', '50%', '100%')
    """
    if 0 < value < _ONE_IN_100:
        return "less than 1%"
    return "more than 99%" if 1 - _ONE_IN_100 < value < 1 else percent(value, 0)


def rate(value: float | None) -> str:
    """Write a rate a year.

    Examples
    --------
    >>> rate(-0.1539), rate(0.485)
    ('−15.4%', '48.5%')
    """
    return "–" if value is None else f"{number(value * 100, 1)}%"


def spread(found: Summary) -> str:
    """Write a 95% interval of dollars; draws that are all alike have none.

    Examples
    --------
    >>> spread(Summary(1.0, 1.0, 2.0, 400.0, 1.0)), spread(Summary(2.0, 2.0, 2.0, 2.0, 1.0))
    ('$2.00 to $400', 'does not vary')
    """
    if found.low is None:
        return "–"
    low, high = usd(found.low), usd(found.high)
    return "does not vary" if low == high else f"{low} to {high}"


def interval(found: Summary) -> str:
    """Write a 95% interval of dollars within a sentence.

    Examples
    --------
    >>> interval(Summary(1.0, 1.0, 2.0, 400.0, 1.0)), interval(Summary(2.0, 2.0, 2.0, 2.0, 1.0))
    ('95% interval $2.00 to $400', 'the same in all draws')
    """
    if found.low is None:
        return "in no draw"
    return "the same in all draws" if usd(found.low) == usd(found.high) else f"95% interval {spread(found)}"


def month(value: int | None, horizon: int) -> str:
    """Write a month of the program with its year.

    Examples
    --------
    >>> month(31, 120), month(None, 120), month(0, 120)
    ('month 31 (year 3)', 'not within 120 months', 'from the start')
    """
    if value is None:
        return f"not within {horizon} months"
    return f"month {value} (year {(value + 11) // 12})" if value else "from the start"


def tile_month(value: int | None, horizon: int) -> str:
    """Write a month, or that it does not come, in few words.

    Examples
    --------
    >>> tile_month(31, 120), tile_month(None, 120)
    ('month 31', 'not in 120 months')
    """
    return f"not in {horizon} months" if value is None else f"month {value}" if value else "from the start"


def months_spread(found: MonthSummary, horizon: int) -> str:
    """Write the middle 95% of a month over draws, and the share of draws that get there.

    Examples
    --------
    >>> months_spread(MonthSummary(9, 8, None, 9.5, 0.9, ()), 120)
    'in 90% of draws within 120 months (95% interval month 8 to later than 120)'
    >>> months_spread(MonthSummary(None, None, None, None, 0.0, ()), 120)
    'in no draw within 120 months'
    """
    if not found.reached:
        return f"in no draw within {horizon} months"
    many = "all" if found.reached == 1 else f"{share(found.reached)} of"
    within = f"in {many} draws within {horizon} months"
    if found.low is None:
        return within
    if found.low == found.high:
        return f"{within} (month {found.low} in at least 95% of them)"
    high = f"later than {horizon}" if found.high is None else f"{found.high}"
    return f"{within} (95% interval month {found.low} to {high})"
