"""An exercise as a folder: the protocol and the files beside it, read strictly and seen to fit together."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput, NotFound, Problem
from allay.consensus.protocol.chain import brief, entry_of_head
from allay.consensus.protocol.freezing import FreezingState, differences, same_protocol, state_of
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.journalfile import journal_path, read_journal
from allay.consensus.protocol.panel import Invitation, PanelComment, Panelist
from allay.consensus.protocol.panelfiles import PanelRows, read_comments, read_invitations, read_panel
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord
from allay.consensus.protocol.remarks import Remarks
from allay.consensus.protocol.statements import Statement, StatementFile
from allay.consensus.rounds.result import Finding, Freezing

T = TypeVar("T")
PROTOCOL, STATEMENTS, RECORD = "protocol.yaml", "statements.yaml", "record.yaml"
PANEL, INVITATIONS, COMMENTS = "panel.csv", "invitations.csv", "comments.csv"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A protocol and what lies beside it; a file that is not there is None, and its rows are none.

    Attributes
    ----------
    document : Document of ConsensusProtocol
        For messages that name lines of the protocol.
    path : Path
        Of the protocol.
    statement_document : Document of StatementFile, optional
    panel_rows : PanelRows of Panelist, optional
    invitation_rows : PanelRows of Invitation, optional
    comment_rows : PanelRows of PanelComment, optional
    record_document : Document of ExerciseRecord, optional
    journal : tuple of JournalEntry
        Verified.
    findings : tuple of Finding
        What is odd and was kept; no code of a rater stands in it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(_TEXT)
    ...     exercise = read_exercise(folder)
    >>> exercise.protocol.id, exercise.statements, exercise.freezing_state, exercise.head
    ('definition', (), 'never frozen', None)
    """

    document: Document[ConsensusProtocol]
    path: Path
    statement_document: Document[StatementFile] | None = None
    panel_rows: PanelRows[Panelist] | None = None
    invitation_rows: PanelRows[Invitation] | None = None
    comment_rows: PanelRows[PanelComment] | None = None
    record_document: Document[ExerciseRecord] | None = None
    journal: tuple[JournalEntry, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @property
    def name(self) -> str:
        """What messages call the protocol."""
        return self.document.name

    @property
    def folder(self) -> Path:
        """Where all files lie."""
        return self.path.parent

    @property
    def protocol(self) -> ConsensusProtocol:
        """The protocol as it is now."""
        return self.document.value

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, in the order of their file."""
        return self.statement_document.value.statements if self.statement_document else ()

    @property
    def panel(self) -> tuple[Panelist, ...]:
        """The panel, in the order of its file."""
        return self.panel_rows.rows if self.panel_rows else ()

    @property
    def invitations(self) -> tuple[Invitation, ...]:
        """Who was invited to which round."""
        return self.invitation_rows.rows if self.invitation_rows else ()

    @property
    def comments(self) -> tuple[PanelComment, ...]:
        """Comments of the panel."""
        return self.comment_rows.rows if self.comment_rows else ()

    @property
    def record(self) -> ExerciseRecord:
        """What happened; empty where nothing is recorded."""
        return self.record_document.value if self.record_document else ExerciseRecord()

    @property
    def freezing_state(self) -> FreezingState:
        """Whether the protocol is frozen."""
        return state_of(self.journal)

    @property
    def head(self) -> str | None:
        """Hash of the last entry of the journal."""
        return self.journal[-1].sha256 if self.journal else None

    @property
    def freezing(self) -> Freezing:
        """State, head and every entry, as results show them."""
        opened = next((one.opened for one in self.record.rounds if one.number == 1), None)
        first = self.journal[0].on if self.journal else None
        before = None if opened is None else first is not None and first <= opened
        return Freezing(
            state=self.freezing_state, before_first_round=before, head=self.head, entries=self.journal
        )


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
    # Imported late: the checks know exercises.
    from allay.consensus.protocol.exercisecheck import check_exercise

    path = _protocol_of(path)
    remarks = Remarks()
    document = _part(remarks, lambda: read_yaml_document(path, ConsensusProtocol, name=name))

    def beside(file: str, read: Callable[[Path], T]) -> T | None:
        place = path.with_name(file)
        return _part(remarks, lambda: read(place)) if os.path.lexists(place) else None

    statements = beside(STATEMENTS, lambda place: read_yaml_document(place, StatementFile))
    panel = beside(PANEL, read_panel)
    invitations = beside(INVITATIONS, read_invitations)
    comments = beside(COMMENTS, read_comments)
    record = beside(RECORD, lambda place: read_yaml_document(place, ExerciseRecord))
    journal = _part(remarks, lambda: read_journal(journal_path(path)))
    if journal is not None and record is not None:
        check_heads(remarks, record, journal)
    if document is None:
        remarks.refuse()
        raise AssertionError("a protocol that cannot be read is a problem")
    exercise = Exercise(document, path, statements, panel, invitations, comments, record, journal or ())
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
    document = _part(remarks, lambda: read_yaml_document(path, ConsensusProtocol, name=name))
    place = path.with_name(RECORD)
    there = os.path.lexists(place)
    record = _part(remarks, lambda: read_yaml_document(place, ExerciseRecord)) if there else None
    journal = _part(remarks, lambda: read_journal(journal_path(path)))
    if journal is not None and record is not None:
        check_heads(remarks, record, journal)
    remarks.refuse()
    if document is None:
        raise AssertionError("a protocol that cannot be read is a problem")
    return Exercise(document, path, record_document=record, journal=journal or ())


def refuse_changed_protocol(exercise: Exercise) -> None:
    """Refuse a protocol that is not the one that is frozen.

    Raises
    ------
    InvalidInput
        Naming each place of the protocol that differs, with its line; nothing is refused where it is unfrozen
        or was never frozen.
    """
    if exercise.freezing_state != "frozen" or same_protocol(exercise.journal[-1], exercise.protocol):
        return
    raise InvalidInput(changed_places(exercise))


def changed_places(exercise: Exercise) -> tuple[Problem, ...]:
    """Return where the protocol is not as it was last frozen; nothing where it never was."""
    last = next((entry for entry in reversed(exercise.journal) if entry.protocol is not None), None)
    if last is None or last.protocol is None:
        return ()
    return tuple(
        exercise.document.problem(
            *keys_of(where),
            expected=f"what was frozen on {last.on}, {_short(frozen)} (unfreeze it first, with a reason)",
            found=_short(now),
        )
        for where, frozen, now in differences(last.protocol, exercise.protocol)
    )


def keys_of(pointer: str) -> tuple[str | int, ...]:
    """Return the keys of a JSON pointer.

    Examples
    --------
    >>> keys_of("/rounds/0/a~1b")
    ('rounds', 0, 'a/b')
    """
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def check_heads(
    remarks: Remarks, record: Document[ExerciseRecord], journal: tuple[JournalEntry, ...]
) -> None:
    """Note every head of the record that is not in the journal, or whose entry has another protocol.

    Entries that were taken from the end of a journal are seen by this alone.
    """
    for place, held in enumerate(record.value.rounds):
        if held.journal_head is None:
            continue
        try:
            entry = entry_of_head(journal, held.journal_head)
        except NotFound:
            remarks.add(
                record.problem(
                    "rounds",
                    place,
                    "journal_head",
                    expected="the hash of an entry of the journal (entries were taken away since)",
                    found=brief(held.journal_head),
                )
            )
            continue
        known = entry.did == "frozen" and held.protocol_sha256 is not None
        if known and held.protocol_sha256 != entry.protocol_sha256:
            remarks.add(
                record.problem(
                    "rounds",
                    place,
                    "protocol_sha256",
                    expected=f"the protocol of that entry ({brief(entry.protocol_sha256)})",
                    found=brief(str(held.protocol_sha256)),
                )
            )


def _protocol_of(path: str | Path) -> Path:
    path = Path(path)
    return path / PROTOCOL if path.is_dir() else path


def _part(remarks: Remarks, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InvalidInput as invalid:
        for problem in invalid.problems:
            remarks.add(problem)
        return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


_TEXT = """\
id: definition
title: A definition
question: What is it?
rounds:
  - objective: Rate
"""
"""A protocol for examples."""
