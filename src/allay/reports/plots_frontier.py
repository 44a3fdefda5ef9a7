"""The plot of expected costs against expected effects, with the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from allay.reports.plots_drawing import ACCENT, SECOND, WARN, Align, Drawing, figure
from allay.reports.plots_frame import Sample, framed
from allay.reports.plots_scale import scale_of
from allay.reports.plots_text import LEADING, lines_of, width_of

__all__ = ["frontier_plot"]

# Status: sign, color, and what the key says of it.
_KINDS = {
    "frontier": ("circle", ACCENT, "On the frontier"),
    "extended": ("diamond", WARN, "A mix of two others does better"),
    "dominated": ("square", SECOND, "Another does better"),
}
_SIGN, _LABEL_WIDTH = 7, 150
# Where a line passes is tested in so many places.
_PARTS = 60

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Box:
    """A place in pixels that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class _Label:
    """A name beside its sign."""

    x: float
    y: float
    align: Align
    lines: list[str]
    box: _Box


def frontier_plot(
    strategies: Sequence[str],
    costs: Sequence[float],
    effects: Sequence[float],
    status: Sequence[str],
    *,
    title: str,
    description: str,
    x_title: str,
    y_title: str,
    note: str = "",
) -> Markup:
    """Draw strategies by effect and cost, with a line through those on the frontier.

    Where the names do not fit beside their signs, numbers stand there, in the order given, and the key says
    whose they are.

    Parameters
    ----------
    status
        For each: ``frontier``, ``extended`` or ``dominated``.

    Examples
    --------
    >>> found = frontier_plot(
    ...     ["Usual care", "Program", "Surgery"],
    ...     [100, 300, 900],
    ...     [1, 2, 1.5],
    ...     ["frontier", "frontier", "dominated"],
    ...     title="Frontier",
    ...     description="Surgery is dominated.",
    ...     x_title="QALYs",
    ...     y_title="Cost, USD",
    ... )
    >>> "Surgery" in found, "Another does better" in found
    (True, True)
    """
    signs = [
        Sample(text, color, "sign", sign=sign, outline=_outline(kind))
        for kind, (sign, color, text) in _KINDS.items()
        if kind in status
    ]
    order = sorted(range(len(strategies)), key=lambda one: (costs[one], effects[one]))
    steps = [one for one in order if status[one] == "frontier"]

    def draw(narrow: bool) -> Drawing:
        def frame(key: Sequence[Sample]) -> Drawing:
            return framed(
                narrow=narrow,
                x=scale_of(effects, narrow=narrow, ticks=4 if narrow else 7, zero=False, margin=0.12),
                y=scale_of(costs, narrow=narrow, zero=False, margin=0.1),
                x_title=x_title,
                y_title=y_title,
                key=key,
                grid="both",
                height=260 if narrow else 320,
            )

        drawing = frame(signs)
        places = [(drawing.x_pixel(effects[one]), drawing.y_pixel(costs[one])) for one in range(len(costs))]
        line = [places[one] for one in steps]
        labels = _beside(places, strategies, line=line, within=(drawing.width, drawing.height))
        if labels is None:
            numbers = [str(one + 1) for one in range(len(strategies))]
            named = [
                Sample(
                    f"{number} {name}", _KINDS[kind][1], "sign", sign=_KINDS[kind][0], outline=_outline(kind)
                )
                for number, name, kind in zip(numbers, strategies, status, strict=True)
            ]
            drawing = frame([*signs, *named])
            labels = _beside(places, numbers, line=line, within=(drawing.width, drawing.height))
            # Too many on one spot: numbers that overlap are better than a strategy without one.
            labels = labels or [_around(*each)[0] for each in zip(places, numbers, strict=True)]
        drawing.line([effects[one] for one in steps], [costs[one] for one in steps], color=ACCENT)
        drawing.axes()
        for (x, y), kind in zip(places, status, strict=True):
            drawing.sign(x, y, _KINDS[kind][0], color=_KINDS[kind][1], filled=kind == "frontier")
        for label in labels:
            drawing.text(label.x, label.y, label.lines, align=label.align)
        return drawing

    return figure(draw, title=title, description=description, note=note)


def _beside(
    places: Sequence[Place], names: Sequence[str], *, line: Sequence[Place], within: Place
) -> list[_Label] | None:
    """Labels that meet no sign, no line, no edge and not each other; None when there is no such way.

    One after the other, each at the first free place around its sign.
    """
    wide, high = within
    taken = [_Box(x - _SIGN, y - _SIGN, x + _SIGN, y + _SIGN) for x, y in places]
    for (x, y), (x2, y2) in pairwise(line):
        parts = [(x + (x2 - x) * part / _PARTS, y + (y2 - y) * part / _PARTS) for part in range(_PARTS)]
        taken += [_Box(a - 1, b - 1, a + 1, b + 1) for a, b in parts]
    found: list[_Label] = []
    for place, name in zip(places, names, strict=True):
        free = (
            label
            for label in _around(place, name)
            if label.box.left >= 0
            and label.box.right <= wide
            and label.box.top >= 0
            and label.box.bottom <= high
            and not any(label.box.meets(other) for other in taken)
        )
        label = next(free, None)
        if label is None:
            return None
        found.append(label)
        taken.append(label.box)
    return found


def _outline(kind: str) -> str | None:
    return None if kind == "frontier" else _KINDS[kind][1]


def _around(place: Place, name: str) -> list[_Label]:
    """Lower right first: a frontier rises to the right, ever steeper."""
    x, y = place
    lines = lines_of(name, _LABEL_WIDTH)
    width, height = max(width_of(line) for line in lines), len(lines) * LEADING
    away = _SIGN + 3
    found = []
    for across, down in ((1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1)):
        align: Align = "center" if across == 0 else "left" if across > 0 else "right"
        at = x + across * away
        left = at - width / 2 if across == 0 else at if across > 0 else at - width
        # A corner is as far down as its sign; below and above are farther.
        top = y - height / 2 + down * (height / 2 if across else away + height / 2)
        box = _Box(left, top, left + width, top + height)
        found.append(_Label(at, top + LEADING / 2, align, lines, box))
    return found
