"""Timelines as iCalendar files (RFC 5545), which calendar programs read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

import allay
from allay.programs.definitions.activity import Activity, Timeline, ends_at, starts_at

PRODUCT = f"-//Allay//allay {allay.__version__}//EN"
MADE_BY = "allay.invalid"  # RFC 2606: a name that belongs to nobody; an identifier needs one to be unique
ONE_DAY = dt.timedelta(days=1)


def calendar_bytes(timeline: Timeline, *, zone: ZoneInfo | None = None, episode: str = "") -> bytes:
    """Write a timeline as an iCalendar file.

    Sessions and reviews stand on their day, or at their time where they have one; questionnaires, reports and
    decisions stand on their day with the window in the description; phases span their days. What is not sure
    to happen is tentative. Names of patients are never part of it.

    Parameters
    ----------
    timeline : Timeline
        From `allay.programs.definitions.timeline`.
    zone : ZoneInfo, optional
        Where local times are; they are written in UTC, so that no reader has to know the zone. Without it
        they are floating: the same on the clock wherever they are read.
    episode : str
        Something of one's own that makes identifiers unique where several episodes begin on one day.

    Returns
    -------
    bytes
        The same timeline gives the same bytes; the stamp of each entry is the first day of the episode.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.definitions.timeline import timeline
    >>> found = calendar_bytes(timeline(get("ppact"), dt.date(2026, 1, 5)))
    >>> found.splitlines()[0], found.count(b"BEGIN:VEVENT")
    (b'BEGIN:VCALENDAR', 15)
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    stamp = dt.datetime.combine(timeline.start, dt.time.min, tzinfo=dt.UTC)
    used: Counter[str] = Counter()
    for activity in timeline.activities:
        name = (
            f"{episode or timeline.definition}-{timeline.start}-{activity.kind}-{activity.id}-{activity.date}"
        )
        used[name] += 1
        event = _event(activity, zone)
        event.add("uid", f"{name}-{used[name]}@{MADE_BY}")
        event.add("dtstamp", stamp)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(activity: Activity, zone: ZoneInfo | None) -> Event:
    event = Event()
    event.add("summary", f"{activity.title} - {activity.what}" if _named(activity) else activity.title)
    start, end = _times(activity, zone)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", "CONFIRMED" if activity.certainty == "planned" else "TENTATIVE")
    event.add("transp", "OPAQUE" if activity.kind == "session" else "TRANSPARENT")
    event.add("categories", [activity.kind])
    if said := _description(activity):
        event.add("description", said)
    return event


def _named(activity: Activity) -> bool:
    return bool(activity.what) and activity.kind in ("questionnaire", "renewal", "report")


def _times(activity: Activity, zone: ZoneInfo | None) -> tuple[dt.date, dt.date]:
    """First moment and the moment after the last; whole days end on the next day, as RFC 5545 has it."""
    if activity.kind == "phase":
        return activity.opens, activity.closes + ONE_DAY
    start = starts_at(activity, zone or ZoneInfo("UTC"))
    if start is None:
        return activity.date, activity.date + ONE_DAY
    end = ends_at(activity, zone or ZoneInfo("UTC")) or start
    if zone is None:
        return start.replace(tzinfo=None), end.replace(tzinfo=None)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def _description(activity: Activity) -> str:
    parts = []
    if activity.kind != "phase" and activity.opens != activity.closes:
        parts.append(f"From {activity.opens} to {activity.closes}")
    if activity.minutes and not activity.time:
        most = f" to {activity.minutes_most}" if activity.minutes_most else ""
        parts.append(f"{activity.minutes}{most} minutes")
    parts += [activity.what] if activity.kind in ("decision", "document") else []
    parts += [f"With: {activity.who}"] if activity.who and activity.kind in ("session", "review") else []
    parts += [f"Only if {activity.condition}"] if activity.certainty == "conditional" else []
    parts += (
        ["The day depends on a decision that is still open"] if activity.certainty == "provisional" else []
    )
    return "\n".join(parts)
