"""A timeline as rows and as a plain result, for files."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import allay
from allay.programs.definitions.activity import Activity, Timeline, starts_at


def timeline_rows(timeline: Timeline, *, zone: ZoneInfo | None = None) -> list[dict[str, Any]]:
    """Return one row per activity, in the order of days; what is blank is None.

    With a time zone, `starts_at` says the moment with its offset.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.definitions.timeline import timeline
    >>> row = timeline_rows(timeline(get("ppact"), dt.date(2026, 1, 5)))[2]
    >>> row["date"], row["kind"], row["id"], row["minutes"]
    (datetime.date(2026, 1, 5), 'session', 'weekly_group', 90)
    """
    return [_row(each, zone) for each in timeline.activities]


def _row(activity: Activity, zone: ZoneInfo | None) -> dict[str, Any]:
    row = {name: None if value == "" else value for name, value in activity._asdict().items()}
    if zone:
        moment = starts_at(activity, zone)
        row["starts_at"] = moment.isoformat() if moment else None
    return row


def timeline_dict(timeline: Timeline, *, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """Return a timeline as a plain result, with the versions it was made with."""
    return {
        "allay_version": allay.__version__,
        "definition": timeline.definition,
        "start": timeline.start,
        "end_of_care": timeline.end,
        "phases": [
            {
                "phase": each.phase.id,
                "title": each.phase.title,
                "start": each.start,
                "end": each.end,
                "certainty": each.certainty,
                "condition": each.condition or None,
            }
            for each in timeline.phases
        ],
        "unscheduled": list(timeline.unscheduled),
        "activities": timeline_rows(timeline, zone=zone),
    }
