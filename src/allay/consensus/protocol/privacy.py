"""Signs of who somebody is, in files that are to hold none."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAIL = re.compile(r"[^\s@]@[^\s@]+\.[A-Za-z]")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_PHONE = re.compile(r"(?<![\d.,])\+?\d(?:[ ().-]{0,2}\d){8,14}(?![\d.,])")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_NAMES = (
    re.compile(r"[A-Za-z]{2,}[._][A-Za-z]{2,}", re.ASCII),
    re.compile(r"[A-Z][a-z]+-?[A-Z][a-z]+"),
)


def looks_like_name(code: str) -> bool:
    """Whether a code looks like a first and a last name.

    Examples
    --------
    >>> [looks_like_name(code) for code in ("ann.example", "AnnExample", "r01", "payer-a")]
    [True, True, False, False]
    """
    return any(pattern.fullmatch(code) for pattern in _NAMES)


class PersonalSigns:
    """Finds e-mail addresses, telephone numbers and codes of raters in texts.

    Codes are looked for as whole words, whatever their capitals; of codes that are plain words or plain
    numbers ("alpha", "7") only those that look like a name, as others stand in texts by themselves.

    Parameters
    ----------
    raters : iterable of str

    Examples
    --------
    >>> signs = PersonalSigns(["r01", "7"])
    >>> signs.found_in("As R01 said, 7 of 9; write to ann@example.org")
    ('an e-mail address', 'the code of a rater')
    """

    def __init__(self, raters: Iterable[str]) -> None:
        self._codes = {
            code.casefold()
            for code in raters
            if not (code.isalpha() or code.isdigit()) or looks_like_name(code)
        }

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return what a text holds. Costs one pass over it."""
        found = []
        if _MAIL.search(text):
            found.append("an e-mail address")
        if _PHONE.search(_DAY.sub(" ", text)):
            found.append("a telephone number")
        if any(self.is_code(word) for word in WORD.findall(text)):
            found.append("the code of a rater")
        return tuple(found)

    def is_code(self, word: str) -> bool:
        """Whether a word, without what ends a sentence, is the code of a rater."""
        return word.rstrip("._-").casefold() in self._codes
