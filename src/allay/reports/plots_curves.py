"""Plots of curves over willingness to pay: acceptability, expected loss, the value of information."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, MID, Drawing, figure
from allay.reports.plots_frame import Look, Sample, framed, look_of
from allay.reports.plots_scale import Scale, scale_of
from allay.reports.plots_text import LEADING, lines_of, spread, width_of

__all__ = ["acceptability_curves", "evpi_curve", "loss_curves"]

Numbers = Sequence[float]
_LABEL_WIDTH, _LEADER = 170, 10
# Dots mark where there is a number; beyond this many they only thicken the line.
_FEW = 15
# The ends of an interval of 95%, in standard errors.
_Z = 1.96


def acceptability_curves(
    wtp: Numbers,
    shares_by_strategy: Mapping[str, Numbers],
    frontier: Numbers | None,
    *,
    title: str,
    description: str,
    x_title: str,
    y_title: str = "Share of draws in which it is best",
    note: str = "",
) -> Markup:
    """Draw how often each strategy is best at each willingness to pay, and the frontier.

    Parameters
    ----------
    frontier
        The share of the strategy with the highest expected net benefit; a pale band behind the curves.

    Examples
    --------
    >>> found = acceptability_curves(
    ...     [0, 50_000],
    ...     {"Usual care": [0.9, 0.3], "Program": [0.1, 0.7]},
    ...     [0.9, 0.7],
    ...     title="Acceptability",
    ...     description="The program is best more often from 30,000 on.",
    ...     x_title="Willingness to pay, USD per QALY",
    ... )
    >>> "Usual care" in found
    True
    """
    return _curves(
        wtp,
        shares_by_strategy,
        behind=frontier,
        behind_label="Best on average (frontier)",
        y=lambda narrow: scale_of([0, 1], form="percent", margin=0.02),
        texts=(title, description, x_title, y_title, note),
    )


def loss_curves(
    wtp: Numbers,
    loss_by_strategy: Mapping[str, Numbers],
    *,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    note: str = "",
) -> Markup:
    """Draw what choosing each strategy forgoes on average, at each willingness to pay.

    The lowest curve is the expected value of perfect information.

    Examples
    --------
    >>> found = loss_curves(
    ...     [0, 50_000],
    ...     {"Usual care": [10, 900], "Program": [700, 120]},
    ...     title="Expected loss",
    ...     description="The program loses less at 50,000.",
    ...     x_title="Willingness to pay",
    ...     y_title="USD a person",
    ... )
    >>> found.startswith('<figure class="plot">')
    True
    """
    values = [value for one in loss_by_strategy.values() for value in one]
    lowest = [min(each) for each in zip(*loss_by_strategy.values(), strict=True)]
    return _curves(
        wtp,
        loss_by_strategy,
        behind=lowest,
        behind_label="Lowest: the value of perfect information",
        y=lambda narrow: scale_of(values, narrow=narrow),
        texts=(title, description, x_title, y_title, note),
    )


def evpi_curve(
    wtp: Numbers,
    evpi: Numbers,
    se: Numbers,
    *,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    note: str = "",
) -> Markup:
    """Draw the expected value of perfect information, with the interval of its Monte-Carlo error.

    Examples
    --------
    >>> found = evpi_curve(
    ...     [0, 50_000],
    ...     [0, 210],
    ...     [0, 9],
    ...     title="Value of perfect information",
    ...     description="210 at 50,000.",
    ...     x_title="Willingness to pay",
    ...     y_title="USD a person",
    ... )
    >>> found.count("<desc>210 at 50,000.</desc>")
    2
    """
    low = [max(0.0, value - _Z * _known(error)) for value, error in zip(evpi, se, strict=True)]
    high = [value + _Z * _known(error) for value, error in zip(evpi, se, strict=True)]
    key = (Sample("Estimate", ACCENT), Sample("95% interval of simulation error", MID, "band"))

    def draw(narrow: bool) -> Drawing:
        x = scale_of(wtp, narrow=narrow, ticks=4 if narrow else 6, zero=False, margin=0)
        y = scale_of([*low, *high], narrow=narrow)
        drawing = framed(narrow=narrow, x=x, y=y, x_title=x_title, y_title=y_title, key=key)
        band = [{"x": k, "y": a, "y2": b} for k, a, b in zip(wtp, low, high, strict=True)]
        if len(wtp) > 1:
            drawing.draw("area", band, color=MID, opacity=0.6)
        else:
            drawing.draw("rule", band, color=MID, strokeWidth=6)
        _curve(drawing, wtp, evpi, look=Look(ACCENT, (1, 0), "circle"))
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _known(error: float) -> float:
    """No interval where one draw gave no error."""
    return error if error == error else 0.0


def _curves(
    wtp: Numbers,
    series: Mapping[str, Numbers],
    *,
    behind: Numbers | None,
    behind_label: str,
    y: Callable[[bool], Scale],
    texts: tuple[str, str, str, str, str],
) -> Markup:
    """Draw curves that are named at their ends, or in a key where there is no room for that."""
    title, description, x_title, y_title, note = texts
    looks = {name: look_of(place) for place, name in enumerate(series)}
    back = [] if behind is None else [Sample(behind_label, MID, "band")]
    kind: Literal["line", "sign"] = "sign" if len(wtp) == 1 else "line"
    named = [Sample(name, look.color, kind, dash=look.dash, sign=look.sign) for name, look in looks.items()]

    def draw(narrow: bool) -> Drawing:
        x = scale_of(wtp, narrow=narrow, ticks=4 if narrow else 6, zero=False, margin=0)
        frame = {"narrow": narrow, "x": x, "y": y(narrow), "x_title": x_title, "y_title": y_title}
        labels = {name: lines_of(name, _LABEL_WIDTH) for name in series}
        right = 2 * _LEADER + max(width_of(line) for lines in labels.values() for line in lines)
        drawing = framed(**frame, key=back, right=right)  # type: ignore[arg-type]
        ends = [drawing.y_pixel(values[-1]) for values in series.values()]
        heights = [len(lines) * LEADING for lines in labels.values()]
        places = None if narrow or len(wtp) == 1 else spread(ends, heights, high=drawing.height)
        if places is None:
            drawing = framed(**frame, key=[*back, *named])  # type: ignore[arg-type]
        if behind is not None:
            _curve(drawing, wtp, behind, look=Look(MID, (1, 0), "circle"), width=9)
        for name, values in series.items():
            _curve(drawing, wtp, values, look=looks[name])
        for (name, lines), end, place in zip(labels.items(), ends, places or [], strict=False):
            edge, top = drawing.width, place - (len(lines) - 1) * LEADING / 2
            drawing.rule(edge + 1, end, edge + _LEADER, place, color=looks[name].color)
            drawing.text(edge + _LEADER + 4, top, lines, color=looks[name].color)
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _curve(drawing: Drawing, xs: Numbers, ys: Numbers, *, look: Look, width: float = 2.5) -> None:
    if len(xs) > 1:
        drawing.line(xs, ys, color=look.color, strokeDash=list(look.dash), strokeWidth=width)
    if len(xs) <= _FEW:
        rows = [{"x": x, "y": y} for x, y in zip(xs, ys, strict=True)]
        size = (width + (7 if len(xs) == 1 else 3)) ** 2
        drawing.draw("point", rows, shape=look.sign, fill=look.color, stroke=None, size=size, opacity=1)
