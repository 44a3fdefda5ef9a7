"""Meetings of a workgroup as iCalendar files (RFC 5545), which calendar programs read."""

from __future__ import annotations

import datetime as dt
from typing import Final

from icalendar import Calendar, Event

from allay.consensus.registry.standing.meetings import MeetingList, MeetingRow
from allay.interop.calendars import MADE_BY, ONE_DAY, PRODUCT

_STATUS: Final = {
    "by slot": "TENTATIVE",
    "planned": "TENTATIVE",
    "held": "CONFIRMED",
    "canceled": "CANCELLED",
}


def meetings_calendar(found: MeetingList) -> bytes:
    """Write the meetings of a workgroup as an iCalendar file, each on its days, without a time.

    Parameters
    ----------
    found : MeetingList
        From `allay.consensus.registry.standing.meetings`.

    Returns
    -------
    bytes
        The same meetings give the same bytes; the stamp of each entry is the first day asked for.

    Examples
    --------
    >>> from allay.consensus.registry.reading import read_registry
    >>> from allay.consensus.registry.seed import FIELD
    >>> from allay.consensus.registry.standing.meetings import meetings_of
    >>> found = meetings_of(read_registry(FIELD), "coverage", first=dt.date(2026, 12, 1),
    ...     last=dt.date(2026, 12, 31), allay_version="1")
    >>> b"DTSTART;VALUE=DATE:20261215" in meetings_calendar(found)
    True
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    stamp = dt.datetime.combine(found.first, dt.time.min, tzinfo=dt.UTC)
    for row in found.meetings:
        event = _event(row)
        event.add("uid", f"{found.workgroup}-{row.on}@{MADE_BY}")
        event.add("dtstamp", stamp)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(row: MeetingRow) -> Event:
    event = Event()
    event.add("summary", row.title)
    event.add("dtstart", row.on)
    event.add("dtend", row.until + ONE_DAY if row.until < dt.date.max else row.until)
    event.add("status", _STATUS[row.status])
    event.add("transp", "TRANSPARENT")
    if row.place and row.place != "not reported":
        event.add("location", row.place)
    said = [f"By its slot: {row.slot}"] if row.slot else []
    said += [f"Time: {row.time}"] if row.time else []
    if said:
        event.add("description", "\n".join(said))
    return event
