"""Kinds of words that the files of a registry are made of."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import Field

from allay.consensus.protocol.words import Label

OrganizationType = Literal[
    "payer",
    "provider",
    "researcher",
    "advocate/policymaker",
    "employer",
    "government",
    "other",
    "not reported",
]
Ref = Label
"""Another entry of the registry, by its id or by any name it has or had."""
Refs = Annotated[tuple[Ref, ...], Field(min_length=1)]
Link = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)]
Version = Annotated[int, Field(ge=1, le=100)]


def plain(name: str) -> str:
    """Return a name without what people write differently: letter case, width, runs of blanks.

    Examples
    --------
    >>> plain("Coverage  and constraints ") == plain("Coverage and Constraints")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
