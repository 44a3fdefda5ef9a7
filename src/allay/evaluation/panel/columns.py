"""The columns of a panel, and months as numbers."""

from __future__ import annotations

import datetime as dt

KEYS = ("person_id", "month")
COUNTS = (
    *("emergency_visit", "inpatient_stay", "inpatient_day", "mri", "ct", "x_ray", "injection"),
    *("spine_surgery", "therapy_visit", "behavioral_visit", "opioid_fill", "opioid_day", "pharmacy_fill"),
)
DOSE = "opioid_mme_milli"
COSTS = ("medical_cost_cents", "pharmacy_cost_cents", "total_cost_cents")
TOPCODED = "total_cost_topcoded_cents"
OUTCOMES = (*COUNTS, DOSE, *COSTS, TOPCODED)
COLUMNS = (*KEYS, "enrolled_days", *OUTCOMES)

# Categories that count once for a member and day, and the value set of each.
DAILY = {
    "mri": "mri",
    "ct": "ct",
    "x_ray": "x_ray",
    "injection": "injection",
    "therapy_visit": "therapy",
    "behavioral_visit": "behavioral",
}
EPOCH = dt.date(1970, 1, 1)


def month_number(day: dt.date) -> int:
    """Return the month of a day as a number, of which the next month is one more.

    Examples
    --------
    >>> month_number(dt.date(2024, 1, 31)) - month_number(dt.date(2023, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


def first_of(month: int) -> dt.date:
    """Return the first day of a month.

    Examples
    --------
    >>> first_of(month_number(dt.date(2024, 2, 29)))
    datetime.date(2024, 2, 1)
    """
    return dt.date(month // 12, month % 12 + 1, 1)


def last_of(month: int) -> dt.date:
    """Return the last day of a month.

    Examples
    --------
    >>> last_of(month_number(dt.date(2024, 2, 1)))
    datetime.date(2024, 2, 29)
    """
    return first_of(month + 1) - dt.timedelta(days=1)


def day_number(day: dt.date) -> int:
    """Return the days since 1970-01-01.

    Examples
    --------
    >>> day_number(dt.date(1970, 1, 2))
    1
    """
    return (day - EPOCH).days
