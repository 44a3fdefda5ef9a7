"""Workgroups: a stable id, names over time, who leads and takes part, when they meet, what they are for."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.organization import OtherName
from allay.consensus.registry.slot import MonthlySlot
from allay.consensus.registry.span import DatedSpan
from allay.consensus.registry.words import Ref, Refs, Version


class Membership(DatedSpan):
    """That a person takes part, from one day to before another; open where a day is left out."""

    person: Ref


class ScopeVersion(Strict):
    """What a workgroup or a document is about from a day on, and why that was changed."""

    version: Version
    on: dt.date | None = None
    text: Text
    reason: Text | None = None
    sources: Refs


class ProgressNote(Strict):
    """What had been done by a day."""

    on: dt.date
    text: Text
    sources: tuple[Ref, ...] = ()


class Workgroup(Strict):
    """A workgroup. It keeps its id when it is renamed; `aliases` are its other names.

    Examples
    --------
    >>> group = Workgroup(id="coverage", name="Coverage", sources=("page",),
    ...     roster=(Membership.model_validate({"person": "p1", "to": dt.date(2026, 1, 1)}),))
    >>> group.members_on(dt.date(2025, 12, 31)), group.members_on(dt.date(2026, 1, 1))
    (('p1',), ())
    """

    id: Id
    name: Label
    aliases: tuple[OtherName, ...] = ()
    co_facilitators: tuple[Membership, ...] = ()
    roster: tuple[Membership, ...] = ()
    slots: tuple[MonthlySlot, ...] = ()
    scope: tuple[ScopeVersion, ...] = ()
    progress: tuple[ProgressNote, ...] = ()
    note: Text | None = None
    sources: Refs

    def members_on(self, day: dt.date) -> tuple[str, ...]:
        """Those who lead or take part on a day, as they are written in the file."""
        all_of = (*self.co_facilitators, *self.roster)
        return tuple(dict.fromkeys(one.person for one in all_of if one.holds_on(day)))

    def dates(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days its monthly slots fall on, from `first` to `last`."""
        return sorted({day for slot in self.slots for day in slot.dates(first, last)})

    @model_validator(mode="after")
    def _versions(self) -> Self:
        numbered(self.scope)
        return self


def numbered(versions: tuple[ScopeVersion, ...]) -> None:
    """Refuse versions out of order, and one without a reason that is not the first.

    Examples
    --------
    >>> numbered((ScopeVersion(version=2, text="Less", sources=("page",)),))
    Traceback (most recent call last):
    ValueError: versions numbered 1, 2, 3 in order
    """
    if [one.version for one in versions] != list(range(1, len(versions) + 1)):
        raise ValueError("versions numbered 1, 2, 3 in order")
    if any(one.reason is None for one in versions[1:]):
        raise ValueError("a reason for every version but the first")
    days = [one.on for one in versions if one.on is not None]
    if days != sorted(days):
        raise ValueError("versions in the order of their days")
