"""Settings: who is on duty, who is away, what is shown in a crisis."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.worklist import actions, queries
from allay_web.worklist.forms import AbsenceForm, SettingsForm, ShiftForm


@page(Permission.PROGRAM_CONFIGURE, "GET", "POST")
def duty(request: ProgramRequest) -> HttpResponse:
    """The page; POST changes the program's crisis numbers and times."""
    if request.method == "POST":
        # A fresh copy, so that what is refused does not show in the page's head as if it were so.
        form = SettingsForm(request.POST, instance=queries.lock(request.program))
        if form.is_valid():
            actions.configure(program=request.program, by=request.actor, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("worklist:duty", program=request.program.slug)
        return _page(request, settings_form=form)
    return _page(request)


@page(Permission.PROGRAM_CONFIGURE, "POST")
def add_shift(request: ProgramRequest) -> HttpResponse:
    """Add hours to the week."""
    members = queries.staff_with(request.program, Permission.SAFETY_ACT)
    form = ShiftForm(request.POST, members=members)
    if form.is_valid() and _saved(form, _add_shift, request):
        messages.success(request, "The hours were added.")
        return redirect("worklist:duty", program=request.program.slug)
    return _page(request, shift_form=form)


def _add_shift(request: ProgramRequest, fields: dict[str, Any]) -> None:
    owner_id, deputy_id = fields.pop("owner"), fields.pop("deputy")
    actions.add_shift(
        program=request.program, owner_id=owner_id, deputy_id=deputy_id, by=request.actor, **fields
    )


@page(Permission.PROGRAM_CONFIGURE, "POST")
def remove_shift(request: ProgramRequest, shift: int) -> HttpResponse:
    """Take hours out of the week."""
    actions.remove_shift(shift=get_object_or_404(queries.shifts(request.program), pk=shift), by=request.actor)
    messages.success(request, "The hours were removed.")
    return redirect("worklist:duty", program=request.program.slug)


@page(Permission.PROGRAM_CONFIGURE, "POST")
def add_absence(request: ProgramRequest) -> HttpResponse:
    """Note that somebody is away."""
    members = queries.staff_with(request.program, Permission.TASK_ACT)
    form = AbsenceForm(request.POST, members=members)
    if form.is_valid() and _saved(form, _add_absence, request):
        messages.success(request, "The absence was noted.")
        return redirect("worklist:duty", program=request.program.slug)
    return _page(request, absence_form=form)


def _add_absence(request: ProgramRequest, fields: dict[str, Any]) -> None:
    user_id = fields.pop("user")
    actions.add_absence(program=request.program, user_id=user_id, by=request.actor, **fields)


@page(Permission.PROGRAM_CONFIGURE, "POST")
def remove_absence(request: ProgramRequest, absence: int) -> HttpResponse:
    """Forget an absence."""
    actions.remove_absence(
        absence=get_object_or_404(queries.absences(request.program), pk=absence), by=request.actor
    )
    messages.success(request, "The absence was removed.")
    return redirect("worklist:duty", program=request.program.slug)


def _saved(form: forms.Form, act: Any, request: ProgramRequest) -> bool:
    """Whether the action took what the form holds; what it refuses is said at the form's fields."""
    try:
        act(request, dict(form.cleaned_data))
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _page(request: ProgramRequest, **forms_shown: forms.BaseForm) -> HttpResponse:
    able = queries.staff_with(request.program, Permission.SAFETY_ACT)
    staff = queries.staff_with(request.program, Permission.TASK_ACT)
    context = {
        "settings_form": SettingsForm(instance=request.program),
        "shift_form": ShiftForm(members=able),
        "absence_form": AbsenceForm(members=staff),
        "able": able,
        **queries.duty_page(request.program, by=request.actor, at=timezone.now()),
        **forms_shown,
    }
    return render(request, "worklist/duty.html", context)
