"""What an answer of a form counts: by its LOINC answer code, by an extension, or because it is a number."""

from __future__ import annotations

from allay.base.messages import shown
from allay.interop.fhir import Value, is_loinc_answer, number_text, ordinal
from allay.measures.items import Item

Complaint = tuple[str, str]
"""(expected, found)."""


def answer_value(value: Value, item: Item) -> tuple[int | None, Complaint | None]:
    """Return the value of a permitted answer, or what is wrong with it.

    Where several statements are made they must agree; neither labels nor order say anything.

    Examples
    --------
    >>> from allay.interop.fhir import LOINC, Coding
    >>> from allay.measures.catalog import get
    >>> answer_value(Value(valueCoding=Coding(system=LOINC, code="LA6571-9")), get("phq9").item("phq9_1"))
    (3, None)
    >>> answer_value(Value(valueInteger=11), get("peg").item("peg_1"))
    (None, ('one of the answers 0 to 10 to peg_1', '11'))
    """
    coding = value.value_coding
    given = [
        each
        for each in (coding, value.value_integer, value.value_decimal, value.value_string)
        if each is not None
    ]
    if len(given) != 1:
        return None, (f"one answer to {item.id}, as a coding or a number", "several" if given else "none")
    said = ordinal(value)
    number = value.value_decimal if value.value_integer is None else value.value_integer
    if coding:
        known, complaint = _code_value(
            coding.code, item, loinc=is_loinc_answer(coding), own=not coding.system
        )
        if complaint and (said is None or is_loinc_answer(coding)):
            return None, complaint
        number = known
    if number is not None and said is not None and number != said:
        return None, (f"the value {number_text(number)} of this answer to {item.id}", number_text(said))
    number = said if number is None else number
    if number is None:
        expected = (
            f"an answer to {item.id} that says its value: a LOINC answer, a value extension or a number"
        )
        return None, (expected, shown(value.value_string))
    if number not in [answer.value for answer in item.answers]:
        return None, (
            f"one of the answers {item.minimum} to {item.maximum} to {item.id}",
            number_text(number),
        )
    return int(number), None


def _code_value(code: str, item: Item, *, loinc: bool, own: bool) -> tuple[int | None, Complaint | None]:
    codes = [each for answer in item.answers for each in answer.codes]
    if codes:
        known = item.value_of(code) if loinc else None
        complaint = (f"one of the answer codes {', '.join(codes)} of {item.id}", shown(code))
        return known, complaint if known is None else None
    # Where an item has no LOINC answers, our own forms give the value as a code without a system.
    if own and code.isascii() and code.isdigit() and len(code) <= 3:
        return int(code), None
    return None, (f"an answer to {item.id} with a value extension, or a number", shown(code))
