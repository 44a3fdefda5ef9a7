"""Kinds of text that files of an exercise are made of."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("some text, not only blanks")
    if any(_is_control(sign) for sign in text if sign not in "\n\r\t"):
        raise ValueError("text without control characters, which no page can show")
    return text


def _one_line(text: str) -> str:
    if any(map(_is_control, text)):
        raise ValueError("one line of text, without line breaks and control characters")
    return text


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc"


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A name without spaces; never that of a person."""
Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line), AfterValidator(_said)]
"""One line."""
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_said)]
"""A paragraph or more."""
Percent = Annotated[float, Field(ge=0, le=100)]
