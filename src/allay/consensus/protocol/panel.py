"""The panel as rows of files: who was invited, by code and kind, never by name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

NOT_REPORTED = "not reported"
"""What a kind says where it is not known; published totals leave some out as well."""


@dataclass(frozen=True, slots=True)
class Panelist:
    """A row of `panel.csv`: `rater,group,type,setting,region`, all but the first may be blank.

    Attributes
    ----------
    rater : str
        Code, never a name; who it is stands nowhere in the exercise.
    group : str, optional
        A group of the protocol.
    type, setting, region : str
        Of the organization a panelist comes from; `not reported` where blank.
    """

    rater: str
    group: str | None = None
    type: str = NOT_REPORTED
    setting: str = NOT_REPORTED
    region: str = NOT_REPORTED


@dataclass(frozen=True, slots=True)
class RoundInvitation:
    """A row of `invitations.csv`: `round,rater,invited,reminded,declined`; days, several with blanks between.

    Attributes
    ----------
    reminded : tuple of date
        Days on which a reminder went out.
    declined : date, optional
        The day the panelist said no.
    """

    round: int
    rater: str
    invited: dt.date
    reminded: tuple[dt.date, ...] = ()
    declined: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PanelComment:
    """A row of `comments.csv`: `round,statement,text[,group]`; it has no column for who wrote it."""

    round: int
    statement: str
    text: str
    group: str | None = None
