"""Procedure codes (either a CPT code or a HCPCS level II code) and their modifiers."""

from __future__ import annotations

import re

from allay.base.codes import Cpt, Hcpcs
from allay.base.errors import InvalidValue

MODIFIER = r"[0-9A-Z]{2}"
_MODIFIER = re.compile(MODIFIER, re.ASCII)
_PROCEDURE = re.compile(f"(?:{Cpt.pattern})|(?:{Hcpcs.pattern})", re.ASCII)


def is_procedure(text: str) -> bool:
    """Whether a text has the form of a CPT or HCPCS code.

    Examples
    --------
    >>> is_procedure("97110"), is_procedure("G3002"), is_procedure("9711")
    (True, True, False)
    """
    return _PROCEDURE.fullmatch(text) is not None


def procedure(text: str) -> str:
    """Check that a text has the form of a CPT or HCPCS code, and return it.

    Examples
    --------
    >>> procedure("97-10")
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected a CPT or HCPCS code such as 97110 or G3002, found '97-10'
    """
    if not is_procedure(text):
        raise InvalidValue(expected="a CPT or HCPCS code such as 97110 or G3002", found=repr(text))
    return text


def modifier(text: str) -> str:
    """Check that a text has the form of a modifier, and return it.

    Examples
    --------
    >>> modifier("GP"), modifier("59")
    ('GP', '59')
    """
    if not _MODIFIER.fullmatch(text):
        raise InvalidValue(expected="a modifier of two letters or digits, such as GP", found=repr(text))
    return text
