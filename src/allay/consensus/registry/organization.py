"""Organizations: what kind they are of, where they work, what they were called."""

from __future__ import annotations

from allay.base.documents import Strict
from allay.consensus.protocol.panel import NOT_REPORTED
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.span import DatedSpan
from allay.consensus.registry.words import OrganizationType, Refs


class OtherName(DatedSpan):
    """A name that something had or has beside its first, and where that was seen.

    Examples
    --------
    >>> OtherName.model_validate({"name": "Pain Alliance", "sources": ("blog",)}).since is None
    True
    """

    name: Label
    sources: Refs


class Organization(Strict):
    """An organization; what nobody said about it is `not reported`.

    Examples
    --------
    >>> Organization(id="uvm", name="A university", type="provider", sources=("list",)).region
    'not reported'
    """

    id: Id
    name: Label
    aliases: tuple[OtherName, ...] = ()
    type: OrganizationType = "not reported"
    setting: Label = NOT_REPORTED
    region: Label = NOT_REPORTED
    note: Text | None = None
    sources: Refs
