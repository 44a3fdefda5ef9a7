"""How figures are written on the dashboard: as in the report, with what is hidden called hidden."""

from __future__ import annotations

from django import template

from allay.measures.intervals import Interval
from allay.reports import words

register = template.Library()


@register.filter
def whole(value: float | None) -> str:
    """A whole number with commas; a hidden one says so."""
    return words.count(value)


@register.filter
def share(value: float | None) -> str:
    """A share as a percentage with one decimal; a hidden one says so."""
    return words.percent(value)


@register.filter
def share_limits(limits: Interval | None) -> str:
    """The limits of a share in percent."""
    return words.share_interval(limits)


@register.filter
def decimal(value: float | None) -> str:
    """A number with one decimal."""
    return words.number(value, 1)


@register.filter
def signed(value: float | None) -> str:
    """A change with its sign and two decimals."""
    return words.number(value, 2, signed=True)


@register.filter
def limits(value: Interval | None) -> str:
    """The limits of a number."""
    return words.interval(value)


@register.filter
def points(difference: float | None) -> str:
    """A difference of shares in percentage points."""
    return words.NONE if difference is None else words.points_of_share(difference)


@register.filter
def half_width(value: Interval | None) -> float | None:
    """How far an interval reaches to either side."""
    return None if value is None else (value.high - value.low) / 2
