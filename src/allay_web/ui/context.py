"""What every page's frame needs: the program, who is signed in, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from allay_web.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    label: str
    route: str
    permission: Permission
    prefixes: tuple[str, ...]  # the parts of an address that mark it as the present place


PLACES = (
    Place("Today", "worklist:today", Permission.TASK_READ, ("today", "tasks")),
    Place("Referrals", "enrolment:referrals", Permission.REFERRAL_READ, ("referrals",)),
    Place("Patients", "people:patients", Permission.PATIENT_READ, ("patients", "forms", "links")),
    Place("Program", "insight:dashboard", Permission.DASHBOARD_READ, ("program",)),
    Place("Settings", "worklist:duty", Permission.PROGRAM_CONFIGURE, ("settings",)),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of the layout; costs no query."""
    program = getattr(request, "program", None)
    actor = getattr(request, "actor", None)
    here = request.path.split("/")[3] if program is not None and request.path.count("/") > 3 else ""
    places = [
        {
            "label": place.label,
            "url": reverse(place.route, kwargs={"program": program.slug}),
            "here": here in place.prefixes,
        }
        for place in PLACES
        if program is not None and actor is not None and place.permission in actor.permissions
    ]
    return {
        "program": program,
        "actor": actor,
        "membership": getattr(request, "membership", None),
        "places": places,
        "demonstration": settings.ALLAY_DEMONSTRATION or bool(program and program.synthetic),
    }
