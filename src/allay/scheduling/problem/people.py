"""People and places of a problem: patients, practitioners, rooms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.problem.times import Away, Hours, Id, Text


class Room(Strict):
    """A room: `type` says for which services, `seats` how many patients; without hours it is always open."""

    id: Id
    type: Id
    seats: Annotated[int, Field(ge=1)] = 1
    hours: tuple[Hours, ...] = ()
    away: tuple[Away, ...] = ()


class Practitioner(Strict):
    """Somebody who gives services.

    Attributes
    ----------
    id : str
    disciplines : tuple of str
        What he or she may lead or give; services name one.
    hours : tuple of Hours
        Working hours; without any, nothing is planned.
    away : tuple of Away
        Leave, and busy times of other calendars.
    languages, states : tuple of str
        Languages spoken (ISO 639); states licensed in, for telehealth.
    telehealth : bool
        Whether sessions by telehealth are given.
    profession : str, optional
        The profession's id in the rules of coverage.
    """

    id: Id
    disciplines: Annotated[tuple[Id, ...], Field(min_length=1)]
    hours: tuple[Hours, ...] = ()
    away: tuple[Away, ...] = ()
    languages: tuple[Id, ...] = ("en",)
    states: tuple[Id, ...] = ()
    telehealth: bool = False
    profession: Id | None = None


class Patient(Strict):
    """Somebody who needs sessions.

    Attributes
    ----------
    id : str
        A pseudonym.
    trip_weight : int
        What one day with a visit on site counts: 1 for somebody near, 3 for hours of travel.
    travel_minutes : int, optional
        One way; for people, not for the score.
    hours : tuple of Hours
        When he or she can come; without any, whenever the program is open.
    away : tuple of Away
        When not.
    language : str
        ISO 639.
    interpreter : bool
        Whether an interpreter will do; otherwise whoever gives a session, or leads the group, speaks it.
    state : str, optional
        Where he or she is during telehealth.
    telehealth : bool
        Whether he or she will have sessions by telehealth.
    payer : str, optional
        Whose same-day rules hold.
    group : str, optional
        The kind of group in which he or she needs a place.
    most_trips : int, optional
        Most days on site in a week.
    prefers, avoids : tuple of str
        Practitioners: `prefers` counts little, `avoids` is kept: for leads of sessions, for seconds of linked
        visits who are in the room, and for leads of cohorts unless he or she is a member already.
    """

    id: Id
    trip_weight: Annotated[int, Field(ge=1, le=100)] = 1
    travel_minutes: Annotated[int, Field(ge=0)] | None = None
    hours: tuple[Hours, ...] = ()
    away: tuple[Away, ...] = ()
    language: Id = "en"
    interpreter: bool = True
    state: Id | None = None
    telehealth: bool = False
    payer: Id | None = None
    group: Id | None = None
    most_trips: Annotated[int, Field(ge=1, le=7)] | None = None
    prefers: tuple[Id, ...] = ()
    avoids: tuple[Id, ...] = ()
    note: Text | None = None
