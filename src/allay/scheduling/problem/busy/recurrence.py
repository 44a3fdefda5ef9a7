"""Recurring entries of a calendar (RFC 5545): on which starts an entry falls within some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import vRecur

from allay.base.errors import InvalidValue

MOST_STARTS = 100_000
"""More starts than a daily entry has in 270 years; a rule beyond it is a mistake or an attack."""
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")


def starts_of(
    start: dt.datetime,
    *,
    rules: Iterable[vRecur],
    more: Iterable[dt.datetime],
    but: Iterable[dt.datetime],
    until: dt.datetime,
    zone: dt.tzinfo,
) -> Iterator[dt.datetime]:
    """List the starts of a recurring entry, in order.

    All times are wall-clock times of the entry's own zone, so that nine o'clock stays nine o'clock when the
    clocks change.

    Parameters
    ----------
    start : datetime
        The first start, without a zone.
    rules : iterable of vRecur
        Its RRULEs.
    more, but : iterable of datetime
        Further starts (RDATE) and exceptions (EXDATE).
    until : datetime
        No later start is listed.
    zone : tzinfo
        The entry's zone; the end of a rule is a moment elsewhere.

    Raises
    ------
    InvalidValue
        For a rule that cannot be read, recurs within a day, or has more than 100,000 starts by then. The time
        grows with the starts from the first one on.

    Examples
    --------
    >>> from icalendar import vRecur
    >>> rule = vRecur.from_ical("FREQ=WEEKLY;BYDAY=MO,WE")
    >>> found = starts_of(
    ...     dt.datetime(2027, 1, 4, 9), rules=[rule], more=[], but=[dt.datetime(2027, 1, 6, 9)],
    ...     until=dt.datetime(2027, 1, 12), zone=dt.UTC)
    >>> [each.day for each in found]
    [4, 11]
    """
    found: set[dt.datetime] = {each for each in chain([start], more) if each <= until}
    for rule in rules:
        for number, each in enumerate(_starts_of_rule(rule, start, until, zone)):
            if number >= MOST_STARTS:
                raise InvalidValue(expected=f"at most {MOST_STARTS:,} starts", found="more")
            found.add(each)
    yield from sorted(found - {*but})


def _starts_of_rule(
    rule: vRecur, start: dt.datetime, until: dt.datetime, zone: dt.tzinfo
) -> Iterator[dt.datetime]:
    plain: dict[str, Any] = {key.upper(): value for key, value in dict(rule).items()}
    often = [str(each) for each in plain.get("FREQ", [])]
    if any(each.upper() in TOO_OFTEN for each in often):
        raise InvalidValue(expected="a rule of days, weeks, months or years", found=often[0])
    if any(each < 1 for each in plain.get("INTERVAL", [])):
        raise InvalidValue(expected="an INTERVAL of at least 1", found=str(plain["INTERVAL"][0]))
    last = min([until, *(_end(each, zone) for each in plain.pop("UNTIL", []))])
    rest: Any = vRecur(plain)
    try:
        text = rest.to_ical().decode() + f";UNTIL={last:%Y%m%dT%H%M%S}" * ("COUNT" not in plain)
        for each in rrulestr(text, dtstart=start):
            if each > last:
                return
            yield each
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as wrong:
        raise InvalidValue(expected="a rule that can be read (RRULE)", found=str(wrong) or "none") from None


def _end(until: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """The last moment a rule holds, as wall-clock time; a day alone holds to its end."""
    if not isinstance(until, dt.datetime):
        return dt.datetime.combine(until, dt.time(23, 59, 59))
    return (until.astimezone(zone) if until.tzinfo else until).replace(tzinfo=None)
