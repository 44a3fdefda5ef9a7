"""Journals for tests: frozen, unfrozen, frozen again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from allay.consensus.protocol.chain import canonical_entry, entry_sha256
from allay.consensus.protocol.freezing import freeze, unfreeze
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.protocol import ConsensusProtocol

FIRST = ConsensusProtocol.model_validate_json(
    '{"id": "definition", "title": "A", "question": "What?", "rounds": [{"objective": "Rate"}]}'
)
SECOND = FIRST.model_copy(update={"title": "Another"})


def day(number: int) -> dt.date:
    """A day of March 2026."""
    return dt.date(2026, 3, number)


def three() -> list[JournalEntry]:
    """Frozen, unfrozen, frozen again."""
    entries = [freeze([], FIRST, on=day(1), by="chair")]
    entries.append(unfreeze(entries, on=day(5), by="chair", reason="A group was forgotten"))
    entries.append(freeze(entries, SECOND, on=day(7), by="committee"))
    return entries


def hashed_anew(entry: JournalEntry, **changed: object) -> JournalEntry:
    """Change an entry as somebody would who knows how hashes are made."""
    entry = entry.model_copy(update=changed)
    return entry.model_copy(update={"sha256": entry_sha256(entry)})


def write_journal(path: Path, entries: Sequence[JournalEntry]) -> Path:
    """Write entries as they are, right or wrong."""
    path.write_bytes(b"".join(canonical_entry(entry) + b"\n" for entry in entries))
    return path
