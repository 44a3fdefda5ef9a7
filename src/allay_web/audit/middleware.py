"""Gives every request an id that its audit entries and its log lines share."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from allay_web.audit.context import Context, current


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the sender, or what the outermost of our own proxies was asked by.

    Only as many entries of X-Forwarded-For are believed as there are proxies of ours; a visitor can write
    whatever they like before those.
    """
    sender = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if not 0 < proxies <= len(told):
        return sender
    try:
        return str(ipaddress.ip_address(told[-proxies]))
    except ValueError:
        return sender


class RequestContext:
    """Sets the context of the request for as long as it is served."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = Context(request_id=uuid.uuid4().hex, address=address_of(request))
        token = current.set(context)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response.headers["X-Request-ID"] = context.request_id
        return response
