"""The layout of plots with a row for each name, whole however long the name is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from allay.reports.plots_drawing import NARROW, WIDE, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import Scale, scale_of
from allay.reports.plots_text import LEADING, SIZE, lines_of, width_of

__all__ = ["BAR", "rows_figure"]

BAR = 16
_BETWEEN, _NAMES_WIDTH = 14, 220
_MOST_TICKS, _APART = 6, 10
_NO_AXIS = Scale(0, 1, (), ())


def rows_figure(
    names: Sequence[str],
    draw_row: Callable[[Drawing, int, float], None],
    *,
    values: Sequence[float],
    zero: bool,
    key: Sequence[Sample],
    texts: tuple[str, str, str, str],
    before: float = 8,
    after: float = 8,
    under: Callable[[Drawing], None] | None = None,
) -> Markup:
    """Draw rows: names at the left of the wide drawing, and above the bars of the narrow one.

    Parameters
    ----------
    draw_row
        Draws the row of this place around this pixel from the top.
    before, after
        Pixels that texts at the ends of bars need.
    texts
        Title, description, title of the axis, note.
    under
        Draws over the whole height, before the rows.
    """
    title, description, x_title, note = texts

    def draw(narrow: bool) -> Drawing:
        lines = [lines_of(name, NARROW - 4 if narrow else _NAMES_WIDTH) for name in names]
        heads = [len(each) * LEADING + 2 if narrow else 0 for each in lines]
        bodies = [BAR if narrow else max(BAR, len(each) * LEADING) for each in lines]
        widest = 0.0 if narrow else max((width_of(line) for each in lines for line in each), default=0) + 10
        beside = widest + before + after
        x = _fitting(values, zero=zero, narrow=narrow, width=(NARROW if narrow else WIDE) - beside)
        drawing = framed(
            narrow=narrow,
            x=x,
            y=_NO_AXIS,
            x_title=x_title,
            y_title="",
            key=key,
            left=max(widest + before, width_of(x.labels[0]) / 2 if x.labels else 0),
            right=after,
            height=sum(heads) + sum(bodies) + _BETWEEN * len(names),
            grid="x",
        )
        drawing.y = None
        drawing.axes()
        if under is not None:
            under(drawing)
        y = _BETWEEN / 2
        for row, (name, head, body) in enumerate(zip(lines, heads, bodies, strict=True)):
            top = y + SIZE / 2 if narrow else y + body / 2 - (len(name) - 1) * LEADING / 2
            drawing.boxed(-drawing.pad.left, top, name)
            draw_row(drawing, row, y + head + body / 2)
            y += head + body + _BETWEEN
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _fitting(values: Sequence[float], *, zero: bool, narrow: bool, width: float) -> Scale:
    """Make a scale with as many ticks as have room for their labels side by side."""
    for ticks in range(_MOST_TICKS, 1, -1):
        x = scale_of(values, zero=zero, narrow=narrow, ticks=ticks, margin=0.02)
        apart = width / (x.high - x.low) * (x.ticks[1] - x.ticks[0]) if len(x.ticks) > 1 else width
        if apart >= max((width_of(label) for label in x.labels), default=0) + _APART:
            break
    return x
