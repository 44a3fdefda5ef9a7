"""What every page of reports shares: templates, stylesheets, and the axis of a column of charts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from allay.reports import charts, words

__all__ = ["Axis", "axis_around", "environment", "stylesheet"]


@cache
def environment() -> Environment:
    """The templates of reports, with the words and charts they use."""
    made = Environment(
        loader=PackageLoader("allay.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "count",
        "people",
        "number",
        "percent",
        "interval",
        "share_interval",
        "points_of_share",
        "p_value",
    ):
        made.globals[name] = getattr(words, name)
    for name in ("axis", "bar", "box", "forest", "span", "stack"):
        made.globals[name] = getattr(charts, name)
    made.globals["zip"] = zip
    made.filters["exp"] = math.exp
    made.filters["breakable"] = _breakable
    made.filters["followed"] = lambda weights: int((~np.isnan(weights)).sum())
    return made


def stylesheet(*names: str) -> Markup:
    """Our own stylesheets, in order, to be put into a page."""
    folder = resources.files("allay.reports") / "templates"
    return Markup("".join((folder / name).read_text(encoding="utf-8") for name in names))  # noqa: S704


def _breakable(reference: str) -> Markup:
    """Let a long identifier break after its points and signs."""
    return Markup(re.sub(r"([.@/])", r"\1<wbr>", str(escape(reference))))  # noqa: S704 - escaped first


@dataclass(frozen=True, slots=True)
class Axis:
    """Limits and ticks of a column of charts, and the decimals its ticks need."""

    domain: tuple[float, float]
    ticks: tuple[float, ...]
    digits: int


def axis_around(drawn: Sequence[float]) -> Axis:
    """Make limits around what is drawn, with zero inside and two to five ticks at a round step.

    Examples
    --------
    >>> axis_around([-4, -1])
    Axis(domain=(-4.4, 0.4), ticks=(-4.0, -2.0, 0.0), digits=0)
    """
    low, high = min(0.0, *drawn), max(0.0, *drawn)
    margin = (high - low) * 0.1 or 1.0
    low, high = low - margin, high + margin
    # The largest of 1, 2, 5 times a power of ten that fits twice.
    power = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = max(power * factor for factor in (1, 2, 5) if power * factor <= (high - low) / 2)
    ticks = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return Axis((low, high), tuple(ticks), max(0, -math.floor(math.log10(step))))
