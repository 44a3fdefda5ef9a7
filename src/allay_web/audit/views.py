"""Who did or read what in a program."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.audit import queries
from allay_web.audit.forms import TrailFilter


@page(Permission.AUDIT_READ, "GET")
def trail(request: ProgramRequest) -> HttpResponse:
    """The trail, the newest entries first."""
    form = TrailFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    patient = asked.get("patient")
    found = queries.trail(request.program, by=request.actor, patient_id=patient, before=asked.get("before"))
    return render(request, "audit/trail.html", {"trail": found, "form": form, "patient": patient})
