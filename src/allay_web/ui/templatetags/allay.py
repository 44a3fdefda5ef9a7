"""Template tags every page may use: fields with their hints and errors, meters, dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A form field with label, hint and errors, wired together for screen readers."""
    described = []
    text = hint or bound.help_text
    if text:
        described.append(f"{bound.id_for_label}-hint")
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
    attrs: dict[str, Any] = {}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"bound": bound, "hint": text, "widget": bound.as_widget(attrs=attrs)}


@register.inclusion_tag("ui/errors.html")
def errors(form: Any) -> dict[str, Any]:
    """What is to be mended in a form, each with a link to its field."""
    return {"form": form}


@register.simple_tag
def meter(share: float | None, low: float | None = None, high: float | None = None) -> SafeString:
    """A bar filled to `share` (0 to 1), with its interval; decoration beside a printed number."""
    fill = max(0.0, min(1.0, share or 0.0)) * 100
    interval = SafeString("")
    if low is not None and high is not None:
        start, end = (max(0.0, min(1.0, x)) * 100 for x in (low, high))
        interval = format_html(
            '<rect class="meter-range" x="{}" y="5" width="{}" height="4" rx="2"/>',
            f"{start:.2f}",
            f"{max(end - start, 0.6):.2f}",
        )
    return format_html(
        '<svg class="meter" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="meter-ground" width="100" height="14" rx="1"/>'
        '<rect class="meter-fill" width="{}" height="14" rx="1"/>{}</svg>',
        f"{fill:.2f}",
        interval,
    )


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None) -> str:
    """A time in the program's time zone, such as `Mon 23 Nov 2026, 14:05`."""
    if at is None:
        return "not recorded"
    program = context.get("program")
    local = timezone.localtime(at, program.zone) if program else at
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


@register.filter
def day(value: date | None) -> str:
    """A date such as `Mon 23 Nov 2026`; a missing one says so."""
    return "not recorded" if value is None else f"{value:%a} {value.day} {value:%b %Y}"


@register.filter
def percent(share: float | None) -> str:
    """A share as a whole percentage; a missing one says so."""
    return "not known" if share is None else f"{share * 100:.0f}%"
