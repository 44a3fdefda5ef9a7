"""Opening a round: what the record notes of protocol and journal, added without touching what is there."""

from __future__ import annotations

import datetime as dt
import io
import re
from codecs import BOM_UTF8

from allay.base.documents import read_yaml
from allay.base.errors import InvalidInput, Problem
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.record import ExerciseRecord, HeldRound
from allay.consensus.protocol.wordings import wordings_sha256

NEW_RECORD = "format: allay-consensus-record/1\n"
_EMPTY = re.compile(r"rounds:\s*(\[\s*\])\s*(#.*)?", re.ASCII)


def open_round(exercise: Exercise, number: int, *, on: dt.date) -> HeldRound:
    """Return the entry of the record that opens a round, bound to what is frozen and stands by then.

    Parameters
    ----------
    exercise : Exercise
        Its protocol is the frozen one, or none is frozen; see `refuse_changed_protocol`.
    number : int
        The round after those that are recorded.
    on : date
        Not before the round before was closed, nor before the last entry of the journal.

    Raises
    ------
    InvalidInput
        For a round that is not the next planned one, a round before that is not closed, a day too early.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from allay.consensus.protocol.reading import _TEXT, read_exercise
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(_TEXT)
    ...     exercise = read_exercise(folder)
    >>> open_round(exercise, 1, on=dt.date(2026, 3, 1)).journal_head is None
    True
    """
    name = exercise.record_document.name if exercise.record_document else exercise.name

    def wrong(expected: str, found: str) -> InvalidInput:
        return InvalidInput(Problem(name, "-", "rounds", expected, found))

    held, planned = exercise.record.rounds, len(exercise.protocol.rounds)
    if len(held) == planned:
        raise wrong(f"one of the {planned} planned rounds, all of which were opened", f"round {number}")
    if number != len(held) + 1:
        raise wrong(f"round {len(held) + 1}, the next one", f"round {number}")
    if held and held[-1].closed is None:
        raise wrong(f"a closing day of round {held[-1].number} in the record first", "none")
    if held and held[-1].closed and on < held[-1].closed:
        raise wrong(f"a day not before round {held[-1].number} closed ({held[-1].closed})", str(on))
    last = exercise.journal[-1] if exercise.journal else None
    if last and on < last.on:
        raise wrong(f"a day not before the last entry of the journal ({last.on})", str(on))
    frozen = last is not None and last.did == "frozen"
    return HeldRound(
        number=number,
        opened=on,
        protocol_sha256=last.protocol_sha256 if last and frozen else exercise.protocol.sha256(),
        journal_head=last.sha256 if last else None,
        statements_sha256=wordings_sha256(exercise.statements, number)
        if exercise.statement_document
        else None,
    )


def lines_of(held: HeldRound, *, indent: str = "  ") -> list[str]:
    """Return the lines of a round that was opened, as they stand in the record.

    Examples
    --------
    >>> lines_of(HeldRound(number=1, opened=dt.date(2026, 3, 1)))
    ['  - number: 1', '    opened: 2026-03-01']
    """
    lines = [f"- number: {held.number}", f"  opened: {held.opened}"]
    for key in ("protocol_sha256", "journal_head", "statements_sha256"):
        value = getattr(held, key)
        if value is not None:
            lines.append(f'  {key}: "{value}"')
    return [indent + line for line in lines]


def with_round(data: bytes, held: HeldRound, *, name: str) -> bytes:
    """Return a record with one more round at the end of its list; all other lines stay as they are.

    Parameters
    ----------
    data : bytes
        The record as it is; empty where there is none yet.
    name : str
        What messages call it.

    Raises
    ------
    InvalidInput
        When rounds are not listed line by line, so that adding lines would change something else.

    Examples
    --------
    >>> held = HeldRound(number=1, opened=dt.date(2026, 3, 1))
    >>> print(with_round(b"recruited: 9  # by letter\\n", held, name="record.yaml").decode())
    recruited: 9  # by letter
    rounds:
      - number: 1
        opened: 2026-03-01
    """
    mark = data[: len(BOM_UTF8)] if data.startswith(BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8") if data else NEW_RECORD
    end = "\r\n" if "\r\n" in text else "\n"
    new = mark + end.join(_inserted(text.split(end), held)).encode()
    before = read_yaml(io.BytesIO(data or NEW_RECORD.encode()), ExerciseRecord, name=name)
    try:
        after = read_yaml(io.BytesIO(new), ExerciseRecord, name=name)
    except InvalidInput:
        after = None
    if after != before.model_copy(update={"rounds": (*before.rounds, held)}):
        expected = "rounds listed line by line, each from a dash on (or write the lines yourself)"
        raise InvalidInput(Problem(name, "-", "rounds", expected, "another form"))
    return new


def _inserted(lines: list[str], held: HeldRound) -> list[str]:
    """The lines with those of a round after the last line of the list, wherever that ends."""
    start = next((place for place, line in enumerate(lines) if line.startswith("rounds:")), None)
    if start is None:
        while lines and not lines[-1].strip():
            lines = lines[:-1]
        return [*lines, "rounds:", *lines_of(held), ""]
    if empty := _EMPTY.fullmatch(lines[start]):
        lines = [*lines[:start], lines[start].replace(empty[1], "", 1).rstrip(), *lines[start + 1 :]]
    last, indent = start, "  "
    for place in range(start + 1, len(lines)):
        line = lines[place]
        blanks = line[: len(line) - len(line.lstrip(" "))]
        # A comment further in than the dashes may be part of a text, and stays with its round.
        if not line.strip() or (
            line.lstrip().startswith("#") and (last == start or len(blanks) <= len(indent))
        ):
            continue
        if not line.startswith((" ", "- ")):
            break
        indent = blanks if last == start else indent
        last = place
    return [*lines[: last + 1], *lines_of(held, indent=indent), *lines[last + 1 :]]
