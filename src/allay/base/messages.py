"""The words of messages about data files: what was expected, what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from allay.base.errors import InvalidValue

_LONGEST = 60

_EXPECTED = {
    "missing": "a value for this key",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number that is not infinite",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "date_type": "a date as YYYY-MM-DD",
    "date_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "null",
}

_WITH_NUMBERS = {
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_max_places": "a number with at most {decimal_places} decimals",
    "string_pattern_mismatch": "text of the pattern {pattern}",
    "too_short": "{min_length} or more entries",
    "too_long": "at most {max_length} entries",
    "string_too_short": "text of {min_length} or more signs",
    "string_too_long": "text of at most {max_length} signs",
    "union_tag_not_found": "the key {discriminator}, which says what this is",
}


def shown(value: object) -> str:
    """Show a value from a file in a message, briefly.

    Examples
    --------
    >>> shown("three"), shown(98940), shown(None), shown([1, 2])
    ("'three'", 'the number 98940', 'nothing (null)', 'a list of 2')
    """
    if value is None:
        return "nothing (null)"
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…")
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a mapping with {len(value)} keys"
    return repr(value)


def expected_text(item: Mapping[str, Any], found: str) -> tuple[str, str]:
    """Turn one error of pydantic into (expected, found)."""
    kind = str(item["type"])
    context = item.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, InvalidValue):
        return cause.expected, cause.found
    if isinstance(cause, Exception) and kind in ("value_error", "assertion_error"):
        return str(cause), found
    if kind in ("enum", "literal_error"):
        return f"one of {context['expected']}", found
    if kind == "string_type" and found.startswith("the number"):
        return "text", f"{found} (put it in quotes)"
    if kind == "date_parsing" and "outside expected range" in str(item.get("msg")):
        return "a date that exists, as YYYY-MM-DD", found
    if kind == "union_tag_invalid":
        return f"{context['discriminator']} as one of {context['expected_tags']}", f"'{context['tag']}'"
    if kind in _WITH_NUMBERS:
        return _WITH_NUMBERS[kind].format(**context), found
    if kind in _EXPECTED:
        return _EXPECTED[kind], found
    text = str(item["msg"])
    for opening in ("Input should be ", "Input should ", "Value should "):
        if text.startswith(opening):
            return text.removeprefix(opening), found
    return text, found
