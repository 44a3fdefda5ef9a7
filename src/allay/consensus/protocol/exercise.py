"""An exercise: a protocol and the files beside it, with their lines for messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from allay.base.documents import Document
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.freezing import FreezingState, same_protocol, state_of
from allay.consensus.protocol.heads import frozen_at
from allay.consensus.protocol.journal import Freezing, JournalEntry
from allay.consensus.protocol.panel import PanelComment, Panelist, RoundInvitation
from allay.consensus.protocol.panelfiles import PanelRows
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord
from allay.consensus.protocol.statements import Statement, StatementFile

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
    invitation_rows : PanelRows of RoundInvitation, optional
    comment_rows : PanelRows of PanelComment, optional
    record_document : Document of ExerciseRecord, optional
    journal : tuple of JournalEntry
        Verified.
    findings : tuple of Finding
        What is odd and was kept; no code of a rater stands in it.

    Examples
    --------
    >>> import tempfile
    >>> from allay.consensus.protocol.reading import _TEXT, read_exercise
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
    invitation_rows: PanelRows[RoundInvitation] | None = None
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
    def invitations(self) -> tuple[RoundInvitation, ...]:
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
        first = next((one for one in self.record.rounds if one.number == 1), None)
        then = None if first is None else frozen_at(first, self.journal)
        before = None if first is None else then is not None and same_protocol(then, self.protocol)
        return Freezing(
            state=self.freezing_state, before_first_round=before, head=self.head, entries=self.journal
        )
