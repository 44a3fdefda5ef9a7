"""Months of a window, as dates and as places."""

from __future__ import annotations

import datetime as dt


def add_months(month: dt.date, count: int) -> dt.date:
    """Return the first day of the month so many months later.

    Examples
    --------
    >>> add_months(dt.date(2023, 11, 1), 3).isoformat()
    '2024-02-01'
    """
    place = month.year * 12 + month.month - 1 + count
    return dt.date(place // 12, place % 12 + 1, 1)


def month_name(first: dt.date, place: int) -> str:
    """Return a month of a window as YYYY-MM.

    Examples
    --------
    >>> month_name(dt.date(2023, 1, 1), 14)
    '2024-03'
    """
    return add_months(first, place).isoformat()[:7]


def period_name(first: dt.date, place: int, *, months: int) -> str:
    """Return a period of one or three months; three are named by the first and the last.

    Examples
    --------
    >>> period_name(dt.date(2023, 1, 1), 1, months=3), period_name(dt.date(2023, 1, 1), 1, months=1)
    ('2023-04 to 2023-06', '2023-02')
    """
    if months == 1:
        return month_name(first, place)
    return f"{month_name(first, place * months)} to {month_name(first, place * months + months - 1)}"
