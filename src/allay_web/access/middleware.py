"""Deny by default: a route that names no rule is refused; what is denied in a program is audited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from allay_web.access.web import rule_of
from allay_web.audit.record import record


class DenyByDefault:
    """Refuses unruled views, keeps private pages out of caches, and records refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rule = getattr(request, "access_rule", None)
        if rule is None or rule.kind != "public" or request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        rule = rule_of(view)
        if rule is None:
            raise PermissionDenied("this route names no access rule")
        request.access_rule = rule  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """The request's own transaction is gone by now; the refusal is written in one of its own."""
        actor = getattr(request, "actor", None)
        if isinstance(exception, PermissionDenied) and actor is not None:
            match = request.resolver_match
            record("access.denied", by=actor, detail={"route": match.view_name if match else ""})
