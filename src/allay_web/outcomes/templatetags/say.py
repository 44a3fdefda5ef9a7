"""`{% say "phrase.id" name=value %}`: one of Allay's own phrases, in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from allay_web.outcomes.phrases import phrase

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, name: str, **values: object) -> SafeString:
    """The phrase `name` in the page's `language`; values are escaped."""
    filled = {key: conditional_escape(str(value)) for key, value in values.items()}
    # The catalog is ours and holds no markup; what is filled in has just been escaped.
    return mark_safe(phrase(name, language=context["language"], **filled))  # noqa: S308
