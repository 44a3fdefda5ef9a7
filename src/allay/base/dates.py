"""Periods and as-of dates: calendar dates only, no clock and no time of day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from allay.base.errors import InvalidValue

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_date(text: str) -> dt.date:
    """Read a date written ``YYYY-MM-DD``, the only form Allay takes.

    Raises
    ------
    InvalidValue
        For another form (03/04/2026 is two different days to two readers) or a day that does not exist.

    Examples
    --------
    >>> parse_date("2026-02-28")
    datetime.date(2026, 2, 28)
    """
    try:
        if _ISO.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(expected="a date that exists, as YYYY-MM-DD", found=repr(text)) from None
    raise InvalidValue(expected="a date as YYYY-MM-DD", found=repr(text))


def holds_on(day: dt.date, start: dt.date | None, end: dt.date | None) -> bool:
    """Whether a day lies from `start` to before `end`; None is open.

    Examples
    --------
    >>> holds_on(dt.date(2026, 1, 1), dt.date(2026, 1, 1), None)
    True
    >>> holds_on(dt.date(2026, 1, 1), None, dt.date(2026, 1, 1))
    False
    """
    return (start is None or start <= day) and (end is None or day < end)


def _require_date(value: object, name: str) -> None:
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise InvalidValue(expected=f"{name} to be a date without a time", found=repr(value))


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`; without `end` it has no end known.

    Examples
    --------
    >>> year = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
    >>> year.days, dt.date(2026, 12, 31) in year, dt.date(2027, 1, 1) in year
    (365, True, False)
    """

    start: dt.date
    end: dt.date | None = None

    def __post_init__(self) -> None:
        _require_date(self.start, "the start")
        if self.end is not None:
            _require_date(self.end, "the end")
            if self.end <= self.start:
                raise InvalidValue(expected=f"an end after {self.start}", found=str(self.end))

    def __contains__(self, day: dt.date) -> bool:
        return holds_on(day, self.start, self.end)

    @property
    def days(self) -> int | None:
        """Number of days, or None when no end is known."""
        return None if self.end is None else (self.end - self.start).days

    @property
    def last(self) -> dt.date | None:
        """The last day inside, or None when no end is known."""
        return None if self.end is None else self.end - dt.timedelta(days=1)

    def overlap(self, other: Period) -> Period | None:
        """Return the days both periods share, or None.

        Examples
        --------
        >>> spring = Period(dt.date(2026, 3, 1), dt.date(2026, 6, 1))
        >>> print(spring.overlap(Period(dt.date(2026, 5, 1))))
        2026-05-01 to 2026-05-31
        """
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        end = min(ends) if ends else None
        return None if end is not None and end <= start else Period(start, end)

    def __str__(self) -> str:
        return f"from {self.start}" if self.last is None else f"{self.start} to {self.last}"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The two clocks of every rule: the day something happens and the day we are asking from.

    Parameters
    ----------
    on : date
        The day of service, of the visit, of the report.
    known_on : date, optional
        Use only what was recorded up to and including this day; without it, all that is recorded.

    Examples
    --------
    >>> AsOf(dt.date(2020, 1, 10), known_on=dt.date(2020, 1, 15)).knows(dt.date(2020, 2, 1))
    False
    """

    on: dt.date
    known_on: dt.date | None = None

    def __post_init__(self) -> None:
        _require_date(self.on, "the day asked for")
        if self.known_on is not None:
            _require_date(self.known_on, "the day of knowledge")

    def knows(self, recorded_on: dt.date) -> bool:
        """Whether something recorded on that day is known from here."""
        return self.known_on is None or recorded_on <= self.known_on
