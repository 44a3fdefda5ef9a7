"""Plots with a row for each name: tornado, value of parameters, ranges of scenarios."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, INK, MID, SECOND, Drawing
from allay.reports.plots_frame import Sample
from allay.reports.plots_rows import BAR, rows_figure
from allay.reports.plots_scale import short
from allay.reports.plots_text import width_of

__all__ = ["evppi_bars", "scenario_ranges", "tornado_bars"]

Numbers = Sequence[float]
Texts = Sequence[str]
_Z = 1.96


def tornado_bars(
    names: Texts,
    low_outcome: Numbers,
    high_outcome: Numbers,
    base: float,
    *,
    low_labels: Texts | None = None,
    high_labels: Texts | None = None,
    title: str,
    description: str,
    x_title: str,
    note: str = "",
) -> Markup:
    """Draw how far each parameter moves an outcome, the widest first.

    Parameters
    ----------
    low_outcome, high_outcome
        With the parameter at its low and its high end.
    base
        The outcome with all at their base.
    low_labels, high_labels
        What the parameter is at its ends; stand beside the bars.

    Examples
    --------
    >>> found = tornado_bars(
    ...     ["Price", "Risk"],
    ...     [160, 100],
    ...     [130, 300],
    ...     150,
    ...     low_labels=["40", "0.1"],
    ...     high_labels=["70", "0.3"],
    ...     title="What moves the result",
    ...     description="Risk moves it most.",
    ...     x_title="Net benefit, USD",
    ... )
    >>> found.index("Risk") < found.index("Price")
    True
    """
    three = list(zip(low_outcome, high_outcome, strict=True))
    swing = [max(*ends, base) - min(*ends, base) for ends in three]
    order = sorted(range(len(names)), key=lambda one: -swing[one])
    key = (
        Sample("Parameter at its low end", MID, "band", outline=ACCENT),
        Sample("Parameter at its high end", ACCENT, "band"),
    )
    labels = (list(low_labels or [""] * len(names)), list(high_labels or [""] * len(names)))

    def bars(drawing: Drawing, one: int, y: float) -> None:
        zero, ends = drawing.x_pixel(base), [drawing.x_pixel(end) for end in three[one]]
        apart = (ends[0] - zero) * (ends[1] - zero) > 0
        for place, (end, fill) in enumerate(zip(ends, (MID, ACCENT), strict=True)):
            # Bars to the same side of the base would hide each other.
            top = y - BAR / 2 + (place * BAR / 2 if apart else 0)
            height = BAR / 2 if apart else BAR
            drawing.rect(zero, top, end, top + height, fill=fill, stroke=ACCENT, strokeWidth=1)
        sides = sorted(zip(ends, (labels[0][one], labels[1][one]), strict=True), key=lambda each: each[0])
        drawing.text(min(ends[0], ends[1], zero) - 5, y, [sides[0][1]], align="right")
        drawing.text(max(ends[0], ends[1], zero) + 5, y, [sides[1][1]])

    def rule(drawing: Drawing) -> None:
        at = drawing.x_pixel(base)
        drawing.rule(at, 0, at, drawing.height, color=INK)

    return rows_figure(
        [names[one] for one in order],
        lambda drawing, row, y: bars(drawing, order[row], y),
        values=[*low_outcome, *high_outcome, base],
        zero=False,
        key=key,
        before=max((width_of(text) for text in labels[0] + labels[1]), default=0) + 8,
        after=max((width_of(text) for text in labels[0] + labels[1]), default=0) + 8,
        under=rule,
        texts=(title, description, x_title, note),
    )


def evppi_bars(
    names: Texts,
    values: Numbers,
    se: Numbers,
    *,
    title: str,
    description: str,
    x_title: str,
    note: str = "",
) -> Markup:
    """Draw what knowing each parameter is worth, the most first, with the interval of its simulation.

    Examples
    --------
    >>> found = evppi_bars(
    ...     ["Price", "Risk"],
    ...     [0.0, 310.5],
    ...     [0.0, 12.0],
    ...     title="Value of knowing",
    ...     description="Risk is worth most.",
    ...     x_title="USD a person",
    ... )
    >>> found.index("Risk") < found.index("Price")
    True
    """
    order = sorted(range(len(names)), key=lambda one: -values[one])
    errors = [0.0 if math.isnan(error) else error for error in se]
    high = [value + _Z * error for value, error in zip(values, errors, strict=True)]
    numbers = [short(value) for value in values]

    def bar(drawing: Drawing, row: int, y: float) -> None:
        one = order[row]
        drawing.rect(0, y - BAR / 2, drawing.x_pixel(values[one]), y + BAR / 2, fill=MID, stroke=ACCENT)
        if errors[one] > 0:
            low = max(0.0, values[one] - _Z * errors[one])
            drawing.rule(drawing.x_pixel(low), y, drawing.x_pixel(high[one]), y, color=INK, strokeWidth=2)
        drawing.text(drawing.x_pixel(max(high[one], values[one])) + 6, y, [numbers[one]])

    return rows_figure(
        [names[one] for one in order],
        bar,
        values=[*values, *high],
        zero=True,
        key=(Sample("95% interval of simulation error", INK),) if any(errors) else (),
        after=max((width_of(text) for text in numbers), default=0) + 8,
        texts=(title, description, x_title, note),
    )


def scenario_ranges(
    names: Texts,
    mid: Numbers,
    low: Numbers | None,
    high: Numbers | None,
    *,
    title: str,
    description: str,
    x_title: str,
    mid_label: str = "Estimate",
    range_label: str = "95% of the draws",
    note: str = "",
) -> Markup:
    """Draw an outcome in each scenario, in the order given, with the range over its draws if there are any.

    Examples
    --------
    >>> found = scenario_ranges(
    ...     ["As planned", "Half of the referrals"],
    ...     [120_000, -30_000],
    ...     [40_000, -80_000],
    ...     [190_000, 20_000],
    ...     title="Net present value",
    ...     description="Below zero with half of the referrals.",
    ...     x_title="USD",
    ... )
    >>> "Half of the referrals" in found
    True
    """
    ranges = None if low is None or high is None else list(zip(low, high, strict=True))
    key = [Sample(mid_label, ACCENT, "sign", sign="circle")]
    if ranges is not None:
        key.append(Sample(range_label, SECOND))

    def row_of(drawing: Drawing, row: int, y: float) -> None:
        if ranges is not None:
            ends = [drawing.x_pixel(end) for end in ranges[row]]
            drawing.rule(ends[0], y, ends[1], y, color=SECOND, strokeWidth=2)
            for end in ends:
                drawing.rule(end, y - 5, end, y + 5, color=SECOND, strokeWidth=2)
        drawing.sign(drawing.x_pixel(mid[row]), y, "circle", color=ACCENT)

    def zero(drawing: Drawing) -> None:
        at = drawing.x_pixel(0)
        drawing.rule(at, 0, at, drawing.height, color=INK)

    return rows_figure(
        names,
        row_of,
        values=[*mid, *(end for pair in ranges or () for end in pair)],
        zero=True,
        key=key,
        under=zero,
        texts=(title, description, x_title, note),
    )
