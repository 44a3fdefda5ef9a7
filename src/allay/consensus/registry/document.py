"""Documents of the field's work: white papers, definitions, their versions and comment periods."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.record import CommentPeriod
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.organization import OtherName
from allay.consensus.registry.words import Link, Ref, Refs
from allay.consensus.registry.workgroup import ScopeVersion, numbered


class DocumentVersion(ScopeVersion):
    """A version of a document: `text` says what it is about, `on` is its day where that is known."""

    stage: Literal["planned", "draft", "published", "withdrawn"] = "draft"
    href: Link | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class RegistryDocument(Strict):
    """A document with its versions; every version but the first says why it was made.

    Examples
    --------
    >>> RegistryDocument(id="paper", title="A white paper", sources=("page",), versions=(
    ...     {"version": 1, "text": "All barriers", "sources": ("page",)},)).versions[0].stage
    'draft'
    """

    id: Id
    title: Label
    aliases: tuple[OtherName, ...] = ()
    workgroup: Ref | None = None
    versions: Annotated[tuple[DocumentVersion, ...], Field(min_length=1)]
    comment_periods: tuple[CommentPeriod, ...] = ()
    note: Text | None = None
    sources: Refs

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        numbered(self.versions)
        opened = {one.version for one in self.comment_periods}
        if missing := sorted(opened - {one.version for one in self.versions}):
            raise ValueError(f"comment periods on versions there are, not on {', '.join(map(str, missing))}")
        return self

    def open_on(self, day: dt.date) -> bool:
        """Whether the public may comment on a version of it that day."""
        return any(one.opens <= day <= one.closes for one in self.comment_periods)
