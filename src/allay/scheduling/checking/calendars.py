"""When somebody, or a room, is there: weekly windows joined where they touch, less dated absences."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from allay.scheduling.problem.times import WEEKDAYS, Away, Hours

Interval = tuple[dt.datetime, dt.datetime]


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Sort intervals and join those that touch or overlap; n log n.

    Examples
    --------
    >>> at = lambda hour: dt.datetime(2027, 1, 4, hour)
    >>> [(a.hour, b.hour) for a, b in joined([(at(13), at(15)), (at(9), at(12)), (at(12), at(13))])]
    [(9, 15)]
    """
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


class Calendar:
    """The times of one practitioner, patient or room.

    Parameters
    ----------
    hours : sequence of Hours
    away : sequence of Away
    always : bool
        Whether no hours mean that he, she or it is always there. Opening times are a rule of their own.

    Examples
    --------
    >>> mornings = Calendar([Hours(weekday="monday", start=dt.time(8), end=dt.time(12))], [], always=False)
    >>> mornings.there(dt.datetime(2027, 1, 4, 11), dt.datetime(2027, 1, 4, 12))
    True
    >>> mornings.there(dt.datetime(2027, 1, 4, 11), dt.datetime(2027, 1, 4, 12, 30))
    False
    """

    def __init__(self, hours: Sequence[Hours], away: Sequence[Away], *, always: bool) -> None:
        self._hours = hours
        self._always = always and not hours
        self._away = joined((one.start, one.end) for one in away)
        self._starts = [start for start, _ in self._away]
        self._windows: dict[dt.date, list[Interval]] = {}

    def windows(self, day: dt.date) -> list[Interval]:
        """The joined windows of one day, before absences; a day is worked out once."""
        if day not in self._windows:
            weekday = WEEKDAYS[day.weekday()]
            self._windows[day] = joined(
                (dt.datetime.combine(day, one.start), dt.datetime.combine(day, one.end))
                for one in self._hours
                if one.weekday == weekday
                and (one.first is None or one.first <= day)
                and (one.last is None or day <= one.last)
            )
        return self._windows[day]

    def there(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether the whole time lies inside one window and outside every absence; log n of the absences."""
        inside = self._always or any(
            opens <= start and end <= closes for opens, closes in self.windows(start.date())
        )
        return inside and self.away_in(start, end) is None

    def away_in(self, start: dt.datetime, end: dt.datetime) -> Interval | None:
        """The last absence that overlaps a time, if there is one."""
        last = bisect_left(self._starts, end) - 1
        if last >= 0 and self._away[last][1] > start:
            return self._away[last]
        return None

    def said(self, start: dt.datetime, end: dt.datetime) -> str:
        """Say when somebody is there on the day of a time, for messages."""
        away = self.away_in(start, end)
        if away is not None:
            return f"away {away[0]:%Y-%m-%d %H:%M} to {away[1]:%Y-%m-%d %H:%M}"
        windows = self.windows(start.date())
        return (
            "there "
            + (" and ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in windows) or "not at all")
            + " that day"
        )
