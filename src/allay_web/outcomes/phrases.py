"""Allay's own words for patients: each phrase in every language a patient page exists in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from allay.base.phrases import LANGUAGES, Phrase, places, read_phrases, say

__all__ = ["LANGUAGES", "Phrase", "catalog", "phrase", "places", "read_phrases"]

FILE = Path(__file__).parent / "data" / "phrases.yaml"


@cache
def catalog() -> Mapping[str, Phrase]:
    """The phrases that are shipped."""
    return read_phrases(FILE)


def phrase(name: str, *, language: str, **values: object) -> str:
    """Say one phrase in one language.

    Raises
    ------
    NotFound
        for a phrase or a language there is not: a patient never sees a mixed or a half page.

    Examples
    --------
    >>> phrase("question.progress", language="es", number=3, total=8)
    'Pregunta 3 de 8'
    """
    return say(catalog(), name, language=language, **values)
