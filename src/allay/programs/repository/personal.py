"""Texts that look like a person's number or address: refused before a profile is shared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from allay.base.trees import Tree

_LOOKS = {
    "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"),
    "a Social Security number": re.compile(r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
    "a telephone number": re.compile(r"\(?\b[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}\b"),
    "a medical record number": re.compile(r"\bMRN\b|\bmedical record n", re.IGNORECASE),
    "a date of birth": re.compile(r"\b(DOB|born|date of birth)\b\W*[0-9]", re.IGNORECASE),
}
# Where a source is found, and days that are days by their form.
_NOT_READ = frozenset({"href", "locator", "as_of", "recorded_on", "accessed"})


def personal(tree: Tree, *keys: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the keys of every text that may identify a person, and what it looks like.

    A net with wide meshes: it catches what slipped in, and does not replace reading what one shares.

    Examples
    --------
    >>> list(personal({"lessons": ["ask ana@example.org", "1,137 of 1,440 completed"]}))
    [(('lessons', 0), 'an e-mail address')]
    """
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key not in _NOT_READ:
                yield from personal(value, *keys, key)
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from personal(value, *keys, place)
    elif isinstance(tree, str):
        yield from ((keys, name) for name, pattern in _LOOKS.items() if pattern.search(tree))
