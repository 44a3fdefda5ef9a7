"""Pages for what went wrong: what happened, that nothing was lost, and what to do next."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

PATIENT_LINKS = "/q/"


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request,
            400,
            "That was too much at once",
            f"A form takes at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000:g} MB of text. "
            "Nothing was changed. Go back and send a smaller part, or a file where the page offers it.",
        )
    return _page(
        request,
        400,
        "That could not be read",
        "What was sent does not fit what this page expects. Nothing was changed. Go back and try again.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(
        request,
        403,
        "Not yours to open",
        "Your role in this program does not include this page. Ask the program's director if it should.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, which is also what another program's record answers."""
    return _page(request, 404, "Nothing here", "This address leads nowhere, or not for you.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; the transaction was rolled back. Made without the request: what failed may be the database."""
    words = {
        "title": "That went wrong",
        "text": "The fault is ours. Nothing was half saved. "
        "Try again; if it stays, tell whoever runs Allay for you.",
    }
    return HttpResponse(render_to_string("ui/error.html", words), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long, or the form came from elsewhere.

    A patient is led back to the start of the link, in the link's language: what was answered is kept there,
    and the question comes again.
    """
    if request.path.startswith(PATIENT_LINKS):
        return redirect("/".join(request.path.split("/")[:3]) + "/")
    return _page(
        request,
        403,
        "This page had been open too long",
        "For safety the form was not taken. Go back, reload the page and send it again.",
    )
