"""An instrument in one language as a FHIR R4 Questionnaire; only wording that may be shown is written."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from allay.interop.fhir import ITEM_CONTROL, ITEM_CONTROLS, LOINC, MAXIMUM, MINIMUM, ORDINAL
from allay.measures.instrument import Instrument
from allay.measures.items import Item
from allay.measures.wording import Wording

Json = dict[str, Any]


def questionnaire(instrument: Instrument, *, language: str) -> Json:
    """Return the form of an instrument as a FHIR R4 Questionnaire.

    Parameters
    ----------
    instrument : Instrument
        With the wording, shipped or from a pack.
    language : str

    Raises
    ------
    NotPermitted
        When there is no official wording in the language that may be shown.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> form = questionnaire(get("phq9"), language="en")
    >>> [each["type"] for each in form["item"]], form["item"][0]["item"][0]["linkId"]
    (['group', 'choice'], 'phq9_1')
    """
    wording = instrument.wording_for(language)
    form: Json = {
        "resourceType": "Questionnaire",
        "language": wording.language,
        "version": instrument.version,
        "name": instrument.id,
        "title": instrument.title,
        "status": "active",
        "subjectType": ["Patient"],
        "copyright": wording.attribution,
    }
    if instrument.loinc:
        form["code"] = [{"system": LOINC, "code": str(instrument.loinc)}]
    form["item"] = _items(instrument, wording)
    return form


def _items(instrument: Instrument, wording: Wording) -> list[Json]:
    items: list[Json] = []
    for stem, group in groupby(instrument.items, key=lambda item: wording.stem_for(item.id)):
        inside = [_item(item, wording) for item in group]
        if stem:
            number = 1 + sum("item" in each and each["type"] == "group" for each in items)
            inside = [{"linkId": f"group_{number}", "type": "group", "text": stem, "item": inside}]
        items += inside
    return items


def _item(item: Item, wording: Wording) -> Json:
    labels = wording.answers[item.id]
    anchors = wording.anchors.get(item.id)
    values = [str(answer.value) for answer in item.answers]
    coded = any(answer.codes for answer in item.answers)
    form: Json = {"linkId": item.id, "text": wording.items[item.id]}
    if item.loinc:
        form["code"] = [{"system": LOINC, "code": str(item.loinc)}]
    if anchors and not coded and list(labels) == values:
        form["type"] = "integer"
        form["extension"] = [
            {"url": MINIMUM, "valueInteger": item.minimum},
            {"url": MAXIMUM, "valueInteger": item.maximum},
        ]
    else:
        form["type"] = "choice"
        form["answerOption"] = [_option(item, place, label) for place, label in enumerate(labels)]
    if anchors:
        form["item"] = [_end(item, end, text) for end, text in zip(("lower", "upper"), anchors, strict=True)]
    return form


def _option(item: Item, place: int, label: str) -> Json:
    answer = item.answers[place]
    coding: Json = {"code": answer.loinc or str(answer.value), "display": label}
    if answer.loinc:
        coding = {"system": LOINC, **coding}
    return {"extension": [{"url": ORDINAL, "valueDecimal": answer.value}], "valueCoding": coding}


def _end(item: Item, end: str, text: str) -> Json:
    control = {"coding": [{"system": ITEM_CONTROLS, "code": end}]}
    return {
        "linkId": f"{item.id}_{end}",
        "type": "display",
        "text": text,
        "extension": [{"url": ITEM_CONTROL, "valueCodeableConcept": control}],
    }
