"""Plots of costs against effects: the cost-effectiveness plane and the frontier."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.reports.plots_drawing import ACCENT, INK, PAPER, SECOND, WARN, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import scale_of, short

__all__ = ["plane"]

MOST_POINTS = 500


def plane(
    inc_effect: ArrayLike,
    inc_cost: ArrayLike,
    *,
    wtp: float | None,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    note: str | None = None,
) -> Markup:
    """Draw what one strategy costs and brings more than another, in each draw.

    Parameters
    ----------
    inc_effect, inc_cost : array_like of shape (draws,)
    wtp
        Willingness to pay; draws below its line are worth it. None for no line.
    note
        Beside the title; by default how many draws there are, and how many of them are drawn. Of more than
        500 every so many are drawn; the mean is that of all.

    Examples
    --------
    >>> found = plane(
    ...     np.linspace(0, 1, 2000),
    ...     np.linspace(100, 50, 2000),
    ...     wtp=50_000,
    ...     title="Program against usual care",
    ...     description="More effect at more cost.",
    ...     x_title="More QALYs",
    ...     y_title="More cost, USD",
    ... )
    >>> "500 of 2,000 draws are drawn" in found
    True
    """
    effect, cost = (np.asarray(each, dtype=np.float64).ravel() for each in (inc_effect, inc_cost))
    if not effect.size or effect.size != cost.size:
        raise InvalidValue(
            expected="a cost for every effect, and at least one", found=f"{cost.size}, {effect.size}"
        )
    chosen = np.unique(np.linspace(0, effect.size - 1, min(effect.size, MOST_POINTS)).round().astype(np.intp))
    middle = (float(effect.mean()), float(cost.mean()))
    key = [
        Sample("One draw", ACCENT, "sign", sign="circle"),
        Sample("Mean of all draws", WARN, "sign", sign="diamond"),
    ]
    if wtp is not None:
        key.append(Sample(f"Worth it below this line, at {short(wtp)}", INK, dash=(6, 3)))
    if note is None:
        few = chosen.size < effect.size
        note = f"{chosen.size:,} of {effect.size:,} draws are drawn" if few else f"{effect.size:,} draws"

    def draw(narrow: bool) -> Drawing:
        x = scale_of(effect.tolist(), narrow=narrow, ticks=5 if narrow else 9)
        y = scale_of(cost.tolist(), narrow=narrow, ticks=7)
        frame = {"narrow": narrow, "x": x, "y": y, "x_title": x_title, "y_title": y_title}
        drawing = framed(**frame, key=key, grid="both", height=260 if narrow else 340)  # type: ignore[arg-type]
        across, down = drawing.x_pixel(0), drawing.y_pixel(0)
        drawing.rule(across, 0, across, drawing.height, color=SECOND)
        drawing.rule(0, down, drawing.width, down, color=SECOND)
        rows = [{"x": a, "y": b} for a, b in zip(effect[chosen].tolist(), cost[chosen].tolist(), strict=True)]
        drawing.draw("circle", rows, color=ACCENT, opacity=0.4, size=16)
        if wtp is not None:
            low, high = _inside(wtp, (x.low, x.high), (y.low, y.high))
            drawing.line([low, high], [low * wtp, high * wtp], color=INK, strokeDash=[6, 3], strokeWidth=1.5)
        look = {
            "shape": "diamond",
            "size": 150,
            "fill": WARN,
            "stroke": PAPER,
            "opacity": 1,
            "strokeWidth": 1.5,
        }
        drawing.draw("point", [{"x": middle[0], "y": middle[1]}], **look)
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _inside(slope: float, x: tuple[float, float], y: tuple[float, float]) -> tuple[float, float]:
    """Between which two places a line through zero stays within the limits."""
    if slope == 0:
        return x
    return max(x[0], y[0] / slope), min(x[1], y[1] / slope)
