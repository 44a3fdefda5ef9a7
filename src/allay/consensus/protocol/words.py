"""Kinds of text that files of an exercise are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("some text, not only blanks")
    return text


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name without spaces; never that of a person."""
Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_said)]
"""One line."""
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_said)]
"""A paragraph or more."""
Percent = Annotated[float, Field(ge=0, le=100)]
