"""Counts of people or organizations as somebody published them, by type, setting and region."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.words import Refs

Number = Annotated[int, Field(ge=0, le=10_000_000)]
Dimension = Literal["type", "setting", "region"]


class PublishedDimension(Strict):
    """What the counts by one dimension come to: the counts themselves, or only their sum.

    Examples
    --------
    >>> PublishedDimension(by="type", counts={"payer": 3, "provider": 4}, sources=("paper",)).total
    7
    """

    by: Dimension
    counts: dict[str, Number] | None = None
    sum: Number | None = None
    sources: Refs

    @property
    def total(self) -> int:
        """What its counts add up to."""
        return self.sum if self.counts is None and self.sum is not None else sum((self.counts or {}).values())

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.counts is None) == (self.sum is None):
            raise ValueError("either counts or their sum")
        return self


class PublishedCounts(Strict):
    """How many there were by an account, and what its counts by type, setting and region add up to.

    Attributes
    ----------
    of : str
        Whom it counts.
    stated : int
        How many the account says there were.
    """

    id: Id
    of: Label
    stated: Number
    dimensions: Annotated[tuple[PublishedDimension, ...], Field(min_length=1)]
    note: Text | None = None
    sources: Refs

    @model_validator(mode="after")
    def _once(self) -> Self:
        by = [one.by for one in self.dimensions]
        if len(set(by)) != len(by):
            raise ValueError("each dimension once")
        return self
