"""Care of a problem: services, linked visits, cohorts, series, what is booked."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.problem.times import Id, LocalMoment, LocalTime, Text, Weekday

Mode = Literal["onsite", "telehealth"]
Presence = Literal["full", "start", "general"]


class LinkedVisit(Strict):
    """A second practitioner who must be there so that a session is billable, or that it may be given.

    Attributes
    ----------
    discipline : str
        Of the second practitioner.
    billable : {'lead', 'second'}
        Which of the two bills. The session is billable only while that one is assigned.
    presence : {'full', 'start', 'general'}
        How the second is there: the whole session in the room; in the room for its first slot; working on
        site during the whole session, which occupies no time.
    max_ratio : int
        Most linked sessions a second practitioner has at one moment; with `full` it is 1.
    rule : str, optional
        The rule of coverage this comes from, with its status.
    """

    discipline: Id
    billable: Literal["lead", "second"]
    presence: Presence = "full"
    max_ratio: Annotated[int, Field(ge=1, le=20)] = 1
    rule: Text | None = None


class Service(Strict):
    """A service: which discipline gives it, for how long, in which type of room (none: telehealth only)."""

    id: Id
    discipline: Id
    minutes: Annotated[int, Field(ge=5, le=480)]
    room_type: Id | None = None
    telehealth: bool = False
    linked: LinkedVisit | None = None
    definition: Id | None = None  # the service's id among the service definitions


class Meets(Strict):
    """When and where a cohort meets each week, and who leads it."""

    weekday: Weekday
    start: LocalTime
    lead: Id
    room: Id


class Cohort(Strict):
    """A group of patients who meet once a week.

    `kind` is what patients ask for as their `group`; `members` are those who have a place already; with
    `meets` it runs already and keeps its time, and goes on even if fewer than `min_size` are left; without
    `meets` it is opened for `min_size` or more. It meets in the weeks that hold a day from `first` to `last`
    (the whole horizon without them). With `expected_no_show`, the share of members who do not come, a few
    more than `max_size` may belong to it, by the binomial rule of `seats`.
    """

    id: Id
    kind: Id
    service: Id
    min_size: Annotated[int, Field(ge=1, le=100)] = 8
    max_size: Annotated[int, Field(ge=1, le=100)] = 12
    expected_no_show: Annotated[float, Field(ge=0, le=0.5)] | None = None
    members: tuple[Id, ...] = ()
    meets: Meets | None = None
    lead: Id | None = None
    language: Id = "en"
    first: dt.date | None = None
    last: dt.date | None = None


class Series(Strict):
    """Sessions of one service for one patient: how many, how often, how far apart, within which days.

    Attributes
    ----------
    sessions : int
        In all, numbered from 1.
    per_week : int
        In a week: session `n` is due in week `(n - 1) // per_week` of the window; what could not be served
        may follow in a later week of the window.
    min_gap_hours : int
        Hours from the start of one session to the start of the next.
    first, last : datetime.date, optional
        The window; the horizon without them.
    practitioner : str, optional
        Fixed.
    continuity : {'none', 'prefer', 'require'}
        Whether all sessions are with the same practitioner.
    mode : {'onsite', 'telehealth', 'either'}
    """

    id: Id
    patient: Id
    service: Id
    sessions: Annotated[int, Field(ge=1, le=200)] = 1
    per_week: Annotated[int, Field(ge=1, le=7)] = 1
    min_gap_hours: Annotated[int, Field(ge=0, le=24 * 28)] = 0
    first: dt.date | None = None
    last: dt.date | None = None
    practitioner: Id | None = None
    continuity: Literal["none", "prefer", "require"] = "none"
    mode: Literal["onsite", "telehealth", "either"] = "onsite"


class Booking(Strict):
    """A session that is booked already and stays as it is."""

    series: Id
    number: Annotated[int, Field(ge=1)]
    start: LocalMoment
    lead: Id
    second: Id | None = None
    room: Id | None = None
    mode: Mode = "onsite"


class SameDayRule(Strict):
    """Two services that a payer does not pay, or pays less, on one day.

    Attributes
    ----------
    payers : tuple of str
        For whose patients; empty: for all.
    services : tuple of two str
        Individual or group services, different or twice the same.
    effect : {'forbidden', 'priced'}
        Never on one day, or at a loss of `lost_cents` for each such day of a patient.
    rule, status : str, optional
        The rule of coverage it comes from, and how sure that is.
    """

    id: Id
    payers: tuple[Id, ...] = ()
    services: tuple[Id, Id]
    effect: Literal["forbidden", "priced"] = "forbidden"
    lost_cents: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    rule: Text | None = None
    status: Literal["verified", "secondary", "memory", "derived", "contract", "synthetic"] | None = None
