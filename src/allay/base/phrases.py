"""Phrases: our own words for patients, each said in every language a page for patients exists in."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from pydantic import Field, model_validator

from allay.base.documents import Strict, read_yaml
from allay.base.errors import NotFound
from allay.base.sources import Readable

LANGUAGES = ("en", "es")


class Phrase(Strict):
    """One phrase: the same thing said in English and in Spanish, with the same places to fill in."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    @model_validator(mode="after")
    def same_places(self) -> Phrase:
        """Refuse a phrase whose languages do not take the same values."""
        if places(self.en) != places(self.es):
            raise ValueError(f"the same {{places}} in both languages, found {self.en!r} and {self.es!r}")
        return self

    def text(self, language: str) -> str:
        """The phrase in `language`."""
        if language not in LANGUAGES:
            raise NotFound.among("language", language, known=LANGUAGES)
        return self.en if language == "en" else self.es


class Phrases(Strict):
    """The file of phrases."""

    phrases: Mapping[str, Phrase]


def places(text: str) -> frozenset[str]:
    """The names in braces that a text wants filled in.

    Examples
    --------
    >>> sorted(places("Question {number} of {total}"))
    ['number', 'total']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def read_phrases(source: Readable) -> Mapping[str, Phrase]:
    """Read a file of phrases; what is wrong with it is named by line."""
    return read_yaml(source, Phrases).phrases


def say(catalog: Mapping[str, Phrase], name: str, *, language: str, **values: object) -> str:
    """Say one phrase of a catalog in one language.

    Raises
    ------
    NotFound
        For a phrase or a language there is not: a patient never sees a mixed or a half page.

    Examples
    --------
    >>> say({"left": Phrase(en="{n} left", es="Quedan {n}")}, "left", language="es", n=3)
    'Quedan 3'
    """
    found = catalog.get(name)
    if found is None:
        raise NotFound.among("phrase", name, known=catalog)
    text = found.text(language)
    wanted = places(text)
    if wanted != frozenset(values):
        raise NotFound(f"the phrase {name!r} wants {sorted(wanted)}, found {sorted(values)}")
    return text.format(**values)
