"""A problem by its ids: what checks look things up in, and how they say what is wrong where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from allay.base.documents import Keys
from allay.base.errors import NotFound
from allay.scheduling.problem.care import Cohort, SameDayRule, Series, Service
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS

WEEK = 7
Finding = tuple[Keys, str, str]
"""Where something is wrong (the keys that lead there), what was expected, what was found."""


@dataclass(frozen=True, slots=True)
class ProblemIndex:
    """A problem with everything in it by id; where an id stands twice, the first counts.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=({"id": "a", "type": "b"},),
    ...     services=(), practitioners=(), patients=())
    >>> index = ProblemIndex.of(problem)
    >>> index.rooms["a"].type, index.last_day.isoformat()
    ('b', '2027-01-17')
    """

    problem: SchedulingProblem
    rooms: Mapping[str, Room]
    practitioners: Mapping[str, Practitioner]
    services: Mapping[str, Service]
    patients: Mapping[str, Patient]
    cohorts: Mapping[str, Cohort]
    series: Mapping[str, Series]
    same_day: Mapping[str, SameDayRule]

    @classmethod
    def of(cls, problem: SchedulingProblem) -> ProblemIndex:
        """Index a problem; the time grows with what is in it."""
        return cls(
            problem,
            rooms={each.id: each for each in reversed(problem.rooms)},
            practitioners={each.id: each for each in reversed(problem.practitioners)},
            services={each.id: each for each in reversed(problem.services)},
            patients={each.id: each for each in reversed(problem.patients)},
            cohorts={each.id: each for each in reversed(problem.cohorts)},
            series={each.id: each for each in reversed(problem.series)},
            same_day={each.id: each for each in reversed(problem.same_day)},
        )

    @property
    def last_day(self) -> dt.date:
        """Last day of the horizon."""
        return self.problem.opening.start + dt.timedelta(days=WEEK * self.problem.opening.weeks - 1)

    def window(self, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
        """First and last day of a window inside the horizon; without any, the last is before the first."""
        return max(first or dt.date.min, self.problem.opening.start), min(last or dt.date.max, self.last_day)

    def week(self, day: dt.date) -> int:
        """Week of the horizon that holds a day, from 0."""
        return (day - self.problem.opening.start).days // WEEK

    def meeting_days(self, cohort: Cohort, weekday: str) -> Iterator[dt.date]:
        """Days on which a cohort that meets on a weekday does so."""
        first, last = self.window(cohort.first, cohort.last)
        start = self.problem.opening.start
        offset = (WEEKDAYS.index(weekday) - start.weekday()) % WEEK
        for week in range(self.problem.opening.weeks):
            day = start + dt.timedelta(days=WEEK * week + offset)
            if first <= day <= last:
                yield day

    def is_open(self, day: dt.date) -> bool:
        """Whether the program is open on the weekday of a day."""
        return WEEKDAYS[day.weekday()] in self.problem.opening.weekdays

    def is_on_grid(self, start: dt.time, minutes: int) -> bool:
        """Whether a session may start at a time of day, and ends before the program closes."""
        opening = self.problem.opening
        after = minutes_of(start) - minutes_of(opening.opens)
        ends = minutes_of(start) + minutes
        return after >= 0 and after % opening.slot_minutes == 0 and ends <= minutes_of(opening.closes)

    def grid_text(self, minutes: int) -> str:
        """Say at which times of day a session may start."""
        opening = self.problem.opening
        last = minutes_of(opening.closes) - minutes
        latest = minutes_of(opening.opens) + max(0, last - minutes_of(opening.opens)) // (
            opening.slot_minutes
        ) * (opening.slot_minutes)
        return (
            f"a start every {opening.slot_minutes} minutes from {opening.opens:%H:%M} to {clock_text(latest)}"
        )


def minutes_of(time: dt.time) -> int:
    """Minutes since midnight.

    Examples
    --------
    >>> minutes_of(dt.time(9, 30))
    570
    """
    return 60 * time.hour + time.minute


def clock_text(minutes: int) -> str:
    """Minutes since midnight as a time of day.

    Examples
    --------
    >>> clock_text(570)
    '09:30'
    """
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def span_text(start: dt.datetime, end: dt.datetime) -> str:
    """A time, for messages.

    Examples
    --------
    >>> span_text(dt.datetime(2027, 1, 4, 9), dt.datetime(2027, 1, 4, 10))
    '2027-01-04 09:00 to 10:00'
    """
    ends = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} to {ends}"


def unknown(wanted: str, known: Collection[str]) -> str:
    """Say what was found instead of a known id, with the nearest ones.

    Examples
    --------
    >>> unknown("yogo", {"yoga": 1})
    "'yogo' (did you mean 'yoga'?)"
    """
    return f"{wanted!r} ({str(NotFound.among('id', wanted, known=known)).rpartition('; ')[2]})"
