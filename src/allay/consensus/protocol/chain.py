"""The chain of a journal: what each entry has to hold, and whether entries were changed or taken away.

What the chain shows: an entry that was edited, left out, added or moved, and, with a head that was noted
elsewhere, entries that were taken from the end. What no file can show: somebody who writes journal, record
and results anew all at once, where no head was ever published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from allay.base.errors import InvalidInput, NotFound, Problem
from allay.consensus.protocol.journal import JournalEntry

SHOWN = 12
"""Signs of a hash that messages show."""


def canonical_entry(entry: JournalEntry) -> bytes:
    """Return an entry as its line in the journal, without the line feed.

    Examples
    --------
    >>> from allay.consensus.protocol.freezing import _FROZEN
    >>> canonical_entry(_FROZEN)[:34]
    b'{"before":"","by":"chair","did":"f'
    """
    return _canonical(entry.model_dump(mode="json"))


def entry_sha256(entry: JournalEntry) -> str:
    """Return the hash of an entry: of its line without the field `sha256`.

    Examples
    --------
    >>> from allay.consensus.protocol.freezing import _FROZEN
    >>> entry_sha256(_FROZEN) == _FROZEN.sha256
    True
    """
    return hashlib.sha256(_canonical(entry.model_dump(mode="json", exclude={"sha256"}))).hexdigest()


def verify(entries: Sequence[JournalEntry], *, name: str = "journal") -> None:
    """Refuse a journal whose entries are not those that were made, one after the other.

    Each entry is bound to the one before and to what it says itself. Costs a hash of each entry.

    Parameters
    ----------
    entries : sequence of JournalEntry
        All of them, oldest first; the first stands in line 1.
    name : str
        What messages call the file.

    Raises
    ------
    InvalidInput
        With the line of every entry that was edited, left out, added or moved, that goes back in time,
        freezes what is frozen, or holds another protocol than its hash says.

    Examples
    --------
    >>> from allay.consensus.protocol.freezing import _FROZEN
    >>> verify([_FROZEN])
    >>> verify([_FROZEN.model_copy(update={"by": "somebody"})], name="p.journal.jsonl")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.journal.jsonl:1: sha256: expected the hash of this entry (...
    """
    problems = [
        Problem(name, str(place + 1), field, expected, found)
        for place, entry in enumerate(entries)
        for field, expected, found in _wrong(entry, place, entries[place - 1] if place else None)
    ]
    if problems:
        raise InvalidInput(problems)


def _wrong(entry: JournalEntry, place: int, last: JournalEntry | None) -> Iterator[tuple[str, str, str]]:
    before = last.sha256 if last else ""
    if entry.number != place + 1:
        missing = "entries were taken away, added or moved"
        yield "number", f"the number {place + 1} ({missing})", f"the number {entry.number}"
    if entry.before != before:
        expected = (
            f"the hash of the entry before ({brief(before)})" if last else "nothing before the first entry"
        )
        yield "before", expected, brief(entry.before)
    if (sha256 := entry_sha256(entry)) != entry.sha256:
        expected = f"the hash of this entry ({brief(sha256)}); it was edited"
        yield "sha256", expected, brief(entry.sha256)
    if entry.did == (last.did if last else "unfrozen"):
        yield "did", "frozen and unfrozen in turn, frozen first", entry.did
    if last and entry.on < last.on:
        yield "on", f"a day not before that of the entry before ({last.on})", str(entry.on)
    yield from _protocol_wrong(entry, last)


def _protocol_wrong(entry: JournalEntry, last: JournalEntry | None) -> Iterator[tuple[str, str, str]]:
    if entry.did == "frozen":
        if entry.protocol is None:
            yield "protocol", "the protocol that was frozen", "nothing"
        elif _hash(entry.protocol) != entry.protocol_sha256:
            yield "protocol_sha256", "the hash of the protocol in this entry", brief(entry.protocol_sha256)
    else:
        if entry.reason is None:
            yield "reason", "a reason for unfreezing", "nothing"
        if entry.protocol is not None:
            yield "protocol", "nothing in an unfreezing", "a protocol"
        if last and entry.protocol_sha256 != last.protocol_sha256:
            expected = f"the hash of what was frozen before ({brief(last.protocol_sha256)})"
            yield "protocol_sha256", expected, brief(entry.protocol_sha256)


def entry_of_head(entries: Sequence[JournalEntry], head: str) -> JournalEntry:
    """Return the entry whose hash was noted or published.

    Parameters
    ----------
    head : str
        All 64 signs; capital letters and blanks around it do not count.

    Raises
    ------
    NotFound
        When no entry has it: entries were taken away, or it is the head of another journal.

    Examples
    --------
    >>> from allay.consensus.protocol.freezing import _FROZEN
    >>> entry_of_head([_FROZEN], _FROZEN.sha256.upper()).number
    1
    >>> entry_of_head([], _FROZEN.sha256)
    Traceback (most recent call last):
    allay.base.errors.NotFound: no entry of the journal has the hash ...: entries were taken away, or ...
    """
    wanted = head.strip().lower()
    for entry in entries:
        if entry.sha256 == wanted:
            return entry
    raise NotFound(
        f"no entry of the journal has the hash {brief(wanted)}: entries were taken away, or it is of "
        "another journal"
    )


def brief(sha256: str) -> str:
    """Show a hash in a message.

    Examples
    --------
    >>> brief("0123456789abcdef"), brief("")
    ('0123456789ab…', 'nothing')
    """
    if not sha256:
        return "nothing"
    return sha256[:SHOWN] + "…" if len(sha256) > SHOWN else sha256


def _canonical(tree: object) -> bytes:
    # Half a pair of UTF-16 is no text; what cannot be written never equals what was.
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode(errors="replace")


def _hash(tree: object) -> str:
    return hashlib.sha256(_canonical(tree)).hexdigest()
