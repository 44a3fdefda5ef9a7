"""Freezing a protocol and unfreezing it, and whether a protocol is the frozen one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from allay.base.differences import differences as unlike
from allay.base.errors import InvalidValue
from allay.consensus.protocol.chain import entry_sha256
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.protocol import ConsensusProtocol

FreezingState: TypeAlias = Literal["frozen", "unfrozen", "never frozen"]
_PENDING = "0" * 64


def state_of(entries: Sequence[JournalEntry]) -> FreezingState:
    """Return what the last entry of a journal made of the protocol.

    Examples
    --------
    >>> state_of([]), state_of([_FROZEN])
    ('never frozen', 'frozen')
    """
    return entries[-1].did if entries else "never frozen"


def freeze(
    entries: Sequence[JournalEntry],
    protocol: ConsensusProtocol,
    *,
    on: dt.date,
    by: str,
    reason: str | None = None,
) -> JournalEntry:
    """Return the entry that freezes a protocol; the last one where the same protocol is frozen already.

    Parameters
    ----------
    entries : sequence of JournalEntry
        The journal so far, verified.
    on : date
        The day of the freezing; not before that of the last entry.
    by : str
        Role of who freezes it, no name.
    reason : str, optional

    Raises
    ------
    InvalidValue
        When another protocol is frozen, with where it differs; for a day before the last entry; for a blank
        role.

    Examples
    --------
    >>> entry = freeze([], _PROTOCOL, on=dt.date(2026, 1, 2), by="chair")
    >>> entry.number, entry.did, freeze([entry], _PROTOCOL, on=dt.date(2026, 1, 3), by="chair") is entry
    (1, 'frozen', True)
    >>> freeze([entry], _PROTOCOL.model_copy(update={"title": "B"}), on=dt.date(2026, 1, 3), by="chair")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected the frozen protocol (unfreeze it first, with a reason), found ...
    """
    if entries and entries[-1].did == "frozen":
        if same_protocol(entries[-1], protocol):
            return entries[-1]
        changed = ", ".join(where or "/" for where, _, _ in differences(entries[-1].protocol or {}, protocol))
        raise InvalidValue(
            expected="the frozen protocol (unfreeze it first, with a reason)",
            found=f"one that differs in {changed}",
        )
    return _made(
        entries,
        did="frozen",
        on=on,
        by=by,
        reason=reason,
        protocol_sha256=protocol.sha256(),
        protocol=json.loads(protocol.canonical()),
    )


def unfreeze(entries: Sequence[JournalEntry], *, on: dt.date, by: str, reason: str) -> JournalEntry:
    """Return the entry that unfreezes what is frozen; the reason stays for good.

    Raises
    ------
    InvalidValue
        When nothing is frozen; for a blank reason or role; for a day before the last entry.

    Examples
    --------
    >>> unfreeze([_FROZEN], on=dt.date(2026, 2, 1), by="chair", reason="A group was forgotten").number
    2
    >>> unfreeze([_FROZEN], on=dt.date(2026, 2, 1), by="chair", reason=" ")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a reason of 1 to 20000 signs, found ' '
    """
    if state_of(entries) != "frozen":
        raise InvalidValue(expected="a frozen protocol", found=f"one that is {state_of(entries)}")
    return _made(
        entries,
        did="unfrozen",
        on=on,
        by=by,
        reason=reason,
        protocol_sha256=entries[-1].protocol_sha256,
        protocol=None,
    )


def _made(
    entries: Sequence[JournalEntry],
    *,
    did: Literal["frozen", "unfrozen"],
    on: dt.date,
    by: str,
    reason: str | None,
    protocol_sha256: str,
    protocol: dict[str, Any] | None,
) -> JournalEntry:
    if entries and on < entries[-1].on:
        expected = f"a day not before the last entry of the journal ({entries[-1].on})"
        raise InvalidValue(expected=expected, found=str(on))
    if "@" in by:
        raise InvalidValue(expected="a role, not the address of a person", found="a text with @")
    for what, text, most in (("role", by, 200), ("reason", reason, 20_000)):
        if text is not None and not (text.strip() and len(text) <= most):
            raise InvalidValue(expected=f"a {what} of 1 to {most} signs", found=repr(text[:40]))
    try:
        entry = JournalEntry(
            number=len(entries) + 1,
            did=did,
            on=on,
            by=by,
            reason=reason,
            protocol_sha256=protocol_sha256,
            protocol=protocol,
            before=entries[-1].sha256 if entries else "",
            sha256=_PENDING,
        )
    except ValidationError:
        raise InvalidValue(
            expected="text that can be written, the role in one line", found=repr((by, reason))
        ) from None
    return entry.model_copy(update={"sha256": entry_sha256(entry)})


def same_protocol(entry: JournalEntry, protocol: ConsensusProtocol) -> bool:
    """Whether a protocol is the one that an entry froze.

    A protocol that was frozen before a field with a default was added to the format stays the same one.

    Examples
    --------
    >>> same_protocol(_FROZEN, _PROTOCOL)
    True
    """
    if entry.protocol_sha256 == protocol.sha256():
        return True
    return entry.protocol is not None and not differences(entry.protocol, protocol)


def differences(frozen: Mapping[str, Any], protocol: ConsensusProtocol) -> tuple[tuple[str, str, str], ...]:
    """Return where a protocol is not the frozen one: JSON pointer, what was frozen, what is there now.

    Parameters
    ----------
    frozen : mapping
        The protocol of an entry.

    Examples
    --------
    >>> differences(_FROZEN.protocol, _PROTOCOL.model_copy(update={"title": "Another"}))
    (('/title', '"A definition"', '"Another"'),)
    """
    try:  # fields that the format got since then are filled with their defaults
        text = ConsensusProtocol.model_validate_json(json.dumps(frozen)).canonical()
    except ValidationError:
        text = json.dumps(frozen)
    return tuple(unlike(json.loads(text), json.loads(protocol.canonical())))


_PROTOCOL = ConsensusProtocol.model_validate_json(
    '{"id": "definition", "title": "A definition", "question": "What is it?", '
    '"rounds": [{"objective": "Rate"}]}'
)
"""A protocol for examples."""
_FROZEN = freeze([], _PROTOCOL, on=dt.date(2026, 1, 2), by="chair")
