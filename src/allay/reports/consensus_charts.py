"""Charts of consensus reports that sit in cells: how ratings are spread, and how a median moved.

On the screen colors come from the stylesheet, by class, and what all charts of a page have in common, its
scale, is drawn once and used by each (`frames`). What makes PDF knows neither within a chart, so on paper all
of it stands in every chart. With that a report of many statements is a third smaller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from allay.consensus.protocol.scale import RatingScale
from allay.reports.charts import cell, place
from allay.reports.words import number

__all__ = ["distribution", "frames", "shift"]

DISTRIBUTION_HEIGHT = 92
_TOP, _FLOOR, _TICKS, _MARKS = 14, 54, 68, 80
_MOST_NUMBERS = 11
_REGIONS = ("second", "soft", "bar")
"""Fills of the low region, the middle and the high one."""
_FRAME, _SHIFT = "frame", "shift"
_LETTERS = 'font-size="11" text-anchor="middle"'
_COLORS = {
    "track": "#e9ebec",
    "bar": "#0b6b6b",
    "soft": "#9fc7c5",
    "ink": "#1d2730",
    "second": "#55626e",
    "paper": "#ffffff",
}
"""Those of the house in print, which has no dark scheme."""


def frames(scale: RatingScale) -> Markup:
    """What every chart of a page has in common, to stand in it once: borders of regions, numbers of points.

    Examples
    --------
    >>> frames(RatingScale()).count("<text")
    9
    """
    domain = (scale.minimum - 0.5, scale.maximum + 0.5)
    borders = [place(border, domain) for border in (scale.low_to + 0.5, scale.high_from - 0.5)]
    track = _group(_fill("track", paper=False), [_rect(0, 100, 2, 14)])
    parted = _group(_stroke("second", paper=False), [_line(at, at, 0, 18) for at in borders])
    return Markup(  # noqa: S704 - numbers and our own names
        '<svg width="0" height="0" aria-hidden="true" class="frames"><defs>'
        f'<g id="{_FRAME}">{_frame(scale, paper=False)}</g><g id="{_SHIFT}">{track}{parted}</g>'
        "</defs></svg>"
    )


def distribution(
    counts: Sequence[int],
    scale: RatingScale,
    *,
    median: float | None,
    p30: float | None = None,
    p70: float | None = None,
    title: str,
    paper: bool = False,
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
    paper : bool
        With all colors and its own frame; else it needs a stylesheet, and `frames` in the page.

    Returns
    -------
    Markup
        About 1.1 kB for nine points, on paper 2 kB; grows with the points.

    Examples
    --------
    >>> made = distribution([0, 0, 1, 0, 2, 0, 5, 5, 2], RatingScale(), median=7, p30=7, p70=8, title="s1")
    >>> made.count("<rect"), made.count('class="c-bar"'), "<title>s1</title>" in made
    (5, 1, True)
    """
    wide, most = 100 / scale.points, max(*counts, 1)
    bars: dict[str, list[str]] = {kind: [] for kind in _REGIONS}
    over: list[str] = []
    for at, count in enumerate(counts):
        point, middle = scale.minimum + at, (at + 0.5) * wide
        height = (_FLOOR - _TOP) * count / most
        if count:
            kind = _REGIONS[0 if point <= scale.low_to else 2 if point >= scale.high_from else 1]
            bars[kind].append(_rect(at * wide + wide * 0.1, wide * 0.8, _FLOOR - height, height))
        if count and scale.points <= _MOST_NUMBERS:
            over.append(_text(middle, _FLOOR - height - 3, f"{count}"))
    parts = [_frame(scale, paper=True) if paper else f'<use href="#{_FRAME}"/>']
    parts += [_group(_fill(kind, paper=paper), each) for kind, each in bars.items()]
    parts.append(_group(f"{_fill('ink', paper=paper)} {_LETTERS}", over))
    domain = (scale.minimum - 0.5, scale.maximum + 0.5)
    if p30 is not None and p70 is not None:
        low, high = place(p30, domain), place(p70, domain)
        ends = [_line(end, end, _MARKS - 4, _MARKS + 4) for end in (low, high)]
        parts.append(_group(_thick("ink", paper=paper), [_line(low, high, _MARKS, _MARKS), *ends]))
    if median is not None:
        parts.append(_dot(place(median, domain), _MARKS, filled=True, paper=paper))
    return cell("".join(parts), title, DISTRIBUTION_HEIGHT)


