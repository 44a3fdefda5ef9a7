"""The plot of a running total of cash."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, INK, MID, SECOND, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import months as scale_of_months
from allay.reports.plots_scale import scale_of
from allay.reports.plots_text import LEADING, lines_of

__all__ = ["cash_curve"]

Numbers = Sequence[float]


def cash_curve(
    months: Sequence[int],
    median: Numbers | None,
    low: Numbers | None,
    high: Numbers | None,
    *,
    best: Numbers | None = None,
    marks: Sequence[tuple[int, str]] = (),
    title: str,
    description: str,
    y_title: str,
    x_title: str = "Month",
    median_label: str = "Median of the draws",
    band_label: str = "95% of the draws",
    best_label: str = "At the best estimates",
    note: str = "",
) -> Markup:
    """Draw a running total by month.

    Parameters
    ----------
    months
        In order.
    median, low, high
        Over draws, one for each month; None where there are no draws.
    best
        At the best estimates.
    marks
        Months to point out, with what happens in them.

    Examples
    --------
    >>> found = cash_curve(
    ...     [0, 1, 2],
    ...     None,
    ...     None,
    ...     None,
    ...     best=[-10, -5, 8],
    ...     marks=[(2, "Breaks even")],
    ...     title="Running total of cash",
    ...     description="It passes zero in month 2.",
    ...     y_title="USD",
    ... )
    >>> found.count("<svg"), found.count("Breaks even")
    (2, 2)
    """
    drawn = [value for one in (median, low, high, best) if one is not None for value in one]
    key = []
    if median is not None:
        key.append(Sample(median_label, ACCENT))
    if low is not None and high is not None:
        key.append(Sample(band_label, MID, "band"))
    best_look = (INK, (6, 3)) if median is not None else (ACCENT, (1, 0))
    if best is not None:
        key.append(Sample(best_label, best_look[0], dash=best_look[1]))

    def draw(narrow: bool) -> Drawing:
        x = scale_of_months(months, ticks=6 if narrow else 11)
        y = scale_of(drawn, narrow=narrow)
        rows = [lines_of(text, 200 if narrow else 300) for _, text in marks]
        above = sum(len(lines) for lines in rows) * LEADING
        drawing = framed(narrow=narrow, x=x, y=y, x_title=x_title, y_title=y_title, key=key, above=above)
        if low is not None and high is not None:
            band = [{"x": m, "y": a, "y2": b} for m, a, b in zip(months, low, high, strict=True)]
            drawing.draw("area", band, color=MID, opacity=0.6)
        zero = drawing.y_pixel(0)
        drawing.rule(0, zero, drawing.width, zero, color=SECOND)
        tops = [8 - above + LEADING * sum(len(lines) for lines in rows[:place]) for place in range(len(rows))]
        places = [drawing.x_pixel(month) for month, _ in marks]
        for place, top in zip(places, tops, strict=True):
            drawing.rule(place, top - 6, place, drawing.height, color=SECOND, strokeDash=[2, 3])
        for place, top, lines in zip(places, tops, rows, strict=True):
            right = place > drawing.width / 2
            drawing.boxed(place + (-5 if right else 5), top, lines, align="right" if right else "left")
        if best is not None:
            drawing.line(months, best, color=best_look[0], strokeDash=list(best_look[1]))
        if median is not None:
            drawing.line(months, median, color=ACCENT, strokeWidth=2.5)
        return drawing

    return figure(draw, title=title, description=description, note=note)
