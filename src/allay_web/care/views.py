"""The clinician's page, and the goals on it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.audit.record import record
from allay_web.care import actions, queries
from allay_web.care.forms import GoalsForm, RatingForm
from allay_web.enrolment import queries as enrolment


@page(Permission.PATIENT_READ, "GET")
def patient(request: HttpRequest, episode: int) -> HttpResponse:
    """One patient before a visit."""
    inside = cast(ProgramRequest, request)
    today = timezone.localdate(timezone=inside.program.zone)
    found = queries.patient_page(inside.program, episode, by=inside.actor, on=today)
    if found is None:
        raise Http404
    context = {
        "page": found,
        "progress": queries.PROGRESS,
        "may_state": Permission.GOAL_WRITE in inside.actor.permissions,
        "may_end": Permission.EPISODE_WRITE in inside.actor.permissions,
        "may_ask": Permission.FORM_ASSIGN in inside.actor.permissions,
        "may_see_referral": Permission.REFERRAL_READ in inside.actor.permissions,
        "today": today,
    }
    return render(request, "care/patient.html", context)


@page(Permission.GOAL_WRITE, "GET", "POST")
def goals(request: HttpRequest, episode: int) -> HttpResponse:
    """State goals with the patient."""
    inside = cast(ProgramRequest, request)
    held = get_object_or_404(enrolment.episodes_of(inside.program), pk=episode)
    stated = queries.goals_of(inside.program, episode_id=held.pk)
    form = GoalsForm(request.POST or None, words=tuple(goal.words for goal in stated))
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_goals(
                episode=held, words=form.words, stated_by="staff", by=inside.actor, at=timezone.now()
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The goals are saved.")
            return redirect("care:patient", program=inside.program.slug, episode=held.pk)
    record("patient.read", by=inside.actor, about=held, patient_id=held.patient_id)
    status = 400 if form.errors else 200
    return render(request, "care/goals.html", {"form": form, "episode": held}, status=status)


@page(Permission.GOAL_WRITE, "POST")
def rate(request: HttpRequest, goal: int) -> HttpResponse:
    """Say how one goal is going."""
    inside = cast(ProgramRequest, request)
    held = get_object_or_404(queries.goals(inside.program), pk=goal)
    form = RatingForm(request.POST)
    if form.is_valid():
        actions.rate_goal(
            goal=held, progress=form.cleaned_data["progress"], by=inside.actor, at=timezone.now()
        )
        messages.success(request, f"Goal {held.position} is rated.")
    else:
        messages.error(request, "Choose how the goal is going.")
    return redirect("care:patient", program=inside.program.slug, episode=held.episode_id)
