"""Triage of a referral, and the end of an episode."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.audit.record import record
from allay_web.enrolment import actions, queries
from allay_web.enrolment.forms import AcceptForm, DeclineForm, EndForm, WaitForm
from allay_web.enrolment.views import find, referral_page, show
from allay_web.worklist.due import local_day


@page(Permission.REFERRAL_TRIAGE, "POST")
def accept(request: ProgramRequest, referral: int) -> HttpResponse:
    """Into the program: opens an episode."""
    held = find(request, referral)
    form = AcceptForm(request.POST, clinicians=queries.clinicians(request.program))

    def act() -> str:
        actions.accept(
            referral=held,
            clinician_id=form.cleaned_data["clinician"],
            note=form.cleaned_data["note"],
            by=request.actor,
            at=timezone.now(),
        )
        return f"{held.patient.name} is in the program; the first questionnaires are due."

    return _decide(request, referral, form, act, accept_form=form)


@page(Permission.REFERRAL_TRIAGE, "POST")
def decline(request: ProgramRequest, referral: int) -> HttpResponse:
    """Not into the program, and why."""
    held = find(request, referral)
    form = DeclineForm(request.POST)

    def act() -> str:
        actions.decline(referral=held, by=request.actor, at=timezone.now(), **form.cleaned_data)
        return "The referral was declined. It stays in every count."

    return _decide(request, referral, form, act, decline_form=form)


@page(Permission.REFERRAL_TRIAGE, "POST")
def wait(request: ProgramRequest, referral: int) -> HttpResponse:
    """Onto the waiting list."""
    held = find(request, referral)
    form = WaitForm(request.POST)

    def act() -> str:
        actions.wait(referral=held, by=request.actor, at=timezone.now(), **form.cleaned_data)
        return "The referral waits; it comes back to the list on the day you chose."

    return _decide(request, referral, form, act, wait_form=form)


@page(Permission.REFERRAL_TRIAGE, "POST")
def resume(request: ProgramRequest, referral: int) -> HttpResponse:
    """Off the waiting list."""
    held = find(request, referral)

    def act() -> str:
        actions.resume(referral=held, by=request.actor, at=timezone.now())
        return "The referral is open again. Say what comes next."

    return _decide(request, referral, forms.Form(request.POST), act)


def _decide(
    request: ProgramRequest,
    referral: int,
    form: forms.Form,
    act: Callable[[], str],
    **shown: forms.Form,
) -> HttpResponse:
    """Do it and go back to the referral; what is refused is said there, beside what stands now."""
    if form.is_valid():
        try:
            messages.success(request, act())
        except ValidationError as refused:
            if not hasattr(refused, "error_dict"):
                messages.error(request, " ".join(refused.messages))
                return redirect("enrolment:referral", program=request.program.slug, referral=referral)
            show(form, refused)
    if form.errors:
        return referral_page(request, referral, **shown)
    return redirect("enrolment:referral", program=request.program.slug, referral=referral)


@page(Permission.EPISODE_WRITE, "GET", "POST")
def end(request: ProgramRequest, episode: int) -> HttpResponse:
    """How and when an episode ended."""
    held = get_object_or_404(queries.episodes_of(request.program), pk=episode)
    at = timezone.now()
    form = EndForm(request.POST or None, initial={"on": local_day(at, zone=request.program.zone)})
    if request.method == "POST" and form.is_valid():
        on, reason = form.cleaned_data["on"], form.cleaned_data["reason"]
        try:
            if form.cleaned_data["how"] == "completed":
                actions.complete_episode(episode=held, on=on, by=request.actor, at=at)
            else:
                actions.close_episode(episode=held, reason=reason, on=on, by=request.actor, at=at)
            messages.success(request, "Saved. Follow-up questionnaires are asked all the same.")
            return redirect("care:patient", program=request.program.slug, episode=episode)
        except ValidationError as refused:
            show(form, refused)
    record("patient.read", by=request.actor, about=held, patient_id=held.patient_id)
    return render(request, "enrolment/end.html", {"form": form, "episode": held})
