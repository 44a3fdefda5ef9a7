"""Wording: the official text of an instrument in one language, where its license lets us ship it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from allay.base.errors import InvalidValue
from allay.base.status import Status


@dataclass(frozen=True, slots=True)
class Wording:
    """The words a patient reads, in one language, with the attribution that must be shown.

    Attributes
    ----------
    language : str
        BCP 47 tag, for example ``en``.
    stem : str
        The sentence above the questions; empty when each question stands alone.
    items : mapping of item id to text
    answers : mapping of item id to the answer labels, in the order of the item's answers
    anchors : mapping of item id to (text at the lowest, text at the highest)
        For 0-10 ratings, whose answer labels are the numbers.
    without_stem : frozenset of item ids to which the stem does not apply
    attribution : str
    source : str
        The id of the instrument's source the text was checked against.
    status : Status

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> get("peg").wording_for("en").anchors["peg_1"]
    ('No pain', 'Pain as bad as you can imagine')
    """

    language: str
    stem: str
    items: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]
    attribution: str
    source: str
    status: Status
    anchors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    without_stem: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for item, text in self.items.items():
            if not text.strip():
                raise InvalidValue(expected=f"a text for {item}", found="nothing")
        if set(self.items) != set(self.answers):
            raise InvalidValue(
                expected="answer labels for every item with a text",
                found=", ".join(sorted(set(self.items) ^ set(self.answers))),
            )
        unknown = (set(self.anchors) | self.without_stem) - set(self.items)
        if unknown:
            raise InvalidValue(
                expected="anchors only for items with a text", found=", ".join(sorted(unknown))
            )
        if not self.attribution.strip():
            raise InvalidValue(expected="an attribution", found="nothing")

    def stem_for(self, item: str) -> str:
        """Return the stem that stands above the item; empty when none does."""
        return "" if item in self.without_stem else self.stem
