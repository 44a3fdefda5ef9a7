"""People: what they do and since when, and what interests they declared on which day."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.span import DatedSpan
from allay.consensus.registry.words import Ref


class DatedRole(DatedSpan):
    """What somebody does, from one day to before another; open where a day is left out.

    Examples
    --------
    >>> role = DatedRole.model_validate({"role": "chair", "from": dt.date(2026, 1, 1)})
    >>> role.holds_on(dt.date(2026, 5, 1))
    True
    """

    role: Label
    organization: Ref | None = None
    workgroup: Ref | None = None


class DeclaredInterest(Strict):
    """What was declared on a day; a later declaration takes its place.

    Attributes
    ----------
    declared : str, optional
        What; left out where there was nothing to declare.
    valid_until : date, optional
        The last day it holds, where it says one.
    """

    on: dt.date
    declared: Text | None = None
    valid_until: dt.date | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.valid_until and self.valid_until < self.on:
            raise ValueError(f"valid_until not before {self.on}, not {self.valid_until}")
        return self


class Person(Strict):
    """Somebody who takes part; the name may be left out and kept elsewhere.

    Examples
    --------
    >>> one = Person(id="p1", interests=({"on": dt.date(2026, 1, 1)}, {"on": dt.date(2026, 6, 1)}))
    >>> one.interest_on(dt.date(2026, 5, 31)).on
    datetime.date(2026, 1, 1)
    """

    id: Id
    name: Label | None = None
    organization: Ref | None = None
    roles: tuple[DatedRole, ...] = ()
    interests: tuple[DeclaredInterest, ...] = ()

    def interest_on(self, day: dt.date) -> DeclaredInterest | None:
        """The newest declaration made up to that day."""
        made = [one for one in self.interests if one.on <= day]
        return max(made, key=lambda one: one.on) if made else None

    @model_validator(mode="after")
    def _one_a_day(self) -> Self:
        days = [one.on for one in self.interests]
        if twice := sorted({str(day) for day in days if days.count(day) > 1}):
            raise ValueError(f"one declaration of interest a day, not two on {', '.join(twice)}")
        return self
