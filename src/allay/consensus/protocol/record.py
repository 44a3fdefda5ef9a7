"""The record of an exercise: what happened, round by round and around the rounds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.statements import RoundNumber, Version
from allay.consensus.protocol.words import Id, Label, Text

Count = Annotated[int, Field(ge=0, le=100_000)]


class HeldRound(Strict):
    """When a round was held, and what was noted as it was opened.

    Attributes
    ----------
    protocol_sha256, journal_head : str, optional
        Of protocol and journal as they were then.
    statements_sha256 : str, optional
        Of the statements that stood in it (`wordings_sha256`): refused where these are others now.
    """

    number: RoundNumber
    opened: dt.date
    closed: dt.date | None = None
    protocol_sha256: str | None = None
    journal_head: str | None = None
    statements_sha256: str | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.closed and self.closed < self.opened:
            raise ValueError(f"a closing day not before {self.opened}, not {self.closed}")
        return self


class PanelMeeting(Strict):
    """A meeting of the panel between rounds.

    Attributes
    ----------
    after_round : int
        The round whose results were talked about; 0 before the first.
    attended : tuple of str
        Raters by their codes.
    moderated_by : str
        Role of who led it, no name.
    statements : tuple of str
        What was talked about; empty: all.
    summary : str
        What was said, without saying who said it.
    """

    id: Id
    on: dt.date
    after_round: Annotated[int, Field(ge=0, le=20)]
    mode: Literal["in person", "online", "both"]
    moderated_by: Label
    attended: tuple[Id, ...] = ()
    observers: Count = 0
    statements: tuple[Id, ...] = ()
    summary: Text


class EtdJudgment(Strict):
    """A judgment on one criterion, with what it rests on."""

    criterion: Id
    judgment: Label
    evidence: Text | None = None
    sources: tuple[Label, ...] = ()


class MinorityView(Strict):
    """A view that did not prevail, in the words of those who hold it, without their names.

    Attributes
    ----------
    held_by : int, optional
        How many panelists; fewer than `smallest_group` are not told in results.
    """

    text: Text
    held_by: Annotated[int, Field(ge=1)] | None = None


class EvidenceToDecision(Strict):
    """A recommendation made of statements, and how evidence led to it.

    Attributes
    ----------
    origin : {"adopted", "adapted", "new"}
        Taken over from another guideline, changed, or made here; the first two name their `adopted_from`.
    """

    id: Id
    recommendation: Text
    statements: Annotated[tuple[Id, ...], Field(min_length=1)]
    origin: Literal["adopted", "adapted", "new"]
    adopted_from: Label | None = None
    judgments: tuple[EtdJudgment, ...] = ()
    conclusion: Text
    minority: tuple[MinorityView, ...] = ()

    @model_validator(mode="after")
    def _source(self) -> Self:
        if (self.origin == "new") == (self.adopted_from is not None):
            raise ValueError("adopted_from for what is adopted or adapted, and only there")
        return self


class PublicComment(Strict):
    """A comment of the public, who sent it by kind, and what was made of it."""

    id: Id
    received: dt.date
    from_kind: Label
    statement: Id | None = None
    text: Text
    response: Text | None = None
    change: Literal["none", "wording", "content"] | None = None


class CommentPeriod(Strict):
    """A time in which a document is open to comments of the public."""

    document: Label
    version: Version
    opens: dt.date
    closes: dt.date
    comments: tuple[PublicComment, ...] = ()

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.closes < self.opens:
            raise ValueError(f"a closing day not before {self.opens}, not {self.closes}")
        return self


class Endorsement(Strict):
    """An organization that says it supports the result, until it withdraws.

    Attributes
    ----------
    organization : str
        Its id in the registry.
    role : str, optional
        What else it did, such as paying or sending panelists.
    """

    organization: Id
    name: Label
    on: dt.date
    of: Label
    role: Label | None = None
    withdrawn: dt.date | None = None


class InterestStatement(Strict):
    """What a rater declared: nothing, or what; and what was done about it."""

    rater: Id
    on: dt.date
    declared: Text | None = None
    managed: Text | None = None


class ProtocolDeviation(Strict):
    """Something done otherwise than the protocol says, and why."""

    on: dt.date
    what: Text
    why: Text


class ExerciseRecord(Strict):
    """The file `record.yaml` beside the protocol.

    Attributes
    ----------
    narrative : dict of str to str
        Answers to items of the reporting checklist that no number answers, by item (`D1`), as it was.
    """

    format: Literal["allay-consensus-record/1"] = "allay-consensus-record/1"
    recruited: Count | None = None
    rounds: tuple[HeldRound, ...] = ()
    meetings: tuple[PanelMeeting, ...] = ()
    decisions: tuple[EvidenceToDecision, ...] = ()
    comment_periods: tuple[CommentPeriod, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()
    interests: tuple[InterestStatement, ...] = ()
    deviations: tuple[ProtocolDeviation, ...] = ()
    narrative: dict[str, Text] = {}
