"""Paper forms: an instrument as plain text, in wording that may be shown and with its attribution."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from allay.measures.instrument import Instrument
from allay.measures.wording import Wording

WIDTH = 88
_FIRM = "\N{NO-BREAK SPACE}"
_SIDE_BY_SIDE = 3
"""Labels of up to so many letters, such as the numbers of a rating, stand in one line."""


def paper_form(instrument: Instrument, *, language: str) -> str:
    """Return an instrument as a form to print and fill in by hand.

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
    >>> print(paper_form(get("peg"), language="en").splitlines()[2])
    1. What number best describes your pain on average in the past week?
    """
    wording = instrument.wording_for(language)
    lines = [instrument.title, ""]
    stem = ""
    for number, item in enumerate(instrument.item_ids, start=1):
        if wording.stem_for(item) != stem:
            stem = wording.stem_for(item)
            lines += [*_wrapped(stem), ""]
        lines += [*_wrapped(wording.items[item], first=f"{number}. "), *_answers(wording, item), ""]
    return "\n".join([*lines, *_wrapped(wording.attribution)]) + "\n"


def _answers(wording: Wording, item: str) -> Iterator[str]:
    labels = wording.answers[item]
    low, high = wording.anchors.get(item, ("", ""))
    if low:
        yield from _wrapped(f"{labels[0]} = {low}; {labels[-1]} = {high}", first="   ")
    if all(len(label) <= _SIDE_BY_SIDE for label in labels):
        boxes = "  ".join(f"[{_FIRM}]{_FIRM}{label}" for label in labels)
        yield from (line.replace(_FIRM, " ") for line in _wrapped(boxes, first="   "))
    else:
        for label in labels:
            yield from _wrapped(label, first="   [ ] ")


def _wrapped(text: str, *, first: str = "") -> list[str]:
    lines: list[str] = []
    for part in text.splitlines():
        start = " " * len(first) if lines else first
        lines += textwrap.wrap(part, WIDTH, initial_indent=start, subsequent_indent=" " * len(first))
    return lines
