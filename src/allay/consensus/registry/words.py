"""Kinds of words that the files of a registry are made of."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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


def _some(refs: tuple[str, ...]) -> tuple[str, ...]:
    if not refs:
        raise ValueError("at least one source")
    return refs


Refs = Annotated[tuple[Ref, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]
"""The sources of an entry: one at least."""
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
