"""The explanation: what is not served or takes a second trip, its causes, and what was seen to fix it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.explaining.changes import Change
from allay.scheduling.explaining.levels import Level
from allay.scheduling.problem.times import Id, Text

What = Literal["unserved_session", "unserved_member", "absent", "second_trip"]
Standing = Literal["possible_now", "possible_moving_own", "blocked"]
Moving = Literal["impossible", "no_gain", "possible", "no_better_found", "not_tried"]
Count = Annotated[int, Field(ge=0)]


class Cause(Strict):
    """Something that, taken away, would have let it be; alone, or together with the causes it names.

    Attributes
    ----------
    id : str
        Stable name of the kind of cause.
    text : str
        A sentence for people.
    together : tuple of str
        Ids of the other causes that would have to go as well; empty when this one is enough.
    subject : str, optional
        The discipline, room type, rule or practitioner it is about.
    days : tuple of datetime.date
        On which its going would help.
    always : bool
        In the way even if nobody else had a session (bookings and meetings apart): whatever is moved, it
        must go.
    """

    id: Id
    text: Text
    together: tuple[Id, ...] = ()
    subject: str | None = None
    days: tuple[dt.date, ...] = ()
    always: bool = False


class Fix(Strict):
    """Changes of the problem that were made and seen to help, with everybody else where they are.

    Attributes
    ----------
    changes : tuple of Change
    text : str
    start : datetime.datetime, optional
        When the session, or the last one moved, would be.
    """

    changes: tuple[Change, ...]
    text: Text
    start: dt.datetime | None = None


class Item(Strict):
    """One thing explained.

    Attributes
    ----------
    what : {'unserved_session', 'unserved_member', 'absent', 'second_trip'}
    patient, series, number, cohort : str or int, optional
        Which one.
    week : int
        From 0; the texts count from 1.
    days : tuple of datetime.date
        Days with a trip, for a second trip; the day of the meeting for an absence.
    standing : {'possible_now', 'possible_moving_own', 'blocked'}
        With everybody else's sessions where they are: it could be put right at once, or by moving this
        patient's own sessions, or not.
    moving : {'impossible', 'no_gain', 'possible', 'no_better_found', 'not_tried'}
        Whatever is moved (of the sessions that are not booked, with this template): it stays impossible; it
        gains nothing, for the plan reaches its proven bound; a way is known; the
        week planned anew does not do better, which proves nothing; it was not tried.
    at : str, optional
        How it would be put right without any change.
    causes : tuple of Cause
        Empty when it is possible, or when no one or two causes were found.
    fixes : tuple of Fix
    note : str, optional
    """

    what: What
    patient: Id
    series: Id | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    cohort: Id | None = None
    week: Count
    days: tuple[dt.date, ...] = ()
    standing: Standing
    moving: Moving = "not_tried"
    at: Text | None = None
    causes: tuple[Cause, ...] = ()
    fixes: tuple[Fix, ...] = ()
    note: Text | None = None


class Group(Strict):
    """Items with the same first cause: how many of how many, and what helps most of them."""

    what: What
    cause: str
    items: Count
    of: Count
    text: Text


class Weighed(Strict):
    """What a change that helps several items would bring to its week if everybody may move.

    Attributes
    ----------
    week : int
        From 0.
    changes : tuple of Change
    text : str
    items : int
        How many of the week's items a change of this kind helps, each by itself.
    before, after : Level
        The best relaxed week found, which bounds every plan with the template, without and with the change.
    """

    week: Count
    changes: tuple[Change, ...]
    text: Text
    items: Count
    before: Level
    after: Level


class Explanation(Strict):
    """Everything of a plan explained, by patient, with a summary.

    Attributes
    ----------
    summary : tuple of Group
        The most frequent first.
    items : tuple of Item
    weighed : tuple of Weighed
        The changes that help most items.
    notes : tuple of str
        What was not tried.
    """

    allay_version: Text
    problem: Id
    problem_digest: Text
    synthetic: bool
    method: Id
    summary: tuple[Group, ...] = ()
    items: tuple[Item, ...] = ()
    weighed: tuple[Weighed, ...] = ()
    notes: tuple[Text, ...] = ()
