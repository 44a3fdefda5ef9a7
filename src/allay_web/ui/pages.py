"""The front door, and the sign of life."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from allay_web.access.models import Membership
from allay_web.access.permissions import Permission
from allay_web.access.queries import memberships_of
from allay_web.access.web import public


@public("GET")
def home(request: HttpRequest) -> HttpResponse:
    """The programs of whoever is signed in; straight into it where there is one."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    memberships = list(memberships_of(request.user.pk))
    if len(memberships) == 1:
        return redirect(first_page(memberships[0]), program=memberships[0].program.slug)
    rows = [(m, first_page(m)) for m in memberships]
    return render(request, "ui/home.html", {"memberships": rows})


def first_page(membership: Membership) -> str:
    """The page a role starts its day on."""
    if Permission.TASK_READ in membership.permissions:
        return "worklist:today"
    return "insight:dashboard"


@public("GET")
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
