"""Reading an exercise from its folder: each file strictly, then all of them against each other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput
from allay.consensus.protocol.exercise import (
    COMMENTS,
    INVITATIONS,
    PANEL,
    PROTOCOL,
    RECORD,
    STATEMENTS,
    Exercise,
)
from allay.consensus.protocol.exercisecheck import check_exercise
from allay.consensus.protocol.heads import check_heads
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.journalfile import journal_path, read_journal
from allay.consensus.protocol.panelfiles import read_comments, read_invitations, read_panel
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord
from allay.consensus.protocol.remarks import Remarks
from allay.consensus.protocol.statements import StatementFile

T = TypeVar("T")


def read_exercise(path: str | Path, *, name: str | None = None) -> Exercise:
    """Read a protocol and all files beside it, and see that they fit together.

    Whether the protocol is the frozen one is asked apart (`refuse_changed_protocol`), as a protocol that is
    being changed has to be read as well. Costs one pass over each file.

    Parameters
    ----------
    path : path
        The protocol, or a folder with a `protocol.yaml` in it.
    name : str, optional
        What messages call the protocol.

    Raises
    ------
    InvalidInput
        With every problem of every file: each by itself, then against the others (raters, groups,
        statements, rounds, days), a journal whose chain does not hold, and a head of the journal noted in the
        record that is not in the journal any more.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(_TEXT)
    ...     _ = (Path(folder) / "panel.csv").write_text("rater,group\\nr1,payers\\n")
    ...     read_exercise(folder)
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: ...panel.csv:2: group: expected a blank (the protocol has no groups), ...
    """
    path = _protocol_of(path)
    remarks = Remarks()

    def beside(file: str, read: Callable[[Path], T]) -> T | None:
        return _beside(remarks, path.with_name(file), read)

    document, record, journal = _frozen_parts(remarks, path, name)
    statements = beside(STATEMENTS, lambda place: read_yaml_document(place, StatementFile))
    panel = beside(PANEL, lambda place: read_panel(place, problems=remarks.problems))
    invitations = beside(INVITATIONS, lambda place: read_invitations(place, problems=remarks.problems))
    comments = beside(COMMENTS, lambda place: read_comments(place, problems=remarks.problems))
    if document is None:
        raise InvalidInput(remarks.problems)
    exercise = Exercise(document, path, statements, panel, invitations, comments, record, journal)
    return check_exercise(exercise, remarks)


def read_frozen(path: str | Path, *, name: str | None = None) -> Exercise:
    """Read only protocol, record and journal, for what is asked of freezing alone.

    Raises
    ------
    InvalidInput
        As `read_exercise`, of these three.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(_TEXT)
    ...     read_frozen(folder).freezing_state
    'never frozen'
    """
    path = _protocol_of(path)
    remarks = Remarks()
    document, record, journal = _frozen_parts(remarks, path, name)
    if document is None or remarks.problems:
        raise InvalidInput(remarks.problems)
    return Exercise(document, path, record_document=record, journal=journal)


def _frozen_parts(
    remarks: Remarks, path: Path, name: str | None
) -> tuple[Document[ConsensusProtocol] | None, Document[ExerciseRecord] | None, tuple[JournalEntry, ...]]:
    document = _part(remarks, lambda: read_yaml_document(path, ConsensusProtocol, name=name))
    record = _beside(remarks, path.with_name(RECORD), lambda at: read_yaml_document(at, ExerciseRecord))
    journal = _part(remarks, lambda: read_journal(journal_path(path)))
    if journal is not None and record is not None:
        check_heads(remarks, record, journal)
    return document, record, journal or ()


def _protocol_of(path: str | Path) -> Path:
    path = Path(path)
    return path / PROTOCOL if path.is_dir() else path


def _beside(remarks: Remarks, place: Path, read: Callable[[Path], T]) -> T | None:
    # A link that leads nowhere is a file that cannot be read, not one that is not there.
    return _part(remarks, lambda: read(place)) if os.path.lexists(place) else None


def _part(remarks: Remarks, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InvalidInput as invalid:
        for problem in invalid.problems:
            remarks.add(problem)
        return None


_TEXT = """\
id: definition
title: A definition
question: What is it?
rounds:
  - objective: Rate
"""
"""A protocol for examples."""
