"""The schedule: which questionnaire is asked when, and for how long it may be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Readable, Strict, read_yaml

FILE = Path(__file__).parent / "data" / "schedule.yaml"


class Timepoint(Strict):
    """One time point and what is asked at it."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,20}$")
    title: str
    day: int = Field(ge=0)
    window_days: int = Field(ge=1)
    goals: bool = False
    ask: tuple[str, ...] = Field(min_length=1)
    ask_while_high: tuple[str, ...] = ()

    def due_on(self, opened_on: date) -> date:
        """The day it is due in an episode opened on that day."""
        return opened_on + timedelta(days=self.day)

    def closes_on(self, opened_on: date) -> date:
        """The last day on which an answer still belongs to this time point."""
        return self.due_on(opened_on) + timedelta(days=self.window_days)


class LastScore(Strict):
    """When an instrument asked `while high` is asked again."""

    at_least: int
    scale: str
    source: str
    status: Status


class Schedule(Strict):
    """A schedule as its file says it."""

    id: str
    version: str
    source: str
    accessed: date
    status: Status
    last_score: LastScore
    timepoints: tuple[Timepoint, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def in_order(self) -> Schedule:
        """Refuse time points twice or out of order."""
        days = [point.day for point in self.timepoints]
        if days != sorted(set(days)) or len({point.id for point in self.timepoints}) != len(days):
            raise ValueError("every time point once, in the order of their days")
        return self

    def timepoint(self, timepoint_id: str) -> Timepoint:
        """One time point by its id."""
        for point in self.timepoints:
            if point.id == timepoint_id:
                return point
        raise NotFound.among("time point", timepoint_id, known=[point.id for point in self.timepoints])

    def after(self, timepoint_id: str) -> tuple[Timepoint, ...]:
        """The time points that come later."""
        day = self.timepoint(timepoint_id).day
        return tuple(point for point in self.timepoints if point.day > day)


@dataclass(frozen=True, slots=True)
class Planned:
    """One questionnaire of one episode, not yet asked."""

    instrument: str
    timepoint: str
    due_on: date
    closes_on: date


def read_schedule(source: Readable) -> Schedule:
    """Read a schedule; what is wrong with it is named by line."""
    return read_yaml(source, Schedule)


@cache
def standard() -> Schedule:
    """The schedule that is shipped."""
    return read_schedule(FILE)


def planned(schedule: Schedule, *, opened_on: date) -> Iterator[Planned]:
    """What is asked of everybody whose episode opens on that day.

    Examples
    --------
    >>> rows = list(planned(standard(), opened_on=date(2026, 1, 5)))
    >>> rows[0]
    Planned(instrument='peg', timepoint='baseline', due_on=datetime.date(2026, 1, 5),
            closes_on=datetime.date(2026, 1, 19))
    """
    for point in schedule.timepoints:
        for instrument in point.ask:
            yield Planned(instrument, point.id, point.due_on(opened_on), point.closes_on(opened_on))


def title(timepoint_id: str) -> str:
    """How a time point is called on pages; a registry's own are shown as they are written."""
    known = {point.id: point.title for point in standard().timepoints}
    return known.get(timepoint_id, timepoint_id.replace("_", " ").capitalize())


def asks_goals(timepoint_id: str) -> bool:
    """Whether links of this time point ask for the patient's goals first."""
    return any(point.goals for point in standard().timepoints if point.id == timepoint_id)
