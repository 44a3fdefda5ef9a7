"""Whether the protocol of an exercise was frozen in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allay.consensus.protocol.freezing import state_of
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.rounds.result import Freezing


def freezing_of(entries: Sequence[JournalEntry], *, opened: dt.date | None) -> Freezing:
    """Say whether a protocol was frozen when round 1 opened, with every entry of its journal.

    Parameters
    ----------
    entries : sequence of JournalEntry
        Verified, oldest first.
    opened : date, optional
        The day on which round 1 was opened.

    Examples
    --------
    >>> freezing_of([], opened=None).before_first_round
    False
    """
    return Freezing(
        state=state_of(entries),
        before_first_round=_in_time(entries, opened),
        head=entries[-1].sha256 if entries else None,
        entries=tuple(entries),
    )


def _in_time(entries: Sequence[JournalEntry], opened: dt.date | None) -> bool | None:
    if not entries:
        return False
    if opened is None:
        return None
    before = [one for one in entries if one.on <= opened]
    return bool(before) and before[-1].did == "frozen"
