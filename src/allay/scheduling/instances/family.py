"""A family of synthetic problems: its parameters, as data."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

from pydantic import Field

from allay.base.documents import Strict
from allay.base.errors import NotFound
from allay.base.tables import read_yaml
from allay.scheduling.problem.care import SameDayRule, Service
from allay.scheduling.problem.times import Id, Opening, Text, Weekday

FamilyName = Literal["a4", "scarce-rooms", "rural", "small-clinic"]
FAMILIES: tuple[FamilyName, ...] = get_args(FamilyName)
DATA = resources.files("allay.scheduling.instances") / "data"
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=10_000)]


class FamilySource(Strict):
    """Where parameters come from."""

    title: Text
    accessed: dt.date
    status: Literal["verified", "secondary", "memory", "derived", "contract", "synthetic"]


class Range(Strict):
    """Whole numbers, each as likely as another."""

    least: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=0)]


class PartTime(Strict):
    """Which share of the staff works on how many days a week."""

    share: Share
    days: Annotated[int, Field(ge=1, le=7)]


class StaffKind(Strict):
    """So many practitioners alike. With `days` those are theirs; else all, or fewer for who is part-time."""

    name: Id
    disciplines: Annotated[tuple[Id, ...], Field(min_length=1)]
    count: Count
    days: tuple[Weekday, ...] = ()
    languages: tuple[Id, ...] = ("en",)
    states: tuple[Id, ...] = ()
    telehealth: bool = False


class RoomKind(Strict):
    """So many rooms alike."""

    type: Id
    count: Count
    seats: Count = 1


class CohortKind(Strict):
    """How cohorts are made: of `size`, at least `min_size` and at most `max_size` patients."""

    service: Id
    kind: Id
    size: Count
    min_size: Count
    max_size: Count


class Rural(Strict):
    """Patients far away: their share, what a trip counts, and the most trips of a week of each."""

    share: Share
    weights: Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=1)]
    most_trips: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()


class Payer(Strict):
    """A payer and its share of the patients."""

    id: Id
    share: Share


class Language(Strict):
    """A second language: the share that speaks it, and of these the share that wants no interpreter."""

    id: Id
    share: Share
    no_interpreter_share: Share


class Telehealth(Strict):
    """The share of patients who have sessions by telehealth, and the states they are in."""

    share: Share
    states: Annotated[tuple[Id, ...], Field(min_length=1)]


class SeveralWeeks(Strict):
    """How series run over weeks: how long, how many weeks may follow, the share with two sessions a week."""

    least_weeks: Count
    most_weeks: Count
    slack_weeks: Annotated[int, Field(ge=0)]
    twice_share: Share


class Family(Strict):
    """The parameters of a family; counts are for `patients` and grow with the patients asked for."""

    id: Id
    title: Text
    status: Literal["synthetic"]
    sources: dict[str, FamilySource]
    patients: Count
    opening: Opening
    day: Annotated[tuple[tuple[dt.time, dt.time], ...], Field(min_length=1)]
    part_time: PartTime | None = None
    staff: Annotated[tuple[StaffKind, ...], Field(min_length=1)]
    rooms: Annotated[tuple[RoomKind, ...], Field(min_length=1)]
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    cohorts: CohortKind
    sessions: Range
    shares: dict[Id, Annotated[float, Field(gt=0)]]
    unavailable_half_days: Range
    noon: dt.time
    rural: Rural
    payers: Annotated[tuple[Payer, ...], Field(min_length=1)]
    same_day: tuple[SameDayRule, ...] = ()
    language: Language | None = None
    telehealth: Telehealth | None = None
    several_weeks: SeveralWeeks
    manual: tuple[Id, ...]
    min_gap_hours: Annotated[int, Field(ge=0)]

    def scaled(self, count: int, *, patients: int) -> int:
        """Scale a count of this file to so many patients: in proportion, at least one.

        Examples
        --------
        >>> family("a4").scaled(5, patients=150), family("a4").scaled(1, patients=20)
        (3, 1)
        """
        return max(1, (2 * count * patients + self.patients) // (2 * self.patients))


@cache
def family(name: str) -> Family:
    """Read the parameters of a family.

    Raises
    ------
    NotFound
        When there is no such family.

    Examples
    --------
    >>> a4 = family("a4")
    >>> a4.patients, sum(kind.count for kind in a4.staff), a4.status
    (300, 20, 'synthetic')
    """
    if name not in FAMILIES:
        raise NotFound.among("family", name, known=FAMILIES)
    return read_yaml(DATA / f"{name}.yaml", Family)
