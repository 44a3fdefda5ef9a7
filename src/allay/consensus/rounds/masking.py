"""Codes of raters in texts that others wrote: masked before they go into a result."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from allay.consensus.protocol.privacy import WORD, PersonalSigns

MASK = "[a rater]"
TEXTS = frozenset(
    {
        "adopted_from",
        "conclusion",
        "declared",
        "evidence",
        "judgment",
        "managed",
        "moderated_by",
        "reason",
        "recommendation",
        "response",
        "sources",
        "summary",
        "text",
        "what",
        "why",
    }
)
"""Keys that hold sentences; ids under other keys stay what they are."""


class CodeMask:
    """Masks codes of raters, as whole words, in texts and in trees of plain values.

    Which words are taken for codes is said by `PersonalSigns`: a code that is a plain word or a plain number
    stands in texts by itself too often.

    Parameters
    ----------
    raters : iterable of str

    Examples
    --------
    >>> CodeMask(["r07"]).text("As R07. said, r071 too")
    'As [a rater]. said, r071 too'
    """

    def __init__(self, raters: Iterable[str]) -> None:
        self._signs = PersonalSigns(raters)

    def text(self, text: str) -> str:
        """Return a text without codes. Costs one pass over it."""
        return WORD.sub(self._word, text)

    def tree(self, tree: Any, *, all_texts: bool = False) -> Any:
        """Return a tree of dicts and lists in which texts under `TEXTS`, or all texts, are masked."""
        if isinstance(tree, dict):
            return {key: self.tree(one, all_texts=all_texts or key in TEXTS) for key, one in tree.items()}
        if isinstance(tree, list | tuple):
            return type(tree)(self.tree(one, all_texts=all_texts) for one in tree)
        return self.text(tree) if all_texts and isinstance(tree, str) else tree

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        return MASK + word[len(word.rstrip("._-")) :] if self._signs.is_code(word) else word
