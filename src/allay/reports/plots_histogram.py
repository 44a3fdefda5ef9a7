"""The plot of how draws of one number are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.reports.plots_drawing import ACCENT, INK, MID, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import round_step, scale_of, short
from allay.reports.words import percent

__all__ = ["histogram"]

_MOST_BARS = 40


def histogram(
    values: Sequence[float],
    *,
    zero: float | None = 0.0,
    title: str,
    description: str,
    x_title: str,
    y_title: str = "Share of draws",
    note: str | None = None,
) -> Markup:
    """Draw how often a number falls where.

    Parameters
    ----------
    values
        One for each draw.
    zero
        Where the rule stands that parts the draws; the shares at both sides are written above. None for no
        rule.
    note
        Beside the title; by default how many draws there are.

    Examples
    --------
    >>> found = histogram(
    ...     [-10, 5, 20, 30],
    ...     title="Net present value",
    ...     description="Below zero in one of four draws.",
    ...     x_title="USD",
    ... )
    >>> "25% below 0" in found, "75% at or above" in found, "4 draws" in found
    (True, True, True)
    """
    drawn = np.asarray(values, dtype=np.float64)
    if not drawn.size:
        raise InvalidValue(expected="at least one draw", found="none")
    edges = _edges(drawn, parted_at=zero or 0.0)
    shares = np.histogram(drawn, bins=edges)[0] / drawn.size
    parted = zero is not None and edges[0] < zero < edges[-1]
    key = []
    if zero is not None:
        below, at = float((drawn < zero).mean()), short(zero)
        key.append(Sample(f"{percent(below, 0)} below {at}", MID, "band", outline=ACCENT))
        key.append(Sample(f"{percent(1 - below, 0)} at or above", ACCENT, "band"))

    def draw(narrow: bool) -> Drawing:
        ticks = 4 if narrow else 7
        x = scale_of(edges[[0, -1]].tolist(), narrow=narrow, ticks=ticks, zero=False, margin=0.02)
        y = scale_of(shares.tolist(), form="percent", ticks=4)
        drawing = framed(narrow=narrow, x=x, y=y, x_title=x_title, y_title=y_title, key=key, height=200)
        for left, right, share in zip(edges[:-1].tolist(), edges[1:].tolist(), shares.tolist(), strict=True):
            fill = MID if zero is not None and left < zero else ACCENT
            ends = (drawing.x_pixel(left), drawing.y_pixel(share), drawing.x_pixel(right) - 1, drawing.height)
            if share:
                drawing.rect(*ends, fill=fill, stroke=ACCENT, strokeWidth=0.75)
        if zero is not None and parted:
            place = drawing.x_pixel(zero)
            drawing.rule(place, -6, place, drawing.height, color=INK, strokeWidth=1.5)
        drawing.axes()
        return drawing

    beside = f"{drawn.size:,} draws" if note is None else note
    return figure(draw, title=title, description=description, note=beside)


def _edges(drawn: NDArray[np.float64], *, parted_at: float) -> NDArray[np.float64]:
    """Ends of bars of one round width, none of which holds numbers from both sides of the rule."""
    least, most = float(drawn.min()) - parted_at, float(drawn.max()) - parted_at
    step = round_step((most - least) or abs(most) or 1.0, _MOST_BARS)
    first, last = math.floor(least / step), math.floor(most / step) + 1
    return np.asarray(parted_at + step * np.arange(first, last + 1), dtype=np.float64)
