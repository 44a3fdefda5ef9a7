"""The people of a program: who is in, as what, and letting them in or out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from allay_web.access import actions, queries
from allay_web.access.forms import AddMember, ChangeRole
from allay_web.access.permissions import Permission
from allay_web.access.roles import Role
from allay_web.access.web import ProgramRequest, page
from allay_web.accounts.links import send_password_link


@page(Permission.PROGRAM_CONFIGURE, "GET", "POST")
def members(request: ProgramRequest) -> HttpResponse:
    """Everybody in the program; POST adds somebody and sends a link to set a password."""
    form = AddMember(request.POST or None)
    if form.is_valid():
        added = actions.add_member(program=request.program, by=request.actor, **form.cleaned_data)
        if not added.user.has_usable_password():
            send_password_link(added.user, request)
            messages.success(
                request, f"{added.user} is in. A link to set a password is on its way by e-mail."
            )
        else:
            messages.success(request, f"{added.user} is in, with the sign-in they have.")
        return redirect("access:members", program=request.program.slug)
    context = {"members": queries.members(request.program), "roles": Role.choices, "form": form}
    return render(request, "access/members.html", context)


@page(Permission.PROGRAM_CONFIGURE, "POST")
def change_role(request: ProgramRequest, member: int) -> HttpResponse:
    """Another role for a member."""
    held = get_object_or_404(queries.members(request.program), pk=member)
    form = ChangeRole(request.POST)
    if not form.is_valid():
        raise BadRequest("role: expected one of the roles")
    try:
        actions.change_role(membership=held, by=request.actor, role=form.cleaned_data["role"])
        messages.success(request, f"{held.user} is now: {Role(form.cleaned_data['role']).label}.")
    except actions.LastDirector:
        messages.error(request, "Make somebody else a director first: a program needs one.")
    return redirect("access:members", program=request.program.slug)


@page(Permission.PROGRAM_CONFIGURE, "POST")
def set_active(request: ProgramRequest, member: int) -> HttpResponse:
    """Let a member in or out."""
    held = get_object_or_404(queries.members(request.program), pk=member)
    active = request.POST.get("active") == "yes"
    try:
        actions.set_active(membership=held, active=active, by=request.actor)
        messages.success(request, f"{held.user} is {'in again' if active else 'out of the program'}.")
    except actions.LastDirector:
        messages.error(request, "Make somebody else a director first: a program needs one.")
    return redirect("access:members", program=request.program.slug)
