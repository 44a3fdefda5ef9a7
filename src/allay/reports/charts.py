"""Small SVG charts that sit in the cells of a table. See docs/adr/0003-report-charts.md.

Every place is a percent of the width, so that a chart fills its cell on a phone, a screen and paper
without its strokes being distorted. Colors are presentation attributes for printing; the stylesheet
overrides them by class.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from allay.measures.describe import Description
from allay.measures.intervals import Interval
from allay.measures.outcome_scale import OutcomeScale
from allay.reports.words import number

__all__ = ["axis", "bar", "box", "cell", "forest", "line", "place", "rect", "span", "stack"]

# The tokens of the house palette; print has no dark scheme.
_FILL = {
    "track": "#e9ebec",
    "bar": "#0b6b6b",
    "soft": "#9fc7c5",
    "ink": "#1d2730",
    "second": "#55626e",
    "line": "#c9ced2",
    "good": "#2c6e3f",
    "alarm": "#a3262a",
    "band0": "#eaf4ed",
    "band1": "#f6f5f2",
    "band2": "#fbf0dd",
    "band3": "#f9e6e5",
}


def cell(content: str, title: str, height: int = 18) -> Markup:
    """The drawing of a cell: its content, and a title for those who do not see it.

    Examples
    --------
    >>> "<title>a &lt; b</title>" in cell("", "a < b")
    True
    """
    return Markup(  # noqa: S704 - numbers and our own names; the title is escaped
        f'<svg class="chart" role="img" width="100%" height="{height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )


def rect(kind: str, x: float, width: float, y: float, height: float) -> str:
    """A rectangle: places and widths across in percent, down in pixels.

    Examples
    --------
    >>> 'width="20.00%"' in rect("bar", 10, 20, 2, 14)
    True
    """
    return (
        f'<rect class="c-{kind}" fill="{_FILL[kind]}" x="{x:.2f}%" y="{y:g}" '
        f'width="{max(width, 0):.2f}%" height="{height:g}"/>'
    )


def line(kind: str, x: float, x2: float, y: float, y2: float, width: float = 2) -> str:
    """A straight line: places across in percent, down in pixels.

    Examples
    --------
    >>> 'x2="20.00%"' in line("ink", 10, 20, 9, 9)
    True
    """
    return (
        f'<line class="s-{kind}" stroke="{_FILL[kind]}" stroke-width="{width:g}" '
        f'x1="{x:.2f}%" x2="{x2:.2f}%" y1="{y:g}" y2="{y2:g}"/>'
    )


def bar(share: float, *, title: str, interval: Interval | None = None, kind: str = "bar") -> Markup:
    """A share of 0 to 1 as a bar, with its interval as a line across the end.

    Examples
    --------
    >>> "16.00%" in bar(0.16, title="16% responded")
    True
    """
    content = rect("track", 0, 100, 2, 14) + rect(kind, 0, share * 100, 2, 14)
    if interval is not None:
        content += line("ink", interval.low * 100, interval.high * 100, 9, 9, 3)
    return cell(content, title)


def span(low: float, high: float, *, title: str) -> Markup:
    """A range of shares as a line from the lowest to the highest.

    Examples
    --------
    >>> "72.40%" in span(0.053, 0.724, title="5.3% to 72.4%")
    True
    """
    content = rect("track", 0, 100, 2, 14) + rect("soft", low * 100, (high - low) * 100, 5, 8)
    for end in (low, high):
        content += line("ink", end * 100, end * 100, 3, 15)
    return cell(content, title)


def stack(parts: Sequence[tuple[str, float]], *, title: str) -> Markup:
    """Shares that add up to 1, side by side; each is (kind of fill, share).

    Examples
    --------
    >>> stack([("good", 0.25), ("track", 0.75)], title="a quarter").count("<rect")
    2
    """
    content, x = "", 0.0
    for kind, share in parts:
        content += rect(kind, x, share * 100, 2, 14)
        x += share * 100
    return cell(content, title)


def place(value: float, domain: tuple[float, float]) -> float:
    """Where a value lies between limits, in percent; outside of them at the nearer limit.

    Examples
    --------
    >>> place(5, (0, 20)), place(-1, (0, 20))
    (25.0, 0.0)
    """
    low, high = domain
    return min(100.0, max(0.0, (value - low) / (high - low) * 100))


def box(found: Description, scale: OutcomeScale, *, domain: tuple[float, float], title: str) -> Markup:
    """Where the middle half and nine tenths of patients stand, over the bands and the general population's
    mean.

    Examples
    --------
    >>> from allay.measures.describe import describe
    >>> pain = OutcomeScale("pain", "Pain", direction="higher_worse", unit="points", minimum=0, maximum=10)
    >>> box(describe([2, 4, 6, 8]), pain, domain=(0, 10), title="Pain").count("<line")
    2
    """
    content = ""
    order = scale.bands if scale.direction == "higher_worse" else tuple(reversed(scale.bands))
    for rank, band in enumerate(order):
        low, high = place(band.low, domain), place(band.high, domain)
        shade = rank * 3 // max(len(order) - 1, 1)
        content += rect(f"band{shade}", low, high - low, 0, 26)
    content = content or rect("band1", 0, 100, 0, 26)
    if scale.population_mean is not None:
        at = place(scale.population_mean, domain)
        content += line("second", at, at, 0, 26, 1)
    stats = (found.p05, found.p25, found.median, found.p75, found.p95)
    if None not in stats:
        p05, p25, median, p75, p95 = (place(value, domain) for value in stats if value is not None)
        content += line("bar", p05, p95, 13, 13) + rect("bar", p25, p75 - p25, 8, 10)
        content += line("track", median, median, 6, 20, 3)
    return cell(content, title, height=26)


def axis(ticks: Sequence[float], *, domain: tuple[float, float], digits: int = 0) -> Markup:
    """The numbers above a column of charts; hidden from screen readers, whose numbers stand in the table.

    Examples
    --------
    >>> axis([30, 50, 70], domain=(20, 80)).count("<text")
    3
    """
    content = ""
    for tick in ticks:
        content += (
            f'<text class="c-second" fill="{_FILL["second"]}" x="{place(tick, domain):.2f}%" y="11" '
            f'font-size="11" text-anchor="middle">{number(tick, digits)}</text>'
        )
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="chart" aria-hidden="true" width="100%" height="14" '
        f'xmlns="http://www.w3.org/2000/svg">{content}</svg>'
    )


def forest(value: float, interval: Interval | None, *, domain: tuple[float, float], title: str) -> Markup:
    """A difference with its interval, over a line at zero.

    Examples
    --------
    >>> forest(-0.3, Interval(-0.4, -0.2), domain=(-1, 1), title="change").count("<line")
    2
    """
    zero, at = place(0, domain), place(value, domain)
    content = rect("track", 0, 100, 2, 14) + line("second", zero, zero, 0, 18, 1)
    if interval is not None:
        content += line("ink", place(interval.low, domain), place(interval.high, domain), 9, 9, 2)
    content += f'<circle class="c-bar" fill="{_FILL["bar"]}" cx="{at:.2f}%" cy="9" r="4"/>'
    return cell(content, title)
