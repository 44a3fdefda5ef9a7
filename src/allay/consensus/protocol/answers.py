"""What `check` and `journal` answer as JSON."""

from __future__ import annotations

from typing import Literal

from allay.base.documents import Strict
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.freezing import differences
from allay.consensus.protocol.frozen import is_frozen_one
from allay.consensus.protocol.journal import JournalEntry


class ProtocolDifference(Strict):
    """A place of the protocol that is not as it was last frozen.

    Attributes
    ----------
    at : str
        JSON pointer.
    frozen, now : str
        As JSON; `absent` for a key that is not there.
    """

    at: str
    frozen: str
    now: str


class JournalAnswer(Strict):
    """A journal whose chain holds.

    Attributes
    ----------
    protocol_sha256 : str
        Of the protocol as it is now.
    holds : bool
        Whether the protocol is the frozen one, or none is frozen.
    differences : tuple of ProtocolDifference
        From what was frozen last, whether it still is frozen or not.
    """

    allay_version: str
    state: Literal["frozen", "unfrozen", "never frozen"]
    head: str | None
    protocol_sha256: str
    holds: bool
    differences: tuple[ProtocolDifference, ...]
    entries: tuple[JournalEntry, ...]


class RatedRound(Strict):
    """Ratings of a round: how many statements and raters, and ratings given."""

    round: int
    statements: int
    raters: int
    ratings: int


class ExerciseCheck(Strict):
    """An exercise whose files fit together.

    Attributes
    ----------
    holds : bool
        Whether the protocol is the frozen one, or none is frozen.
    panel : int, optional
        None without a file of the panel.
    """

    allay_version: str
    holds: bool
    state: Literal["frozen", "unfrozen", "never frozen"]
    head: str | None
    protocol_sha256: str
    synthetic: bool
    statements: int
    panel: int | None
    planned_rounds: int
    opened_rounds: int
    invitations: int
    comments: int
    ratings: tuple[RatedRound, ...]
    differences: tuple[ProtocolDifference, ...]
    findings: tuple[Finding, ...]


def journal_answer(exercise: Exercise, *, allay_version: str) -> JournalAnswer:
    """Return what the journal of an exercise says, and whether the protocol is the frozen one."""
    return JournalAnswer(
        allay_version=allay_version,
        state=exercise.freezing_state,
        head=exercise.head,
        protocol_sha256=exercise.protocol.sha256(),
        holds=is_frozen_one(exercise),
        differences=differences_of(exercise),
        entries=exercise.journal,
    )


def differences_of(exercise: Exercise) -> tuple[ProtocolDifference, ...]:
    """Return where the protocol is not as it was last frozen; nothing where it never was."""
    frozen = next(
        (entry.protocol for entry in reversed(exercise.journal) if entry.protocol is not None), None
    )
    if frozen is None:
        return ()
    return tuple(
        ProtocolDifference(at=at, frozen=before, now=now)
        for at, before, now in differences(frozen, exercise.protocol)
    )
