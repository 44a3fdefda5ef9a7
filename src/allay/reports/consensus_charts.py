"""Charts of consensus reports that sit in cells: how ratings are spread, and how a median moved."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from allay.consensus.protocol.scale import RatingScale
from allay.reports.charts import cell, line, place, rect
from allay.reports.words import number

__all__ = ["distribution", "shift"]

DISTRIBUTION_HEIGHT = 92
_TOP, _FLOOR, _TICKS, _MARKS = 14, 54, 68, 80
_MOST_NUMBERS = 11
_REGIONS = ("second", "soft", "bar")
"""Fills of the low region, the middle and the high one."""


def distribution(
    counts: Sequence[int],
    scale: RatingScale,
    *,
    median: float | None,
    p30: float | None = None,
    p70: float | None = None,
    title: str,
) -> Markup:
    """Ratings by point of the scale as bars, in the colors of their regions, over the median and P30 to P70.

    Parameters
    ----------
    counts : sequence of int
        By point, the lowest first; as many as the scale has.
    median, p30, p70 : float, optional
        Drawn below the bars where they are known: a dot, and a line from one to the other.
    title : str
        Names the chart for those who do not see it.

    Returns
    -------
    Markup
        About 2 kB for nine points; grows with the points.

    Examples
    --------
    >>> made = distribution([0, 0, 1, 0, 2, 0, 5, 5, 2], RatingScale(), median=7, p30=7, p70=8, title="s1")
    >>> made.count('class="c-bar"'), "<title>s1</title>" in made
    (4, True)
    """
    wide, most = 100 / scale.points, max(*counts, 1)
    content = ""
    for region in (scale.low_to, scale.high_from - 1):
        at = (region - scale.minimum + 1) * wide
        content += line("second", at, at, 0, _TICKS + 4, 1)
    every = -(-scale.points // _MOST_NUMBERS)
    for at, count in enumerate(counts):
        point = scale.minimum + at
        kind = _REGIONS[0 if point <= scale.low_to else 2 if point >= scale.high_from else 1]
        height = (_FLOOR - _TOP) * count / most
        content += rect(kind, at * wide + wide * 0.1, wide * 0.8, _FLOOR - height, height) if count else ""
        middle = (at + 0.5) * wide
        if count and scale.points <= _MOST_NUMBERS:
            content += _text(middle, _FLOOR - height - 3, f"{count}", "ink")
        if at % every == 0:
            content += _text(middle, _TICKS, number(point, 0), "second")
    content += line("second", 0, 100, _FLOOR, _FLOOR, 1)
    domain = (scale.minimum - 0.5, scale.maximum + 0.5)
    if p30 is not None and p70 is not None:
        ends = place(p30, domain), place(p70, domain)
        content += line("ink", *ends, _MARKS, _MARKS, 2)
        for end in ends:
            content += line("ink", end, end, _MARKS - 4, _MARKS + 4)
    if median is not None:
        content += _dot(place(median, domain), _MARKS, filled=True)
    return cell(content, title, DISTRIBUTION_HEIGHT)


def shift(before: float, after: float, scale: RatingScale, *, title: str) -> Markup:
    """A median of one round (hollow) and of the next (full), over the borders of the regions.

    Examples
    --------
    >>> shift(5, 7, RatingScale(), title="from 5 to 7").count("<circle")
    2
    """
    domain = (scale.minimum - 0.5, scale.maximum + 0.5)
    content = rect("track", 0, 100, 2, 14)
    for border in (scale.low_to + 0.5, scale.high_from - 0.5):
        at = place(border, domain)
        content += line("second", at, at, 0, 18, 1)
    ends = place(before, domain), place(after, domain)
    content += line("ink", *ends, 9, 9, 2)
    return cell(content + _dot(ends[0], 9, filled=False) + _dot(ends[1], 9, filled=True), title)


def _text(x: float, y: float, text: str, kind: str) -> str:
    color = {"ink": "#1d2730", "second": "#55626e"}[kind]
    return (
        f'<text class="c-{kind}" fill="{color}" x="{x:.2f}%" y="{y:.1f}" font-size="11" '
        f'text-anchor="middle">{text}</text>'
    )


def _dot(x: float, y: float, *, filled: bool) -> str:
    # A hollow dot has the color of paper, so that what lies under it does not shine through.
    fill = 'class="c-bar" fill="#0b6b6b"' if filled else 'class="c-paper s-bar" fill="#ffffff"'
    return f'<circle {fill} stroke="#0b6b6b" stroke-width="2" cx="{x:.2f}%" cy="{y:g}" r="4"/>'
