"""What every plot shares: palette, layers over two scales, and the figure of two drawings.

See docs/adr/0011-curves-with-altair.md. All places of text are worked out here, and not by the drawing
library: its layout depends on the fonts of the machine, and ours must not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from xml.etree import ElementTree

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from allay.reports.plots_scale import Scale
from allay.reports.plots_text import LEADING, SIZE, plain, width_of

__all__ = ["Drawing", "Pad", "figure"]

# The tokens of the house palette, for paper; `report.css` puts the reader's scheme over them.
INK, SECOND, LINE, PAPER = "#1d2730", "#55626e", "#e3e6e8", "#ffffff"
ACCENT, MID, WARN, ALARM, GOOD = "#0b6b6b", "#9fc7c5", "#9a5b00", "#a3262a", "#2c6e3f"
WIDE, NARROW = 720, 320
FONT = "Liberation Sans, Arial, sans-serif"
SVG = "http://www.w3.org/2000/svg"
_VERSION = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_LONG = re.compile(r"-?\d+\.\d{3,}(e-?\d+)?")
# What the library writes for programs and for screen readers; the title and the description replace it.
_DROPPED = ("class", "role", "pointer-events", "version")

Align = Literal["left", "center", "right"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pad:
    """Pixels around the area that is drawn on."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0


@dataclass(slots=True)
class _Layer:
    """Marks of one kind and look; their places are values, or pixels."""

    mark: str
    look: Mapping[str, Any]
    pixels: bool
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Drawing:
    """Layers over two scales, of a whole width and an inner height in pixels.

    A scale of None leaves the axis out, and places along it are pixels.
    """

    total: int
    height: float
    pad: Pad
    x: Scale | None = None
    y: Scale | None = None
    grid: Literal["x", "y", "both"] = "y"
    layers: dict[str, _Layer] = field(default_factory=dict)

    @property
    def width(self) -> float:
        """Of the area that is drawn on."""
        return self.total - self.pad.left - self.pad.right

    def x_pixel(self, value: float) -> float:
        """Where a value lies, from the left."""
        return value if self.x is None else self.x.share(value) * self.width

    def y_pixel(self, value: float) -> float:
        """Where a value lies, from the top."""
        return value if self.y is None else (1 - self.y.share(value)) * self.height

    def draw(self, mark: str, rows: Sequence[Row], **look: Any) -> None:
        """Add marks at values: rows of x and y, and of x2, y2 for other ends."""
        for row in rows:
            self._add(mark, row, look, pixels=False)

    def axes(self) -> None:
        """Draw the axes, where no mark has values of its own."""
        x, y = (0.0 if scale is None else scale.low for scale in (self.x, self.y))
        self._add("point", {"x": x, "y": y}, {"stroke": LINE, "opacity": 0}, pixels=False)

    def line(self, xs: Sequence[float], ys: Sequence[float], **look: Any) -> None:
        """Add a line through values, in their order."""
        look = {"strokeCap": "butt", "strokeWidth": 2, **look}
        for place, (x, y) in enumerate(zip(xs, ys, strict=True)):
            self._add("line", {"x": x, "y": y, "order": place}, look, pixels=False)

    def rule(self, x: float, y: float, x2: float, y2: float, **look: Any) -> None:
        """Add a straight line between two pixels."""
        ends = {"x": x, "y": y, "x2": x2, "y2": y2}
        self._add("rule", ends, {"strokeWidth": 1, "opacity": 1, **look}, pixels=True)

    def rect(self, x: float, y: float, x2: float, y2: float, **look: Any) -> None:
        """Add a rectangle between two pixels."""
        ends = {"x": min(x, x2), "y": min(y, y2), "x2": max(x, x2), "y2": max(y, y2)}
        self._add("rect", ends, {"opacity": 1, **look}, pixels=True)

    def sign(
        self, x: float, y: float, shape: str, *, color: str, filled: bool = True, size: int = 90
    ) -> None:
        """Add a sign such as ``circle``, ``square``, ``diamond`` or ``cross`` at a pixel."""
        look = {"fill": color if filled else PAPER, "stroke": color, "strokeWidth": 2, "opacity": 1}
        self._add("point", {"x": x, "y": y}, {"shape": shape, "size": size, **look}, pixels=True)

    def text(
        self, x: float, y: float, lines: Sequence[str], *, align: Align = "left", color: str = SECOND
    ) -> None:
        """Add lines of text at a pixel, the first in the middle of it."""
        look = {"align": align, "baseline": "middle", "fontSize": SIZE, "color": color, "limit": 0}
        for place, line in enumerate(lines):
            self._add("text", {"x": x, "y": y + place * LEADING, "text": line}, look, pixels=True)

    def boxed(self, x: float, y: float, lines: Sequence[str], *, align: Align = "left") -> None:
        """Add lines of text over whatever lies under them."""
        wide = max(width_of(line) for line in lines)
        left = x - (wide if align == "right" else 0)
        end = y - LEADING / 2 + len(lines) * LEADING
        self.rect(left - 2, y - LEADING / 2, left + wide + 2, end, fill=PAPER)
        self.text(x, y, lines, align=align, color=INK)

    def _add(self, mark: str, row: Row, look: Mapping[str, Any], *, pixels: bool) -> None:
        """Put a mark into the layer of its look. One layer for each takes Altair a tenth of the time."""
        # A line is one mark of many rows: the next one of its look begins another layer.
        begins = row.get("order") == 0
        key = f"{mark} {pixels} {json.dumps(look)}" + (f" {len(self.layers)}" if begins else "")
        if "order" in row and not begins:
            key = next(reversed(self.layers))
        places = {name: round(at, 2) if pixels and name != "text" else at for name, at in row.items()}
        self.layers.setdefault(key, _Layer(mark, look, pixels)).rows.append(places)

    def svg(self, *, title: str, description: str) -> str:
        """Write the drawing, with its title and description for those who do not see it."""
        chart = alt.layer(*(self._chart(layer) for layer in self.layers.values())).properties(
            width=self.width,
            height=self.height,
            autosize="none",
            padding={side: getattr(self.pad, side) for side in ("left", "right", "top", "bottom")},
            background="transparent",
        )
        chart = chart.configure(font=FONT, aria=False).configure_view(stroke=None)
        # The looks are ours; checking each of them takes longer than drawing all.
        spec = chart.to_dict(validate=False)
        written = vl_convert.vegalite_to_svg(spec, vl_version=_VERSION)
        return _labeled(written, plain(title), plain(description))

    def _chart(self, layer: _Layer) -> alt.Chart:
        given = layer.rows[0]
        x, y = (None, None) if layer.pixels else (self.x, self.y)
        places: dict[str, Any] = {
            "x": alt.X("x:Q", scale=_limits(x), axis=_axis(x, grid=self.grid in ("x", "both"))),
            "y": alt.Y("y:Q", scale=_limits(y), axis=_axis(y, grid=self.grid in ("y", "both"))),
            "x2": alt.X2("x2:Q"),
            "y2": alt.Y2("y2:Q"),
            "text": alt.Text("text:N"),
            "order": alt.Order("order:Q"),
        }
        chart = alt.Chart(alt.InlineData(values=layer.rows))
        marked = getattr(chart, f"mark_{layer.mark}")(**layer.look)
        return cast(alt.Chart, marked.encode(**{key: way for key, way in places.items() if key in given}))


