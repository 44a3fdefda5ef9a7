"""The parts of FHIR R4 questionnaires that we read, and the codes in them.

Only the fields we need are read, strictly, and the rest of a resource is passed over. The fhir.resources
library is not used for it: a few small hostile bodies made its parser raise bare KeyErrors and TypeErrors,
and whatever we read must answer with the place of what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from allay.base.codes import LoincAnswer
from allay.base.errors import InvalidValue
from allay.measures.instrument import Instrument

LOINC = "http://loinc.org"
_STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
TRANSLATION = _STRUCTURE + "translation"
ITEM_CONTROL = _STRUCTURE + "questionnaire-itemControl"
ITEM_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
MINIMUM, MAXIMUM = _STRUCTURE + "minValue", _STRUCTURE + "maxValue"
HIDDEN = _STRUCTURE + "questionnaire-hidden"
ABSENT_REASON = _STRUCTURE + "data-absent-reason"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
ORDINAL = _STRUCTURE + "ordinalValue"
ORDINALS = (ORDINAL, _STRUCTURE + "itemWeight", _STRUCTURE + "questionnaire-ordinalValue")
"""The value of an answer: R4's extension, its successor in R5, and what R3 forms still carry."""
ABSENT_SYSTEMS = (
    _TERMINOLOGY + "data-absent-reason",
    _TERMINOLOGY + "v3-NullFlavor",
    "http://hl7.org/fhir/data-absent-reason",
)
"""Codes of these systems say why there is no answer."""

_SENSIBLE = 10**15
"""No answer is as large; and a whole number of any length can stand in JSON."""


class Lenient(BaseModel):
    """Base of what we read of a resource: wrong types refused, other fields passed over."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, alias_generator=to_camel)


class ConceptCode(Lenient):
    """One code of a concept."""

    code: str = ""


class Concept(Lenient):
    """A concept: one meaning in one or more codes."""

    coding: tuple[ConceptCode, ...] = ()


class Extension(Lenient):
    """An extension, with the kinds of value we need."""

    url: str = ""
    value_code: str | None = None
    value_string: str | None = None
    value_markdown: str | None = None
    value_integer: int | None = None
    value_decimal: float | None = None
    value_boolean: bool | None = None
    value_codeable_concept: Concept | None = None
    extension: tuple[Extension, ...] = ()

    @property
    def number(self) -> float | None:
        """The value where it is a number."""
        return self.value_decimal if self.value_integer is None else self.value_integer


class Element(Lenient):
    """What stands beside a plain value (under the same name with an underscore)."""

    extension: tuple[Extension, ...] = ()


class Coding(Lenient):
    """A code of a system."""

    system: str = ""
    code: str = ""
    display: str = ""
    display_element: Element = Field(Element(), alias="_display")
    extension: tuple[Extension, ...] = ()


class Value(Lenient):
    """One value, of the kinds an answer of ours can be."""

    value_coding: Coding | None = None
    value_integer: int | None = None
    value_decimal: float | None = None
    value_string: str | None = None
    extension: tuple[Extension, ...] = ()
    value_integer_element: Element = Field(Element(), alias="_valueInteger")
    value_decimal_element: Element = Field(Element(), alias="_valueDecimal")
    value_string_element: Element = Field(Element(), alias="_valueString")


def named(extensions: Iterable[Extension], *urls: str) -> Extension | None:
    """Return the first extension of one of the addresses.

    Examples
    --------
    >>> named([Extension(url=HIDDEN)], ORDINAL, HIDDEN).url == HIDDEN
    True
    """
    return next((each for each in extensions if each.url in urls), None)


def is_loinc_answer(coding: Coding) -> bool:
    """Say whether a coding is a LOINC answer, by its system or, without one, by its check digit.

    Examples
    --------
    >>> is_loinc_answer(Coding(code="LA6568-5")), is_loinc_answer(Coding(system="urn:other", code="LA6568-5"))
    (True, False)
    """
    if coding.system:
        return coding.system.rstrip("/") == LOINC
    try:
        LoincAnswer(coding.code)
    except InvalidValue:
        return False
    return True


def ordinal(value: Value) -> float | None:
    """Return the value an answer counts, where its extension says so.

    Examples
    --------
    >>> ordinal(Value(extension=(Extension(url=ORDINAL, valueDecimal=3),)))
    3.0
    """
    inner = value.value_coding.extension if value.value_coding else ()
    found = named((*value.extension, *inner), *ORDINALS)
    return found.number if found else None


def number_text(number: float) -> str:
    """Write a number from a form in a message, however large it is.

    Examples
    --------
    >>> number_text(11), number_text(2.50), number_text(10**400)
    ('11', '2.5', 'a number beyond all bounds')
    """
    return f"{number:g}" if abs(number) < _SENSIBLE else "a number beyond all bounds"


def is_absent(value: Value) -> bool:
    """Say whether a value only tells why there is none (asked but declined, unknown, ...).

    Examples
    --------
    >>> is_absent(Value(valueCoding=Coding(system=ABSENT_SYSTEMS[0], code="asked-declined")))
    True
    """
    coding = value.value_coding
    beside = (value.value_integer_element, value.value_decimal_element, value.value_string_element)
    extensions = [*value.extension, *(each for element in beside for each in element.extension)]
    if coding:
        extensions += coding.extension
    return named(extensions, ABSENT_REASON) is not None or (
        coding is not None and coding.system in ABSENT_SYSTEMS
    )


def link_code(link_id: str) -> str:
    """Return what a link id names: its last part, as ids such as ``/44249-1/44250-9`` are paths.

    Examples
    --------
    >>> link_code("/44249-1/44250-9"), link_code("phq9_1")
    ('44250-9', 'phq9_1')
    """
    return link_id.rsplit("/", 1)[-1].strip()


def item_codes(instrument: Instrument) -> dict[str, str]:
    """Return the item id for every name by which a form may call an item: its id and its LOINC code.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> item_codes(get("peg"))["91145-3"]
    'peg_2'
    """
    codes = {str(item.loinc): item.id for item in instrument.items if item.loinc}
    return {**codes, **{item.id: item.id for item in instrument.items}}


def score_codes(instrument: Instrument) -> frozenset[str]:
    """Return the LOINC codes of the scores, which forms carry as calculated items.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> sorted(score_codes(get("phq9")))
    ['44261-6']
    """
    found: list[Any] = [
        code for scale in instrument.scales for code in (scale.loinc, scale.loinc_raw, scale.loinc_import_v1)
    ]
    return frozenset(str(code) for code in found if code)
