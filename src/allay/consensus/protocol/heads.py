"""Heads of the journal that the record noted as rounds were opened: they have to be in it for good."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.documents import Document
from allay.base.errors import NotFound
from allay.consensus.protocol.chain import brief, entry_of_head
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.record import ExerciseRecord, HeldRound
from allay.consensus.protocol.remarks import Remarks


def check_heads(
    remarks: Remarks, record: Document[ExerciseRecord], journal: tuple[JournalEntry, ...]
) -> None:
    """Note every head of the record that cannot have been the head of this journal as its round was opened.

    Entries that were taken from the end of a journal are seen by this alone.
    """
    newest = 0
    for place, held in enumerate(record.value.rounds):
        if held.journal_head is None:
            continue

        def wrong(key: str, expected: str, found: str, place: int = place) -> None:
            remarks.add(record.problem("rounds", place, key, expected=expected, found=found))

        try:
            entry = entry_of_head(journal, held.journal_head)
        except NotFound:
            expected = "the hash of an entry of the journal (entries were taken away since)"
            wrong("journal_head", expected, brief(held.journal_head))
            continue
        if entry.on > held.opened:
            expected = f"an entry made by the day the round was opened ({held.opened})"
            wrong("journal_head", expected, f"entry {entry.number} of {entry.on}")
        if entry.number < newest:
            expected = f"entry {newest}, which an earlier round names, or a later one"
            wrong("journal_head", expected, f"entry {entry.number}")
        newest = max(newest, entry.number)
        named = held.protocol_sha256
        if entry.did == "frozen" and named is not None and named != entry.protocol_sha256:
            expected = f"the protocol of that entry ({brief(entry.protocol_sha256)})"
            wrong("protocol_sha256", expected, brief(named))


def frozen_at(held: HeldRound, journal: Sequence[JournalEntry]) -> JournalEntry | None:
    """Return the entry by which a protocol was frozen as a round was opened; None where none was.

    Which entry was the last by then says the head that the round noted, else the days.

    Examples
    --------
    >>> from allay.consensus.protocol.freezing import _FROZEN
    >>> rounds = [HeldRound(number=1, opened=day) for day in (_FROZEN.on.replace(year=2025), _FROZEN.on)]
    >>> [frozen_at(held, [_FROZEN]) is not None for held in rounds]
    [False, True]
    """
    before = [entry for entry in journal if entry.on <= held.opened]
    noted = [entry for entry in before if entry.sha256 == held.journal_head]
    known = noted or before
    return known[-1] if known and known[-1].did == "frozen" else None
