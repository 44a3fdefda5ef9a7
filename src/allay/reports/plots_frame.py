"""The frame of a plot with two axes: room for labels, titles of the axes, and the key."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from allay.reports.plots_drawing import (
    ACCENT,
    ALARM,
    GOOD,
    INK,
    NARROW,
    SECOND,
    WARN,
    WIDE,
    Drawing,
    Pad,
)
from allay.reports.plots_scale import Scale
from allay.reports.plots_text import LEADING, lines_of, width_of

__all__ = ["Look", "Sample", "framed", "look_of"]

# Told apart without color, too.
_COLORS = (ACCENT, WARN, ALARM, SECOND, GOOD, INK)
_DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (14, 3), (4, 4))
_SIGNS = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_SAMPLE, _GAP = 26, 8


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the key: what a line, a band or a sign looks like, and what it stands for.

    A sign with an outline is hollow.
    """

    text: str
    color: str
    kind: Literal["line", "band", "sign"] = "line"
    dash: tuple[int, ...] = (1, 0)
    outline: str | None = None
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one series from the others."""

    color: str
    dash: tuple[int, ...]
    sign: str


def look_of(place: int) -> Look:
    """The look of the series in this place; 36 differ.

    Examples
    --------
    >>> len({look_of(place) for place in range(36)})
    36
    """
    color, turn = place % len(_COLORS), place // len(_COLORS)
    other = (color + turn) % len(_DASHES)
    return Look(_COLORS[color], _DASHES[other], _SIGNS[other])


def framed(
    *,
    narrow: bool,
    x: Scale,
    y: Scale,
    x_title: str,
    y_title: str,
    key: Sequence[Sample] = (),
    height: float | None = None,
    left: float | None = None,
    right: float = 12,
    above: float = 0,
    grid: Literal["x", "y", "both"] = "y",
) -> Drawing:
    """Make a drawing with axes, their titles and its key around it.

    Parameters
    ----------
    left, right, above
        Pixels to keep free at the sides of the area, and between the titles and the area. Without `left`, as
        many as the labels of the axis need.
    """
    total = NARROW if narrow else WIDE
    if left is None:
        left = 10 + max((width_of(label) for label in y.labels), default=0)
    right = max(right, 4 + max((width_of(label) / 2 for label in x.labels), default=0))
    rows = _key_rows(key, total)
    key_height = sum(max(len(lines) for _, _, lines in row) * LEADING + 4 for row in rows)
    heading = lines_of(y_title, total) if y_title else []
    key_height += 6 if key else 0
    top = key_height + len(heading) * LEADING + 10 + above
    below = lines_of(x_title, total - left)
    pad = Pad(math.ceil(left), math.ceil(right), top, 26 + len(below) * LEADING + 4)
    drawing = Drawing(total, height or (230 if narrow else 300), pad, x, y, grid)
    drawing.text(-drawing.pad.left, -top + key_height + 8, heading)
    drawing.text(drawing.width, drawing.height + 34, below, align="right")
    _draw_key(drawing, rows, left=-drawing.pad.left, top=-top + 8)
    return drawing


def _key_rows(key: Sequence[Sample], total: float) -> list[list[tuple[float, Sample, list[str]]]]:
    """Samples with their places from the left, in as few rows as they fit into."""
    rows: list[list[tuple[float, Sample, list[str]]]] = []
    edge = total + 1.0
    for sample in key:
        lines = lines_of(sample.text, total - _SAMPLE - _GAP)
        needs = _SAMPLE + _GAP + max(width_of(line) for line in lines)
        if edge + needs > total:
            rows.append([])
            edge = 0.0
        rows[-1].append((edge, sample, lines))
        edge += needs + 2 * _GAP
    return rows


def _draw_key(
    drawing: Drawing, rows: list[list[tuple[float, Sample, list[str]]]], *, left: float, top: float
) -> None:
    for row in rows:
        for edge, sample, lines in row:
            x = left + edge
            if sample.kind == "line":
                look = {"color": sample.color, "strokeWidth": 2.5, "strokeDash": list(sample.dash)}
                drawing.rule(x, top, x + _SAMPLE, top, **look)
            elif sample.kind == "band":
                edges = {} if sample.outline is None else {"stroke": sample.outline}
                drawing.rect(x, top - 5, x + _SAMPLE, top + 5, fill=sample.color, **edges)
            else:
                hollow = sample.outline is not None
                drawing.sign(x + _SAMPLE / 2, top, sample.sign, color=sample.color, filled=not hollow)
            drawing.text(x + _SAMPLE + _GAP, top, lines)
        top += max(len(lines) for _, _, lines in row) * LEADING + 4
