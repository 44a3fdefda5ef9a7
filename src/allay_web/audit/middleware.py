"""Gives every request an id that its audit entries and its log lines share."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from allay_web.audit.context import Context, current


class RequestContext:
    """Sets the context of the request for as long as it is served."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = Context(request_id=uuid.uuid4().hex, address=request.META.get("REMOTE_ADDR", ""))
        token = current.set(context)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response.headers["X-Request-ID"] = context.request_id
        return response
