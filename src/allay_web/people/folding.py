"""Names and phone numbers in the form in which they are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

# Letters Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_DROPPED = re.compile(r"['’ʻ`.]")  # O'Neil and ONeil are one name
_BETWEEN = re.compile(r"[^a-z0-9\u0370-\U0010ffff]+")  # Garcia-Lopez and Garcia Lopez too
LOCAL_DIGITS = 10  # of a US number; a country code before them does not make it another number


def fold(text: str) -> str:
    """A name without case, accents and punctuation, its words apart by one space.

    Examples
    --------
    >>> fold("  José  O'Neil-GARCÍA ")
    'jose oneil garcia'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    return _BETWEEN.sub(" ", _DROPPED.sub("", plain)).strip()


def digits(phone: str) -> str:
    """The last ten digits of a phone number.

    Examples
    --------
    >>> digits("+1 (304) 555-0188")
    '3045550188'
    """
    return "".join(letter for letter in phone if letter.isdecimal())[-LOCAL_DIGITS:]
