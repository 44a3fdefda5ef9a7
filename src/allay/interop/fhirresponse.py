"""The shape of a FHIR R4 QuestionnaireResponse, or of a Bundle that holds some, as far as we read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, RootModel, Tag

from allay.interop.fhir import Lenient, Value
from allay.interop.fhirform import Keys


class Identifier(Lenient):
    """A business identifier."""

    value: str = ""


class Reference(Lenient):
    """Whom the answers are about."""

    reference: str = ""
    identifier: Identifier | None = None


class ResponseAnswer(Value):
    """One answer, perhaps with questions below it."""

    item: tuple[ResponseItem, ...] = ()


class ResponseItem(Lenient):
    """One answered item, or a group of them."""

    link_id: str
    answer: tuple[ResponseAnswer, ...] = ()
    item: tuple[ResponseItem, ...] = ()


class Response(Lenient):
    """A QuestionnaireResponse."""

    resource_type: Literal["QuestionnaireResponse"]
    status: Literal["in-progress", "completed", "amended", "entered-in-error", "stopped"]
    questionnaire: str = ""
    authored: str = ""
    subject: Reference | None = None
    item: tuple[ResponseItem, ...] = ()


class OtherResource(Lenient):
    """Any other resource; only its kind matters."""

    resource_type: str = ""


def _kind(value: Any) -> str:
    if isinstance(value, Lenient):
        return type(value).__name__
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return (
        {"QuestionnaireResponse": "Response", "Bundle": "Bundle"}.get(kind, "OtherResource")
        if isinstance(kind, str)
        else "OtherResource"
    )


Resource = Annotated[
    Annotated[Response, Tag("Response")]
    | Annotated["Bundle", Tag("Bundle")]
    | Annotated[OtherResource, Tag("OtherResource")],
    Discriminator(_kind),
]


class Entry(Lenient):
    """One resource of a Bundle."""

    resource: Resource = Field(OtherResource())


class Bundle(Lenient):
    """Several resources in one file."""

    entry: tuple[Entry, ...] = ()


class ResponseFile(RootModel[Resource]):
    """A file of answers: one response, or a Bundle of them."""


def responses(file: ResponseFile) -> Iterator[tuple[Keys, Response]]:
    """Yield the responses with the keys that lead to each.

    Examples
    --------
    >>> file = ResponseFile.model_validate_json('{"resourceType": "Bundle", "entry": [{"resource": '
    ...     '{"resourceType": "QuestionnaireResponse", "status": "completed"}}]}')
    >>> [keys for keys, _ in responses(file)]
    [('entry', 0, 'resource')]
    """
    yield from _inside(file.root, ())


def _inside(resource: Response | Bundle | OtherResource, keys: Keys) -> Iterator[tuple[Keys, Response]]:
    if isinstance(resource, Response):
        yield keys, resource
    elif isinstance(resource, Bundle):
        for place, entry in enumerate(resource.entry):
            yield from _inside(entry.resource, (*keys, "entry", place, "resource"))


def answered(response: Response, keys: Keys) -> Iterator[tuple[Keys, ResponseItem]]:
    """Yield every item of a response with the keys that lead to it, those below answers too.

    Examples
    --------
    >>> response = Response.model_validate_json('{"resourceType": "QuestionnaireResponse", '
    ...     '"status": "completed", "item": [{"linkId": "g", "item": [{"linkId": "peg_1"}]}]}')
    >>> [(keys, item.link_id) for keys, item in answered(response, ())]
    [(('item', 0), 'g'), (('item', 0, 'item', 0), 'peg_1')]
    """
    yield from _below(response.item, keys)


def _below(items: tuple[ResponseItem, ...], keys: Keys) -> Iterator[tuple[Keys, ResponseItem]]:
    for place, item in enumerate(items):
        here: Keys = (*keys, "item", place)
        yield here, item
        yield from _below(item.item, here)
        for number, answer in enumerate(item.answer):
            yield from _below(answer.item, (*here, "answer", number))
