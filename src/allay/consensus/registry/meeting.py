"""Meetings: when and where, who came by the accounts of it, what was talked about."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.organization import OtherName
from allay.consensus.registry.words import Ref, Refs


class StatedAttendance(Strict):
    """How many came, in the words of an account; accounts may differ and all stand beside each other.

    Attributes
    ----------
    of : str
        Whom it counts, such as `leaders` or `organizations`.
    said : str
        As it stands there: `about 70`, `up to 100`.
    number : int, optional
        The number in it, where it has one.
    """

    of: Label
    said: Label
    number: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    sources: Refs


class RegistryMeeting(Strict):
    """A congress, a meeting of a workgroup, a round table.

    Examples
    --------
    >>> RegistryMeeting(id="m", title="A congress", on=dt.date(2017, 10, 21), until=dt.date(2017, 10, 22),
    ...     status="held", sources=("blog",)).place
    'not reported'
    """

    id: Id
    title: Label
    aliases: tuple[OtherName, ...] = ()
    on: dt.date
    until: dt.date | None = None
    place: Label = "not reported"
    status: Literal["planned", "held", "canceled"]
    workgroup: Ref | None = None
    attendance: tuple[StatedAttendance, ...] = ()
    attended: tuple[Ref, ...] = ()
    breakouts: tuple[Label, ...] = ()
    note: Text | None = None
    sources: Refs

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until and self.until < self.on:
            raise ValueError(f"a last day not before {self.on}, not {self.until}")
        return self
