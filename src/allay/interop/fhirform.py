"""The shape of a FHIR R4 Questionnaire, as far as we read it, and its questions in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from allay.base.trees import pointer_to
from allay.interop.fhir import HIDDEN, ITEM_CONTROL, Coding, Element, Extension, Lenient, Value, named

Keys = tuple[str | int, ...]


class FormItem(Lenient):
    """One item of a form: a question, a group of them or a text."""

    link_id: str
    type: str
    text: str = ""
    text_element: Element = Field(Element(), alias="_text")
    code: tuple[Coding, ...] = ()
    read_only: bool = False
    repeats: bool = False
    answer_option: tuple[Value, ...] = ()
    answer_value_set: str = ""
    extension: tuple[Extension, ...] = ()
    item: tuple[FormItem, ...] = ()

    def control(self) -> frozenset[str]:
        """The codes of the item control: how the item is meant to be shown."""
        found = named(self.extension, ITEM_CONTROL)
        concept = found.value_codeable_concept if found else None
        return frozenset(coding.code for coding in concept.coding) if concept else frozenset()

    def hidden(self) -> bool:
        """Whether the item is never shown."""
        found = named(self.extension, HIDDEN)
        return found is not None and bool(found.value_boolean)


class Expansion(Lenient):
    """The codes a value set holds."""

    contains: tuple[Coding, ...] = ()


class Include(Lenient):
    """The codes a value set takes from one system."""

    system: str = ""
    concept: tuple[Coding, ...] = ()


class Compose(Lenient):
    """What a value set is made from."""

    include: tuple[Include, ...] = ()


class Contained(Lenient):
    """A resource inside the form; only value sets matter."""

    resource_type: str = ""
    id: str = ""
    url: str = ""
    expansion: Expansion = Expansion()
    compose: Compose = Compose()


class Form(Lenient):
    """A Questionnaire."""

    resource_type: Literal["Questionnaire"]
    language: str = ""
    title: str = ""
    name: str = ""
    version: str = ""
    publisher: str = ""
    date: str = ""
    copyright: str = ""
    code: tuple[Coding, ...] = ()
    contained: tuple[Contained, ...] = ()
    item: tuple[FormItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A text above some questions: that of their group, or a text item before the first of them."""

    text: str
    element: Element
    keys: Keys


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the keys that lead to it and the headings above it, the outermost first."""

    item: FormItem
    keys: Keys
    headings: tuple[Heading, ...]

    @property
    def pointer(self) -> str:
        """Where the question stands."""
        return pointer_to(*self.keys)


def questions(form: Form) -> list[Question]:
    """Return the questions of a form in their order, without groups and texts.

    Examples
    --------
    >>> form = Form.model_validate_json('''{"resourceType": "Questionnaire", "item": [
    ...     {"linkId": "g", "type": "group", "text": "Past week", "item": [{"linkId": "a", "type": "choice"}]}
    ... ]}''')
    >>> [(q.pointer, q.headings[0].text) for q in questions(form)]
    [('/item/0/item/0', 'Past week')]
    """
    return list(_walk(form.item, (), ()))


def _walk(items: tuple[FormItem, ...], keys: Keys, headings: tuple[Heading, ...]) -> Iterator[Question]:
    above = headings
    started = False
    for place, item in enumerate(items):
        here: Keys = (*keys, "item", place)
        heading = Heading(item.text, item.text_element, here)
        if item.type == "display":
            if item.text.strip() and not (started or item.code or item.hidden() or item.control() & ENDS):
                above = (*above, heading)
            continue
        started = True
        if item.type == "group":
            yield from _walk(item.item, here, (*above, heading) if item.text.strip() else above)
            continue
        yield Question(item, here, above)
        yield from _walk(item.item, here, above)


ENDS = frozenset({"lower", "upper"})
"""Item controls of the texts at both ends of a rating; they are no headings."""


def options(form: Form, question: Question) -> list[tuple[Keys, Value]] | None:
    """Return the answers offered, with the keys that lead to them; None when they stand outside the form.

    Examples
    --------
    >>> form = Form.model_validate_json('''{"resourceType": "Questionnaire",
    ...     "item": [{"linkId": "a", "type": "choice", "answerValueSet": "#yes"}], "contained": [
    ...     {"id": "yes", "resourceType": "ValueSet", "expansion": {"contains": [{"code": "Y"}]}}]}''')
    >>> [keys for keys, _ in options(form, questions(form)[0])]
    [('contained', 0, 'expansion', 'contains', 0)]
    """
    item = question.item
    if not item.answer_value_set:
        return [
            ((*question.keys, "answerOption", place), value) for place, value in enumerate(item.answer_option)
        ]
    for place, held in enumerate(form.contained):
        names = {f"#{held.id}", held.url} - {"#", ""}
        if held.resource_type == "ValueSet" and item.answer_value_set.partition("|")[0] in names:
            return _held(held, ("contained", place))
    return None


def _held(held: Contained, keys: Keys) -> list[tuple[Keys, Value]]:
    if held.expansion.contains:
        return [
            ((*keys, "expansion", "contains", place), Value(valueCoding=coding))
            for place, coding in enumerate(held.expansion.contains)
        ]
    return [
        (
            (*keys, "compose", "include", part, "concept", place),
            Value(valueCoding=coding.model_copy(update={"system": include.system})),
        )
        for part, include in enumerate(held.compose.include)
        for place, coding in enumerate(include.concept)
    ]
