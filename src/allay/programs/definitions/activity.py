"""Activities: what a timeline consists of, and the local times of those that have one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allay.base.errors import InvalidValue
from allay.programs.definitions.placement import Certainty, PlacedPhase

Kind = Literal["phase", "document", "renewal", "questionnaire", "report", "decision", "session", "review"]
KINDS: tuple[Kind, ...] = (
    "phase",
    "document",
    "renewal",
    "questionnaire",
    "report",
    "decision",
    "session",
    "review",
)


class Activity(NamedTuple):
    """One thing of an episode's timeline. `date` lies within `opens` to `closes`, both included.

    `what` is the service, the instrument or outcome definition, the code or the document. `certainty` is
    `planned`, `provisional` (its day rests on an open gate) or `conditional` (it happens only under
    `condition`). `time` is local.
    """

    date: dt.date
    opens: dt.date
    closes: dt.date
    time: str
    kind: Kind
    id: str
    title: str
    phase: str
    what: str
    how: str
    minutes: int | None
    minutes_most: int | None
    who: str
    certainty: Certainty
    condition: str


def on_day(
    day: dt.date,
    *,
    kind: Kind,
    name: str,
    title: str,
    opens: dt.date | None = None,
    closes: dt.date | None = None,
    phase: str = "",
    what: str = "",
    how: str = "",
    who: str = "",
    certainty: Certainty = "planned",
    condition: str = "",
) -> Activity:
    """Make an activity without a time of day; without a window it is the day itself.

    Examples
    --------
    >>> on_day(dt.date(2026, 1, 5), kind="review", name="team", title="Team conference").closes
    datetime.date(2026, 1, 5)
    """
    window = opens or day, closes or day
    return Activity(
        day, *window, "", kind, name, title, phase, what, how, None, None, who, certainty, condition
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole schedule of one episode.

    Attributes
    ----------
    definition : str
        ``id@version``: an episode keeps the version it began with.
    start, end : date
        First and last day of care; `end` is the latest possible while gates are open.
    phases : tuple of PlacedPhase
        Those that happen or may happen.
    activities : tuple of Activity
        By day.
    unscheduled : tuple of str
        Components without a dose: they belong to the program, and people schedule them.
    """

    definition: str
    start: dt.date
    end: dt.date
    phases: tuple[PlacedPhase, ...]
    activities: tuple[Activity, ...]
    unscheduled: tuple[str, ...]

    def of_kind(self, kind: Kind) -> tuple[Activity, ...]:
        """Return the activities of one kind, by day.

        Examples
        --------
        >>> from allay.programs.definitions.catalog import get
        >>> from allay.programs.definitions.timeline import timeline
        >>> len(timeline(get("ppact"), dt.date(2026, 1, 5)).of_kind("session"))
        12
        """
        return tuple(each for each in self.activities if each.kind == kind)


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the tz database.

    Raises
    ------
    InvalidValue
        When there is none of that name.

    Examples
    --------
    >>> zone_named("America/New_York").key
    'America/New_York'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(expected="a time zone such as America/New_York", found=repr(name)) from None


def starts_at(activity: Activity, zone: ZoneInfo) -> dt.datetime | None:
    """Return when an activity starts in a time zone, or None when it has no time of day.

    A local time stays what it is when clocks change. A time that clocks skip in spring is taken as the offset
    before the change has it, an hour later; of a time that comes twice in autumn the first is taken, as RFC
    5545 (section 3.3.5) has both.

    Examples
    --------
    >>> from allay.programs.definitions.catalog import get
    >>> from allay.programs.definitions.timeline import timeline
    >>> days = timeline(get("starter"), dt.date(2026, 3, 2)).of_kind("session")
    >>> [str(starts_at(day, zone_named("America/New_York"))) for day in days if day.id == "skills_group"][:2]
    ['2026-03-03 10:00:00-05:00', '2026-03-10 10:00:00-04:00']
    """
    if not activity.time:
        return None
    local = dt.datetime.combine(activity.date, dt.time.fromisoformat(activity.time), tzinfo=zone)
    return local.astimezone(dt.UTC).astimezone(zone)


def ends_at(activity: Activity, zone: ZoneInfo) -> dt.datetime | None:
    """Return when an activity ends: so many minutes on the clock after it starts, or None without a time."""
    start = starts_at(activity, zone)
    if start is None:
        return None
    length = dt.timedelta(minutes=activity.minutes or 0)
    return (start.astimezone(dt.UTC) + length).astimezone(zone)
