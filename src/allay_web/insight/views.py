"""The director's pages: the dashboard, and its report as a file."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.insight import documents, queries


@page(Permission.DASHBOARD_READ, "GET")
def dashboard(request: HttpRequest) -> HttpResponse:
    """How the program is doing."""
    inside = cast(ProgramRequest, request)
    today = timezone.localdate(timezone=inside.program.zone)
    found = queries.dashboard(inside.program, wanted=request.GET.dict(), by=inside.actor, on=today)
    context = {
        "dashboard": found,
        "may_import": Permission.REGISTRY_IMPORT in inside.actor.permissions,
        "may_refer": Permission.REFERRAL_WRITE in inside.actor.permissions,
        "may_work": Permission.TASK_READ in inside.actor.permissions,
        "formats": documents.LABELS,
        "today": today,
    }
    return render(request, "insight/dashboard.html", context)


@page(Permission.DASHBOARD_READ, "GET")
def report(request: HttpRequest, fmt: str) -> HttpResponse:
    """The outcomes report of what the dashboard shows, as `allay report outcomes` writes it."""
    inside = cast(ProgramRequest, request)
    if fmt not in documents.FORMATS:
        raise Http404
    today = timezone.localdate(timezone=inside.program.zone)
    result = queries.outcomes_report(
        inside.program, wanted=request.GET.dict(), form=fmt, by=inside.actor, on=today
    )
    if result is None:
        return redirect("insight:dashboard", program=inside.program.slug)
    try:
        content, content_type = documents.write(result, fmt)
    except documents.PdfUnavailable as missing:
        messages.error(request, f"{missing}.")
        return redirect("insight:dashboard", program=inside.program.slug)
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{inside.program.slug}-outcomes.{fmt}"'
    return response
