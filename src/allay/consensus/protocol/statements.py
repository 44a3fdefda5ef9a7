"""Statements, their versions and where they come from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from allay.base.documents import Strict
from allay.base.status import Status
from allay.consensus.protocol.words import Id, Label, Text

RoundNumber = Annotated[int, Field(ge=1, le=20)]
Version = Annotated[int, Field(ge=1, le=100)]


class StatementSource(Strict):
    """Where a statement comes from: a text, an interview study, a proposal of the panel.

    Attributes
    ----------
    accessed : date, optional
        When a text was read.
    status : Status, optional
        How sure we are that the source says it.
    """

    title: Label
    href: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    locator: Label | None = None
    accessed: dt.date | None = None
    status: Status | None = None


class StatementVersion(Strict):
    """The wording of a statement from a round on.

    Attributes
    ----------
    from_round : int
        First round in which this wording is rated.
    reason : str, optional
        Why it was edited; asked of every version but the first.
    """

    version: Version
    from_round: RoundNumber
    text: Text
    reason: Text | None = None


class Statement(Strict):
    """A statement to be rated; ratings belong to one of its versions and stay there.

    Attributes
    ----------
    parent : str, optional
        The statement it was split off from.
    removed_after : int, optional
        Last round in which it was rated, where it was taken out, with `removed_because`.

    Examples
    --------
    >>> one = Statement(id="s1", topic="Team", versions=(
    ...     {"version": 1, "from_round": 1, "text": "Care is given by a team."},
    ...     {"version": 2, "from_round": 2, "text": "A team gives care.", "reason": "Shorter"}))
    >>> one.in_round(1).version, one.in_round(2).version
    (1, 2)
    """

    id: Id
    topic: Label | None = None
    parent: Id | None = None
    sources: tuple[StatementSource, ...] = ()
    versions: Annotated[tuple[StatementVersion, ...], Field(min_length=1)]
    removed_after: RoundNumber | None = None
    removed_because: Text | None = None

    def in_round(self, number: int) -> StatementVersion | None:
        """The version that is rated in a round; None before its first and after it was taken out."""
        if self.removed_after is not None and number > self.removed_after:
            return None
        known = [one for one in self.versions if one.from_round <= number]
        return known[-1] if known else None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [one.version for one in self.versions]
        starts = [one.from_round for one in self.versions]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("versions numbered 1, 2, 3 in order")
        if sorted(set(starts)) != starts:
            raise ValueError("each version from a later round than the one before")
        if any(one.reason is None for one in self.versions[1:]):
            raise ValueError("a reason for every version but the first")
        if (self.removed_after is None) != (self.removed_because is None):
            raise ValueError("removed_after and removed_because together")
        return self


class StatementFile(Strict):
    """All statements of an exercise: the file `statements.yaml` beside the protocol."""

    format: Literal["allay-consensus-statements/1"] = "allay-consensus-statements/1"
    statements: tuple[Statement, ...]

    @field_validator("statements")
    @classmethod
    def _once(cls, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        ids = Counter(one.id for one in statements)
        twice = sorted(one for one, times in ids.items() if times > 1)
        if twice:
            raise ValueError(f"each statement once, not {', '.join(twice)} again")
        unknown = sorted({one.parent for one in statements if one.parent and one.parent not in ids})
        if unknown:
            raise ValueError(f"parents that are statements, not {', '.join(unknown)}")
        return statements
