"""The texts of a form in one language: its own, or the translations it carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.messages import shown
from allay.interop.fhir import TRANSLATION, Element
from allay.interop.fhirform import Form, options, questions
from allay.measures.pack import language_tag

ASSUMED = "en"
"""The language of a form that names none, when the reader names none either; always said aloud."""


@dataclass(frozen=True, slots=True)
class FormTexts:
    """Which language is read, and whether it is that of the form itself."""

    language: str
    translated: bool
    note: str = ""

    def of(self, text: str, element: Element) -> str:
        """Return a text in the language; empty where the form has no translation of it."""
        if not self.translated or not text.strip():
            return text.strip()
        return next((said for tag, said in translations(element) if _same(tag, self.language)), "")


def translations(element: Element) -> Iterator[tuple[str, str]]:
    """Yield (language, text) of every translation that stands beside a text.

    Examples
    --------
    >>> from allay.interop.fhir import Extension
    >>> parts = (Extension(url="lang", valueCode="es"), Extension(url="content", valueString="Nunca"))
    >>> list(translations(Element(extension=(Extension(url=TRANSLATION, extension=parts),))))
    [('es', 'Nunca')]
    """
    for extension in element.extension:
        if extension.url != TRANSLATION:
            continue
        parts = {part.url: part for part in extension.extension}
        if "lang" in parts and "content" in parts:
            tag, content = parts["lang"], parts["content"]
            text = content.value_string or content.value_markdown or ""
            yield tag.value_code or tag.value_string or "", text.strip()


def form_texts(form: Form, *, language: str | None, name: str) -> FormTexts:
    """Decide which texts of a form to read.

    Parameters
    ----------
    language : str or None
        The language asked for; None takes that of the form, or English where it names none.

    Raises
    ------
    InvalidInput
        When the form is in another language and has no translation.

    Examples
    --------
    >>> form_texts(Form(resourceType="Questionnaire", language="en-US"), language="en", name="q.json")
    FormTexts(language='en-US', translated=False, note='')
    """
    try:
        own = language_tag(form.language) if form.language else ""
    except InvalidValue as wrong:
        raise InvalidInput(Problem(name, "/language", "language", wrong.expected, wrong.found)) from None
    if language is None:
        note = "" if own else f"the form names no language; taken as {ASSUMED}"
        return FormTexts(own or ASSUMED, translated=False, note=note)
    wanted = language_tag(language)
    if own == wanted or own.startswith(wanted + "-"):
        return FormTexts(own, translated=False)
    found = {tag for element in _elements(form) for tag, _ in translations(element)}
    if any(_same(tag, wanted) for tag in found):
        return FormTexts(wanted, translated=True)
    if own:
        listed = shown(", ".join(sorted({own, *found})))
        raise InvalidInput(Problem(name, "/language", "language", f"texts in {wanted}", listed))
    return FormTexts(wanted, translated=False)


def _elements(form: Form) -> Iterator[Element]:
    for question in questions(form):
        yield question.item.text_element
        for _, value in options(form, question) or ():
            if value.value_coding:
                yield value.value_coding.display_element


def _same(tag: str, wanted: str) -> bool:
    return tag.casefold() == wanted.casefold()
