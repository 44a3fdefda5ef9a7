"""Plots over the time since a start: an event study with its bands, and a series beside its trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, INK, MID, SECOND, WARN, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import Scale, scale_of
from allay.reports.plots_scale import months as scale_of_months

__all__ = ["EventPoint", "event_study_plot", "series_plot"]

_ROOM = 0.6
_BAND_WIDTH = 10
_MOST_POINTS = 40


@dataclass(frozen=True, slots=True)
class EventPoint:
    """An effect at a time since the start, with the interval of its own and the band of all at once."""

    event: int
    value: float
    low: float | None
    high: float | None
    band_low: float | None
    band_high: float | None


def event_study_plot(
    points: Sequence[EventPoint],
    *,
    anticipation: int,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    note: str = "",
) -> Markup:
    """Draw effects by time since the start: before it they ought to be zero.

    Parameters
    ----------
    points
        In the order of their times. One without an interval is the time that all others are compared with.
    anticipation
        Periods right before the start that belong to neither side; they are shaded.

    Examples
    --------
    >>> found = event_study_plot(
    ...     [EventPoint(-1, 0.0, None, None, None, None), EventPoint(0, -2.0, -3.0, -1.0, -4.0, 0.0)],
    ...     anticipation=0,
    ...     title="Emergency visits",
    ...     description="They fall from the start on.",
    ...     x_title="Quarters since the start",
    ...     y_title="Effect",
    ... )
    >>> found.count("<svg"), "All times at once" in found
    (2, True)
    """
    drawn = [
        end
        for one in points
        for end in (one.value, one.low, one.high, one.band_low, one.band_high)
        if end is not None
    ]
    events = [one.event for one in points]
    key = [
        Sample("Effect", ACCENT, "sign", sign="circle"),
        Sample("95% interval, one time by itself", INK),
        Sample("All times at once", MID, "band"),
    ]
    if any(one.low is None for one in points):
        key.append(Sample("Compared with this time", SECOND, "sign", sign="square", outline=SECOND))

    def draw(narrow: bool) -> Drawing:
        x = _around(events, ticks=7 if narrow else 13)
        y = scale_of(drawn, narrow=narrow)
        drawing = framed(narrow=narrow, x=x, y=y, x_title=x_title, y_title=y_title, key=key)
        drawing.axes()
        if anticipation:
            left, right = (drawing.x_pixel(at) for at in (-anticipation - 0.5, -0.5))
            drawing.rect(max(left, 0), 0, right, drawing.height, fill=SECOND, opacity=0.1)
        apart = drawing.x_pixel(1) - drawing.x_pixel(0)
        half = min(_BAND_WIDTH, apart * 0.35)
        for one in points:
            if one.band_low is not None and one.band_high is not None:
                at, ends = drawing.x_pixel(one.event), (one.band_low, one.band_high)
                low, high = (drawing.y_pixel(end) for end in ends)
                drawing.rect(at - half, high, at + half, low, fill=MID, opacity=0.6)
        zero, start = drawing.y_pixel(0), drawing.x_pixel(-0.5)
        drawing.rule(0, zero, drawing.width, zero, color=INK)
        drawing.rule(start, 0, start, drawing.height, color=SECOND, strokeDash=[2, 3])
        for one in points:
            _point(drawing, one)
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _point(drawing: Drawing, one: EventPoint) -> None:
    at, place = drawing.x_pixel(one.event), drawing.y_pixel(one.value)
    if one.low is None or one.high is None:
        drawing.sign(at, place, "square", color=SECOND, filled=False)
        return
    drawing.rule(at, drawing.y_pixel(one.low), at, drawing.y_pixel(one.high), color=INK, strokeWidth=2)
    drawing.sign(at, place, "circle", color=ACCENT, size=60)


def _around(events: Sequence[int], *, ticks: int) -> Scale:
    """The scale of times with room beside the first and the last."""
    found = scale_of_months(events, ticks=ticks)
    kept = [
        (at, label.replace("-", "−"))
        for at, label in zip(found.ticks, found.labels, strict=True)
        if min(events) <= at <= max(events)
    ]
    return Scale(
        min(events) - _ROOM,
        max(events) + _ROOM,
        tuple(at for at, _ in kept),
        tuple(label for _, label in kept),
    )


def series_plot(
    months: Sequence[int],
    observed: Sequence[float],
    expected: Sequence[float],
    *,
    title: str,
    description: str,
    y_title: str,
    x_title: str = "Months since the start",
    note: str = "",
) -> Markup:
    """Draw a series before and after the start beside what its own trend would have given.

    Examples
    --------
    >>> found = series_plot(
    ...     [-2, -1, 0, 1],
    ...     [5.0, 5.0, 3.0, 3.0],
    ...     [5.0, 5.0, 5.0, 5.0],
    ...     title="Emergency visits",
    ...     description="They fall at the start.",
    ...     y_title="Visits",
    ... )
    >>> found.count("<svg")
    2
    """
    key = (
        Sample("Observed", ACCENT, "sign", sign="circle"),
        Sample("By the trend before the start", WARN, dash=(6, 3)),
    )

    def draw(narrow: bool) -> Drawing:
        x = _around(months, ticks=7 if narrow else 13)
        y = scale_of([*observed, *expected], narrow=narrow)
        drawing = framed(narrow=narrow, x=x, y=y, x_title=x_title, y_title=y_title, key=key)
        start = drawing.x_pixel(-0.5)
        drawing.rule(start, 0, start, drawing.height, color=SECOND, strokeDash=[2, 3])
        for side in (False, True):
            part = [(m, e) for m, e in zip(months, expected, strict=True) if (m >= 0) is side]
            if part:
                ms, es = zip(*part, strict=True)
                drawing.line(ms, es, color=WARN, strokeDash=[6, 3])
        small = 30 if len(months) > _MOST_POINTS else 60
        for month, value in zip(months, observed, strict=True):
            drawing.sign(drawing.x_pixel(month), drawing.y_pixel(value), "circle", color=ACCENT, size=small)
        return drawing

    return figure(draw, title=title, description=description, note=note)
