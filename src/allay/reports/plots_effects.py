"""Plots of effects of an evaluation: one row each with its interval, and how alike two groups are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, INK, SECOND, WARN, Drawing
from allay.reports.plots_frame import Sample
from allay.reports.plots_rows import rows_figure

__all__ = ["EffectRow", "effect_rows", "love_rows"]

_END = 5


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One effect: its name, its value, and its interval if it has one.

    `sure` is false for what is no effect or no result: its sign is hollow and its line is dashed.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    sure: bool = True


def effect_rows(
    rows: Sequence[EffectRow],
    *,
    title: str,
    description: str,
    x_title: str,
    sure_label: str,
    other_label: str = "",
    interval_label: str = "95% interval",
    note: str = "",
) -> Markup:
    """Draw effects one under the other, over a line at zero.

    Examples
    --------
    >>> found = effect_rows(
    ...     [
    ...         EffectRow("Before and after", -9.0, -11.0, -7.0, sure=False),
    ...         EffectRow("Adjusted", -2.0, -3.0, -1.0),
    ...     ],
    ...     title="Emergency visits",
    ...     description="The adjusted fall is smaller.",
    ...     x_title="Change",
    ...     sure_label="With a comparison group",
    ...     other_label="Without one",
    ... )
    >>> found.count("<svg"), "Before and after" in found
    (2, True)
    """
    key = [Sample(sure_label, ACCENT, "sign", sign="circle")] if any(row.sure for row in rows) else []
    if any(not row.sure for row in rows):
        key.append(Sample(other_label, WARN, "sign", sign="diamond", outline=WARN))
    if any(row.low is not None for row in rows):
        key.append(Sample(interval_label, SECOND))

    def draw(drawing: Drawing, place: int, y: float) -> None:
        row = rows[place]
        if row.low is not None and row.high is not None:
            ends = [drawing.x_pixel(end) for end in (row.low, row.high)]
            look = {} if row.sure else {"strokeDash": [4, 3]}
            drawing.rule(ends[0], y, ends[1], y, color=SECOND, **{"strokeWidth": 2, **look})
            for end in ends:
                drawing.rule(end, y - _END, end, y + _END, color=SECOND, strokeWidth=2)
        at = drawing.x_pixel(row.value)
        if row.sure:
            drawing.sign(at, y, "circle", color=ACCENT)
        else:
            drawing.sign(at, y, "diamond", color=WARN, filled=False)

    return rows_figure(
        [row.name for row in rows],
        draw,
        values=[end for row in rows for end in (row.value, row.low, row.high) if end is not None],
        zero=True,
        key=key,
        under=_zero,
        texts=(title, description, x_title, note),
    )


def _zero(drawing: Drawing) -> None:
    at = drawing.x_pixel(0)
    drawing.rule(at, 0, at, drawing.height, color=INK)


def love_rows(
    names: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    *,
    limit: float,
    title: str,
    description: str,
    x_title: str,
    note: str = "",
) -> Markup:
    """Draw how far two groups differ in each covariate, before and after weighing (a love plot).

    Parameters
    ----------
    before, after
        Standardized differences without their signs.
    limit
        Difference that is commonly called an imbalance; a dashed line.

    Examples
    --------
    >>> found = love_rows(
    ...     ["age"],
    ...     [0.6],
    ...     [0.0],
    ...     limit=0.1,
    ...     title="Balance",
    ...     description="Age differed by 0.6.",
    ...     x_title="Standardized difference",
    ... )
    >>> found.count("<svg")
    2
    """
    key = (
        Sample("Before weighing", WARN, "sign", sign="diamond", outline=WARN),
        Sample("After", ACCENT, "sign", sign="circle"),
        Sample(f"Limit {limit:g}", INK, dash=(6, 3)),
    )

    def draw(drawing: Drawing, place: int, y: float) -> None:
        ends = drawing.x_pixel(before[place]), drawing.x_pixel(after[place])
        drawing.rule(ends[0], y, ends[1], y, color=SECOND, strokeWidth=1)
        drawing.sign(ends[0], y, "diamond", color=WARN, filled=False)
        drawing.sign(ends[1], y, "circle", color=ACCENT)

    def lines(drawing: Drawing) -> None:
        drawing.rule(drawing.x_pixel(0), 0, drawing.x_pixel(0), drawing.height, color=INK)
        at = drawing.x_pixel(limit)
        drawing.rule(at, 0, at, drawing.height, color=INK, strokeDash=[6, 3])

    return rows_figure(
        names,
        draw,
        values=[*before, *after, limit],
        zero=True,
        key=key,
        under=lines,
        texts=(title, description, x_title, note),
    )
