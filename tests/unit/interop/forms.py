"""Small FHIR resources for tests; all wording is made up or shipped."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import pytest

from allay.base.errors import InvalidInput
from allay.interop.questionnaire import read_questionnaire
from allay.interop.questionnaire_out import questionnaire
from allay.measures.catalog import get

LOINC = "http://loinc.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
GAD7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")

Json = dict[str, Any]


def stream(value: object) -> io.BytesIO:
    return io.BytesIO(json.dumps(value).encode())


def shipped(instrument: str = "phq9") -> Json:
    """The form of an instrument, as Allay writes it."""
    return copy.deepcopy(questionnaire(get(instrument), language="en"))


def option(code: str, display: str = "Label", value: float | None = None) -> Json:
    extension = {} if value is None else {"extension": [{"url": ORDINAL, "valueDecimal": value}]}
    return {**extension, "valueCoding": {"system": LOINC, "code": code, "display": display}}


def question(code: str, text: str = "Text", **more: Any) -> Json:
    """A question as others write it: link id and code are LOINC, answers without values."""
    options = [option(each, f"Label {place}") for place, each in enumerate(FREQUENCY)]
    return {
        "linkId": f"/69737-5/{code}",
        "type": "choice",
        "text": text,
        "code": [{"system": LOINC, "code": code}],
        "answerOption": options,
        **more,
    }


def gad7(**more: Any) -> Json:
    """A GAD-7 as others write it."""
    items = [question(code, f"Text {place}") for place, code in enumerate(GAD7, start=1)]
    head = {"resourceType": "Questionnaire", "title": "GAD-7", "code": [{"system": LOINC, "code": "69737-5"}]}
    return {**head, "item": items, **more}


def translated(text: str, language: str) -> Json:
    """What stands beside a text that has a translation."""
    parts = [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def response(*answers: Json, **more: Any) -> Json:
    """A response with these items."""
    head = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "http://example.org/Questionnaire/gad7",
        "authored": "2026-01-02T23:30:00-05:00",
        "subject": {"reference": "Patient/A-1"},
    }
    return {**head, "item": list(answers), **more}


def coded(link: str, code: str, system: str = LOINC) -> Json:
    return {"linkId": link, "answer": [{"valueCoding": {"system": system, "code": code}}]}


def read(form, **more):
    """Read a form as a pack."""
    return read_questionnaire(stream(form), name="q.json", **more)


def refused(form, **more) -> list[str]:
    """The lines that say why a form is no pack."""
    with pytest.raises(InvalidInput) as caught:
        read(form, **more)
    return str(caught.value).splitlines()
