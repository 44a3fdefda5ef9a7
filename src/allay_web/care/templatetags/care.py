"""How scores and changes are written on the clinician's page."""

from __future__ import annotations

from django import template

from allay.reports.words import number

register = template.Library()


@register.filter
def score(value: float | None) -> str:
    """A score: whole where it is whole, else one decimal."""
    if value is not None and value == round(value):
        return number(value, 0)
    return number(value, 1)


@register.filter
def change(points: float) -> str:
    """A change with its sign."""
    return number(points, 0 if points == round(points) else 1, signed=True)


@register.filter
def better(share: float) -> str:
    """A share of baseline in words that say the direction."""
    if round(share * 100) == 0:
        return "0%"
    return f"{abs(share) * 100:.0f}% {'better' if share > 0 else 'worse'}"
