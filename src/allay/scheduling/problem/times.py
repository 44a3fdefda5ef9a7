"""Times of a problem: weekly hours, dated absences and the calendar both make up."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from allay.base.documents import Strict

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    *("monday", "tuesday", "wednesday", "thursday", "friday"),
    *("saturday", "sunday"),
)
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name without spaces; never that of a person."""
Text = Annotated[str, Field(min_length=1, max_length=500)]


def _local_time(value: dt.time) -> dt.time:
    if value.tzinfo or value.second or value.microsecond:
        raise ValueError("a local time as HH:MM, in whole minutes and without an offset")
    return value


def _local_moment(value: dt.datetime) -> dt.datetime:
    if value.tzinfo or value.second or value.microsecond:
        raise ValueError("a local time as YYYY-MM-DDTHH:MM, in whole minutes and without an offset")
    return value


LocalTime = Annotated[dt.time, AfterValidator(_local_time)]
LocalMoment = Annotated[dt.datetime, AfterValidator(_local_moment)]


class Hours(Strict):
    """A window of one weekday, every week: from `start` until `end`, on the days `first` to `last`."""

    weekday: Weekday
    start: LocalTime
    end: LocalTime
    first: dt.date | None = None
    last: dt.date | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"an end after {self.start:%H:%M}, not {self.end:%H:%M}")
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"a last day not before {self.first}, not {self.last}")
        return self


class Away(Strict):
    """A dated time when somebody, or a room, is not there: from `start` until `end`, local time."""

    start: dt.datetime
    end: dt.datetime
    reason: Text | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("local times, without an offset")
        if self.end <= self.start:
            raise ValueError(f"an end after {self.start.isoformat()}, not {self.end.isoformat()}")
        return self


class Opening(Strict):
    """When the program is open, on what grid of time.

    Attributes
    ----------
    start : datetime.date
        First day of the first week.
    weeks : int
    weekdays : tuple of str
        Days of the week on which the program is open.
    opens, closes : datetime.time
    slot_minutes : int
        Sessions start at multiples of it after `opens`.
    timezone : str
        IANA name of the zone of all local times.
    """

    start: dt.date
    weeks: Annotated[int, Field(ge=1, le=53)] = 1
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEKDAYS[:5]
    opens: LocalTime = dt.time(8)
    closes: LocalTime = dt.time(17)
    slot_minutes: Literal[5, 10, 15, 20, 30, 60] = 30
    timezone: Text = "America/New_York"
