"""Where an entry of the registry comes from, and how sure that makes it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import model_validator

from allay.base.documents import Strict
from allay.base.status import Status
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.words import Link


class RegistrySource(Strict):
    """A text, a page, a list of members, a person's word.

    Attributes
    ----------
    accessed : date, optional
        The day it was read.
    status : Status
        How sure what rests on it is: seen there itself (`verified`), in a text about it (`secondary`), worked
        out by us (`derived`), from memory.

    Examples
    --------
    >>> RegistrySource(id="list", title="Our list of members", status=Status.CONTRACT).href is None
    True
    """

    id: Id
    title: Label
    href: Link | None = None
    locator: Label | None = None
    accessed: dt.date | None = None
    status: Status
    note: Text | None = None

    @model_validator(mode="after")
    def _settled(self) -> Self:
        if self.status is Status.UNKNOWN:
            raise ValueError(
                "a status of a source: verified, contract, secondary, derived, memory, synthetic"
            )
        return self
