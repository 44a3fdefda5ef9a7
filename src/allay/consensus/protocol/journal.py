"""The journal of a protocol: freezing and unfreezing, each entry bound to the one before."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from allay.base.documents import Strict
from allay.consensus.protocol.words import Label, Text


class JournalEntry(Strict):
    """Something that was done to a protocol.

    Attributes
    ----------
    number : int
        From 1.
    did : {"frozen", "unfrozen"}
    on : date
    by : str
        Role of who did it, no name.
    reason : str, optional
        Why; asked of an unfreezing.
    protocol_sha256 : str
        Of the protocol as it was then.
    protocol : dict, optional
        The protocol itself, where it was frozen.
    before : str
        Hash of the entry before; empty in the first.
    sha256 : str
        Hash of this entry without this field.
    """

    number: int
    did: Literal["frozen", "unfrozen"]
    on: dt.date
    by: Label
    reason: Text | None = None
    protocol_sha256: str
    protocol: dict[str, Any] | None = None
    before: str
    sha256: str


class Freezing(Strict):
    """Whether the protocol was frozen, and every trace of it.

    Attributes
    ----------
    state : {"frozen", "unfrozen", "never frozen"}
    before_first_round : bool, optional
        Whether the protocol as it is now was frozen as round 1 opened, on that day or before; None where the
        day is not known.
    head : str, optional
        Hash of the last entry: who publishes it can show later that nothing was taken away.
    """

    state: Literal["frozen", "unfrozen", "never frozen"]
    before_first_round: bool | None
    head: str | None
    entries: tuple[JournalEntry, ...]
