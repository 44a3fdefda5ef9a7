"""The journal as a file beside the protocol: read whole and verified, only ever made longer."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from allay.base.documents import read_json
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.outputs import write_whole
from allay.base.sources import WHOLE_FILE, read_bytes, text_bytes
from allay.consensus.protocol.chain import canonical_entry, verify
from allay.consensus.protocol.journal import JournalEntry

SUFFIX = ".journal.jsonl"


def journal_path(protocol: str | Path) -> Path:
    """Return where the journal of a protocol lies: beside it.

    Examples
    --------
    >>> journal_path("definition/protocol.yaml").as_posix()
    'definition/protocol.journal.jsonl'
    """
    path = Path(protocol)
    return path.with_name(path.stem + SUFFIX)


def read_journal(path: str | Path, *, name: str | None = None) -> tuple[JournalEntry, ...]:
    """Read a journal and verify its chain; nothing where there is no such file.

    Every byte counts: a line that is not written as commands write it was touched by something else.

    Parameters
    ----------
    path : path
        An entry per line, each with a line feed at its end.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        A file that is there and empty, a line that is no entry, a chain that does not hold (`verify`): each
        with its line.

    Examples
    --------
    >>> read_journal("no/such/protocol.journal.jsonl")
    ()
    """
    if not os.path.lexists(path):
        return ()
    data, label = read_bytes(path, name=name)
    text_bytes(data, name=label)
    if not data:
        expected = "at least one entry (no command leaves a journal empty)"
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, expected, "an empty file"))
    entries: list[JournalEntry] = []
    problems: list[Problem] = []
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        try:
            entries.append(_read_line(line, label, number))
        except InvalidInput as invalid:
            problems += invalid.problems
    if lines[-1]:
        expected = "a line feed at the end of the last entry (it was cut off)"
        problems.append(Problem(label, str(len(lines)), WHOLE_FILE, expected, "nothing"))
    if problems:
        raise InvalidInput(problems)
    verify(entries, name=label)
    return tuple(entries)


def _read_line(line: bytes, name: str, number: int) -> JournalEntry:
    def wrong(expected: str, found: str, field: str = WHOLE_FILE) -> InvalidInput:
        return InvalidInput(Problem(name, str(number), field, expected, found))

    if line.endswith(b"\r"):
        raise wrong("a line feed alone at the end of a line", "a carriage return (CRLF) before it")
    if not line:
        raise wrong("an entry", "an empty line")
    try:
        entry = read_json(io.BytesIO(line), JournalEntry, name=name)
    except InvalidInput as invalid:
        first = invalid.problems[0]
        raise wrong(first.expected, first.found, first.field) from None
    if canonical_entry(entry) != line:
        raise wrong("an entry as commands write it", "one that was written anew or edited")
    return entry


def append(
    path: str | Path, make: Callable[[Sequence[JournalEntry]], JournalEntry], *, name: str | None = None
) -> tuple[tuple[JournalEntry, ...], bool]:
    """Make a journal one entry longer: it is on the disk whole, or the file is as it was.

    While it is read, made longer and written, nobody else can do so: a lock file beside it, which works on
    shared drives too, and is refused rather than waited for. What was there stays byte for byte.

    Parameters
    ----------
    path : path
        The journal; it need not be there yet.
    make : callable
        Gets the entries so far, and returns the next one, or the last one where there is nothing to do.
    name : str, optional
        What messages call the file.

    Returns
    -------
    tuple of JournalEntry
        All entries as they now are.
    bool
        Whether one was added.

    Raises
    ------
    InvalidInput
        A chain that does not hold, what `make` refuses, another command that is writing, a place that cannot
        be written to.
    """
    label = name or str(path)
    with _alone(Path(path), label):
        entries = read_journal(path, name=label)
        try:
            made = make(entries)
        except InvalidValue as wrong:
            raise InvalidInput(Problem(label, "-", "journal", wrong.expected, wrong.found)) from None
        if entries and made is entries[-1]:
            return entries, False
        longer = (*entries, made)
        verify(longer, name=label)
        before = b"".join(canonical_entry(entry) + b"\n" for entry in entries)
        there = read_bytes(path, name=label)[0] if os.path.lexists(path) else b""
        if there != before:
            raise InvalidInput(Problem(label, "-", WHOLE_FILE, "the journal as it was read", "another one"))
        data = before + canonical_entry(made) + b"\n"
        write_whole(path, lambda file: file.write(data))
    return longer, True


@contextmanager
def _alone(path: Path, label: str) -> Iterator[None]:
    path = path.resolve()
    lock = path.with_name(f".{path.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        expected = f"no other command writing it (if none is, one was cut off: remove {lock.name})"
        raise InvalidInput(Problem(label, "-", "journal", expected, "one")) from None
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InvalidInput(Problem(label, "-", "output", "a place that can be written to", found)) from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
