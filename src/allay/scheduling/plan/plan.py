"""A plan: the template, meetings and sessions of each week, what is not served, score and bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.problem.care import Mode
from allay.scheduling.problem.times import Id, LocalMoment, LocalTime, Text, Weekday

FORMAT = "allay-scheduling-plan/1"
Points = Annotated[int, Field(ge=0)]


class CohortPlace(Strict):
    """A cohort in the template: when and where it meets each week, who leads, who belongs to it."""

    cohort: Id
    weekday: Weekday
    start: LocalTime
    lead: Id
    room: Id
    members: tuple[Id, ...]


class Meeting(Strict):
    """One meeting of a cohort; `absent` are members who cannot come that day: each counts as not served."""

    cohort: Id
    start: LocalMoment
    lead: Id
    room: Id
    absent: tuple[Id, ...] = ()


class Session(Strict):
    """One session of a series. `second` is there in a linked visit; telehealth has no room."""

    series: Id
    number: Annotated[int, Field(ge=1)]
    start: LocalMoment
    lead: Id
    second: Id | None = None
    room: Id | None = None
    mode: Mode = "onsite"


class UnservedSession(Strict):
    """A session of a series that has no place in the plan."""

    series: Id
    number: Annotated[int, Field(ge=1)]


class UnservedMember(Strict):
    """A patient without a place in a group (`cohort` missing), or whose cohort does not meet in a due week.

    `week` counts from 0; whatever is shown to people counts from 1.
    """

    patient: Id
    cohort: Id | None = None
    week: Annotated[int, Field(ge=0)]


class Score(Strict):
    """What a plan scores, in points, less is better: `total` is the sum of the points above it.

    `unserved`, `late`, `trips` and `lost_cents` are the counts and cents behind them.
    """

    unserved: int
    late: int
    trips: int
    lost_cents: int
    unserved_points: Points
    late_points: Points
    trip_points: Points
    continuity_points: Points
    preference_points: Points
    same_day_points: Points
    total: Points


class Bound(Strict):
    """A total that no plan can go below, and whether the model behind it was solved to the end.

    `given_template` holds for all plans with this plan's template, `free` for every plan of the problem.
    `proven` says that the relaxed model's optimum is proven; otherwise the value is the best bound found,
    which is valid too.
    """

    kind: Literal["given_template", "free"]
    value: Points
    proven: bool


class Plan(Strict):
    """A plan for the problem whose digest it names."""

    format: Literal["allay-scheduling-plan/1"] = "allay-scheduling-plan/1"
    allay_version: Text
    problem: Id
    problem_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    synthetic: bool = False
    method: Id
    seed: int = 0
    template: tuple[CohortPlace, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    sessions: tuple[Session, ...] = ()
    unserved_sessions: tuple[UnservedSession, ...] = ()
    unserved_members: tuple[UnservedMember, ...] = ()
    score: Score
    bounds: tuple[Bound, ...] = ()
    notes: tuple[Text, ...] = ()
