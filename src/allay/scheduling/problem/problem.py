"""A scheduling problem: everything a plan is made of and must keep."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.problem.care import Booking, Cohort, SameDayRule, Series, Service
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.times import Id, Opening, Text

FORMAT = "allay-scheduling-problem/1"
CENTS = 100
MostPoints = Annotated[int, Field(ge=0, le=1_000_000)]
"""Points that one thing counts: so few that sums of them stay whole numbers of any solver."""


class Weights(Strict):
    """What counts how much in the score, in points.

    A day on site counts the patient's `trip_weight`; a session not served `unserved`; a session served in a
    later week than it was due `late` for each week; a session with another
    practitioner than the series had before (where continuity is preferred) `continuity`; a session not with a
    preferred practitioner `preference`. Lost revenue of a priced same-day pair counts a point for every
    `dollars_per_point`, rounded up for each rule.
    """

    unserved: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    late: MostPoints = 10
    continuity: MostPoints = 1
    preference: MostPoints = 0
    dollars_per_point: Annotated[int, Field(ge=1)] = 25


class SchedulingProblem(Strict):
    """A problem; `check_problem` says what else must hold of it.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> problem.weights.unserved, len(problem.digest())
    (50, 64)
    """

    format: Literal["allay-scheduling-problem/1"] = "allay-scheduling-problem/1"
    id: Id
    synthetic: bool = False
    note: Text | None = None
    opening: Opening
    weights: Weights = Weights()
    rooms: tuple[Room, ...]
    practitioners: tuple[Practitioner, ...]
    services: tuple[Service, ...]
    patients: tuple[Patient, ...]
    cohorts: tuple[Cohort, ...] = ()
    series: tuple[Series, ...] = ()
    same_day: tuple[SameDayRule, ...] = ()
    bookings: tuple[Booking, ...] = ()

    def digest(self) -> str:
        """SHA-256 of the problem as canonical JSON: what a plan names as its problem."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def points(self, rule: SameDayRule) -> int:
        """Points that one day with a priced pair counts."""
        return -(-rule.lost_cents // (CENTS * self.weights.dollars_per_point))
