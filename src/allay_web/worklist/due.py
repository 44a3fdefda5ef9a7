"""When something is due, in words, and the moment a day ends in a program's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta  # noqa: F401 (examples)
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59)


def end_of_day(on: date, *, zone: ZoneInfo) -> datetime:
    """The last second of a day in a time zone: what is due on a day is late on the next.

    Examples
    --------
    >>> end_of_day(date(2026, 11, 23), zone=ZoneInfo("America/New_York")).isoformat()
    '2026-11-24T04:59:59+00:00'
    """
    return datetime.combine(on, LAST_SECOND, tzinfo=zone).astimezone(UTC)


def local_day(at: datetime, *, zone: ZoneInfo) -> date:
    """The calendar day of a moment in a time zone."""
    return at.astimezone(zone).date()


def is_late(due_at: datetime | None, *, at: datetime) -> bool:
    """Whether the due time has passed."""
    return due_at is not None and due_at < at


def due_words(due_at: datetime | None, *, at: datetime, zone: ZoneInfo) -> str:
    """When something is due, or how late it is, in a few words.

    Examples
    --------
    >>> zone = ZoneInfo("America/New_York")
    >>> at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    >>> [due_words(at + timedelta(hours=h), at=at, zone=zone) for h in (-49, -25, -3, 2, 24, 72, 24 * 9)]
    ['2 days late', '1 day late', '3 h late', 'today', 'tomorrow', 'Thu', 'Wed 2 Dec']
    """
    if due_at is None:
        return "when you can"
    days = (local_day(due_at, zone=zone) - local_day(at, zone=zone)).days
    if days < 0:
        return f"{-days} day{'s' if days < -1 else ''} late"
    if due_at < at:
        minutes = int((at - due_at).total_seconds() // 60)
        return f"{minutes // 60} h late" if minutes >= 60 else f"{max(minutes, 1)} min late"
    if days < 2:
        return ("today", "tomorrow")[days]
    local = due_at.astimezone(zone)
    return f"{local:%a}" if days < 7 else f"{local:%a} {local.day} {local:%b}"


def ago(then: datetime, *, at: datetime, zone: ZoneInfo) -> str:
    """How long ago something happened, in a few words.

    Examples
    --------
    >>> at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    >>> ago(at - timedelta(minutes=22), at=at, zone=ZoneInfo("America/New_York"))
    '22 minutes ago'
    """
    minutes = max(int((at - then).total_seconds() // 60), 0)
    if minutes == 0:
        return "just now"
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    if minutes < 24 * 60:
        hours = minutes // 60
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    days = (local_day(at, zone=zone) - local_day(then, zone=zone)).days
    return f"{days} day{'' if days == 1 else 's'} ago"