def _limits(scale: Scale | None) -> alt.Scale | None:
    """The scale of values, or none for pixels."""
    return None if scale is None else alt.Scale(domain=[scale.low, scale.high], zero=False, nice=False)


def _axis(scale: Scale | None, *, grid: bool) -> alt.Axis | None:
    if scale is None:
        return None
    ticks = json.dumps(scale.ticks)
    return alt.Axis(
        values=list(scale.ticks),
        labelExpr=f"{json.dumps(scale.labels)}[indexof({ticks}, datum.value)]",
        title=None,
        grid=grid,
        gridColor=LINE,
        labelColor=SECOND,
        labelFontSize=SIZE,
        domain=False,
        ticks=False,
        labelOverlap=False,
        labelFlush=False,
        labelPadding=6,
    )


def _labeled(written: str, title: str, description: str) -> str:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(written)  # noqa: S314 - written by our own program a moment ago
    for parent in root.iter():
        for child in list(parent):
            if child.get("d") in ("", "M0,0h0v0h0Z") or child.get("fill") == "transparent":
                parent.remove(child)
        for name in [one for one in parent.attrib if one in _DROPPED or one.startswith("aria-")]:
            del parent.attrib[name]
        if parent.get("opacity") == "1":
            del parent.attrib["opacity"]
        for name in ("d", "transform"):
            if name in parent.attrib:
                parent.set(name, _LONG.sub(_hundredths, parent.attrib[name]))
    root.set("role", "img")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{SVG}}}{name}")
        element.text = text
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def _hundredths(found: re.Match[str]) -> str:
    """A place in hundredths of a pixel: what is finer cannot be seen, and differs between machines."""
    return f"{round(float(found.group()), 2) + 0.0:g}"


def figure(draw: Callable[[bool], Drawing], *, title: str, description: str, note: str = "") -> Markup:
    """Draw a plot twice, wide and narrow; the stylesheet shows one of them.

    Parameters
    ----------
    draw
        Takes whether the drawing is the narrow one.
    title
        Stands above the plot, and names it for screen readers.
    description
        What the plot shows, in a sentence or two, for those who do not see it.
    note
        Stands beside the title: how many draws there are, or how many of them are drawn.
    """
    parts = [
        f'<div class="plot-{name}">{draw(narrow).svg(title=title, description=description)}</div>'
        for name, narrow in (("wide", False), ("narrow", True))
    ]
    beside = f' <span class="note">{escape(note)}</span>' if note else ""
    caption = f"<figcaption>{escape(plain(title))}{beside}</figcaption>"
    # Escaped above, or written by ElementTree.
    return Markup(f'<figure class="plot">{caption}{"".join(parts)}</figure>')  # noqa: S704
