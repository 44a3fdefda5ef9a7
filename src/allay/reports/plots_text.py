"""Text in plots: how wide it is, and where it breaks.

SVG breaks no lines. Widths are those of a wide system font, so that what fits here fits everywhere; they do
not depend on the fonts of the machine that draws.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["SIZE", "lines_of", "plain", "spread", "width_of"]

SIZE = 13
LEADING = 16
_NARROW, _WIDE = frozenset("iljtfrI.,:;|!'()[]/ "), frozenset("mwMW@%&")


def plain(text: str) -> str:
    """Text that XML can hold: what cannot be printed becomes a replacement character.

    Examples
    --------
    >>> plain("a\\x00b"), plain("two\\nlines")
    ('a\\ufffdb', 'two lines')
    """
    joined = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in joined)


def width_of(text: str, size: float = SIZE) -> float:
    """Pixels that a text needs at most.

    Examples
    --------
    >>> width_of("yoga") < width_of("YOGA") < width_of("WWWW")
    True
    """
    return size * sum(_em(letter) for letter in text)


def _em(letter: str) -> float:
    if letter in _NARROW:
        return 0.38
    if letter in _WIDE or unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.74 if letter.isupper() else 0.62


def lines_of(text: str, width: float, size: float = SIZE) -> list[str]:
    """Break text into lines of a width; a word that is wider is broken, nothing is left out.

    Examples
    --------
    >>> lines_of("group visits with yoga", 90)
    ['group visits', 'with yoga']
    >>> "".join(lines_of("x" * 40, 90)) == "x" * 40
    True
    """
    found = [""]
    for word in plain(text).split(" "):
        joined = f"{found[-1]} {word}".strip()
        if width_of(joined, size) <= width:
            found[-1] = joined
            continue
        if found[-1]:
            found.append("")
        for letter in word:
            if found[-1] and width_of(found[-1] + letter, size) > width:
                found.append("")
            found[-1] += letter
    return found


def spread(places: Sequence[float], heights: Sequence[float], *, high: float) -> list[float] | None:
    """Move labels apart along a side from 0 to `high`, keeping their order; None when they do not fit.

    Examples
    --------
    >>> spread([50, 52, 90], [10, 10, 10], high=100)
    [50, 60.0, 90]
    """
    if sum(heights) > high:
        return None
    order = sorted(range(len(places)), key=lambda one: places[one])
    found = list(places)
    edge = 0.0
    for one in order:
        found[one] = max(found[one], edge + heights[one] / 2)
        edge = found[one] + heights[one] / 2
    edge = high
    for one in reversed(order):
        found[one] = min(found[one], edge - heights[one] / 2)
        edge = found[one] - heights[one] / 2
    return found