def shift(before: float, after: float, scale: RatingScale, *, title: str) -> Markup:
    """A median of one round (hollow) and of the next (full), over the borders of the regions; for the screen.

    Examples
    --------
    >>> shift(5, 7, RatingScale(), title="from 5 to 7").count("<circle")
    2
    """
    domain = (scale.minimum - 0.5, scale.maximum + 0.5)
    ends = place(before, domain), place(after, domain)
    return cell(
        f'<use href="#{_SHIFT}"/>'
        + _group(_thick("ink", paper=False), [_line(*ends, 9, 9)])
        + _dot(ends[0], 9, filled=False, paper=False)
        + _dot(ends[1], 9, filled=True, paper=False),
        title,
    )


def _frame(scale: RatingScale, *, paper: bool) -> str:
    """Behind a distribution: borders of regions, the floor, and the numbers of points."""
    wide, every = 100 / scale.points, -(-scale.points // _MOST_NUMBERS)
    borders = [(region - scale.minimum + 1) * wide for region in (scale.low_to, scale.high_from - 1)]
    lines = [*(_line(at, at, 0, _TICKS + 4) for at in borders), _line(0, 100, _FLOOR, _FLOOR)]
    ticks = [
        _text((at + 0.5) * wide, _TICKS, number(scale.minimum + at, 0))
        for at in range(0, scale.points, every)
    ]
    written = _group(f"{_fill('second', paper=paper)} {_LETTERS}", ticks)
    return _group(_stroke("second", paper=paper), lines) + written


def _fill(kind: str, *, paper: bool) -> str:
    return f'fill="{_COLORS[kind]}"' if paper else f'class="c-{kind}"'


def _stroke(kind: str, *, paper: bool) -> str:
    return f'stroke="{_COLORS[kind]}"' if paper else f'class="s-{kind}"'


def _thick(kind: str, *, paper: bool) -> str:
    return f'{_stroke(kind, paper=paper)} stroke-width="2"'


def _group(look: str, parts: Iterable[str]) -> str:
    """What looks alike; nothing where there is nothing, and without a group where it is one thing."""
    found = list(parts)
    if len(found) == 1:
        name, rest = found[0].split(" ", 1)
        return f"{name} {look} {rest}"
    return f"<g {look}>{''.join(found)}</g>" if found else ""


def _rect(x: float, width: float, y: float, height: float) -> str:
    return f'<rect x="{_at(x)}%" y="{_at(y)}" width="{_at(width)}%" height="{_at(height)}"/>'


def _line(x: float, x2: float, y: float, y2: float) -> str:
    return f'<line x1="{_at(x)}%" x2="{_at(x2)}%" y1="{_at(y)}" y2="{_at(y2)}"/>'


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{_at(x)}%" y="{_at(y)}">{text}</text>'


def _dot(x: float, y: float, *, filled: bool, paper: bool) -> str:
    # A hollow dot has the color of paper, so that what lies under it does not shine through.
    if paper:
        look = f'fill="{_COLORS["bar" if filled else "paper"]}" stroke="{_COLORS["bar"]}"'
    else:
        look = f'class="{"c-bar" if filled else "c-paper"} s-bar"'
    return f'<circle {look} stroke-width="2" cx="{_at(x)}%" cy="{_at(y)}" r="4"/>'


def _at(value: float) -> str:
    """A place, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
