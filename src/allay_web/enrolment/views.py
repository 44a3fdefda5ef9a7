"""The list of referrals, entering one, and working on one."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page, record_id
from allay_web.enrolment import actions, queries
from allay_web.enrolment.forms import (
    AcceptForm,
    ContactForm,
    DeclineForm,
    FilterForm,
    ReferralForm,
    StepForm,
    WaitForm,
)
from allay_web.enrolment.models import Referral
from allay_web.enrolment.rows import row_of
from allay_web.people import queries as people
from allay_web.worklist import queries as worklist
from allay_web.worklist.due import local_day
from allay_web.worklist.inplace import done_row


@page(Permission.REFERRAL_READ, "GET")
def referrals(request: ProgramRequest) -> HttpResponse:
    """Referrals, those that need a hand first."""
    at = timezone.now()
    on = local_day(at, zone=request.program.zone)
    filters = FilterForm(request.GET, owners=queries.owners(request.program))
    wanted = filters.cleaned_data if filters.is_valid() else {}
    blocker = wanted.get("blocker") or None
    found = queries.referral_list(
        request.program,
        by=request.actor,
        on=on,
        owner_id=wanted.get("owner"),
        blocked_by="" if blocker == "nothing" else blocker,
        status=wanted.get("status") or "",
        page=wanted.get("page") or 1,
    )
    chosen = {name: wanted[name] for name in ("status", "owner", "blocker") if wanted.get(name)}
    context = {
        "found": found,
        "rows": [row_of(item, program=request.program, on=on, at=at) for item in found.referrals],
        "filters": filters,
        "filtered": bool(chosen),
        "filter_query": urlencode(chosen),
        "may_enter": request.actor.may(Permission.REFERRAL_WRITE, request.program.pk),
    }
    return render(request, "enrolment/referrals.html", context)


@page(Permission.REFERRAL_WRITE, "GET", "POST")
def new(request: ProgramRequest) -> HttpResponse:
    """Enter one referral; somebody who may be known already is shown before a second record is made."""
    at = timezone.now()
    owners = queries.owners(request.program)
    if request.method != "POST":
        start = {"received_on": local_day(at, zone=request.program.zone), "entry_key": uuid.uuid4()}
        form = ReferralForm(initial=start, owners=owners)
        form.fields["given_name"].widget.attrs["autofocus"] = True
        return render(request, "enrolment/new.html", {"form": form})
    form = ReferralForm(request.POST, owners=owners)
    candidates: list[Any] = []
    if form.is_valid():
        before = (
            queries.referrals_of(request.program).filter(entry_key=form.cleaned_data["entry_key"]).first()
        )
        if before is not None:
            return redirect("enrolment:referral", program=request.program.slug, referral=before.pk)
        person = request.POST.get("person", "")
        candidates = [] if person else _candidates(request, form)
        if not candidates and (entered := _entered(request, form, person)) is not None:
            messages.success(request, f"The referral of {entered.patient.name} was entered.")
            return redirect("enrolment:referral", program=request.program.slug, referral=entered.pk)
    return render(request, "enrolment/new.html", {"form": form, "candidates": candidates})


def _candidates(request: ProgramRequest, form: ReferralForm) -> list[dict[str, Any]]:
    """Patients who may be the one entered, each with the referral that is undecided, if any."""
    named = ("given_name", "family_name", "birth_date", "phone", "record_number")
    found = people.possible_duplicates(
        request.program, by=request.actor, **{name: form.cleaned_data[name] for name in named}
    )
    undecided = queries.undecided_of(request.program, patients=[one.patient.pk for one in found])
    return [
        {"patient": one.patient, "likeness": one.likeness, "referral": undecided.get(one.patient.pk)}
        for one in found
    ]


def _entered(request: ProgramRequest, form: ReferralForm, person: str) -> Referral | None:
    who: dict[str, Any] = {"patient_fields": form.patient_fields}
    if (number := record_id(person.removeprefix("same:"))) is not None:
        who = {"patient": get_object_or_404(people.patients_of(request.program), pk=number)}
    try:
        return actions.enter_referral(
            program=request.program, by=request.actor, at=timezone.now(), **who, **form.referral_fields
        )
    except ValidationError as refused:
        show(form, refused)
        return None


@page(Permission.REFERRAL_READ, "GET")
def referral(request: ProgramRequest, referral: int) -> HttpResponse:
    """One referral: who, what is next, the contact log and the decision."""
    return referral_page(request, referral)


@page(Permission.REFERRAL_WRITE, "POST")
def next_step(request: ProgramRequest, referral: int) -> HttpResponse:
    """Set the next step, from the referral's page or from its row on Today."""
    held = find(request, referral)
    form = StepForm(request.POST, owners=queries.owners(request.program))
    task = record_id(request.POST.get("task", ""))
    if form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            held = actions.set_next_step(
                referral=held,
                owner_id=fields.pop("owner"),
                by=request.actor,
                at=timezone.now(),
                **fields,
            )
        except ValidationError as refused:
            show(form, refused)
    if task is None:
        if form.errors:
            return referral_page(request, referral, step_form=form)
        messages.success(request, "Saved.")
        return redirect("enrolment:referral", program=request.program.slug, referral=referral)
    return _back_to_today(request, held, form, task)


def _back_to_today(request: ProgramRequest, held: Referral, form: StepForm, task: int) -> HttpResponse:
    words = f"Next step: {held.next_step}" if not form.errors else _sentences(form)
    if getattr(request, "htmx", False):
        row = get_object_or_404(worklist.tasks_of(request.program), pk=task)
        return done_row(request, row, words, failed=bool(form.errors))
    (messages.error if form.errors else messages.success)(request, words)
    whose = "all" if request.POST.get("whose") == "all" else "mine"
    today = reverse("worklist:today", kwargs={"program": request.program.slug})
    return HttpResponseRedirect(f"{today}?whose={whose}")


def _sentences(form: forms.Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


@page(Permission.REFERRAL_WRITE, "POST")
def contact(request: ProgramRequest, referral: int) -> HttpResponse:
    """Log one attempt to reach somebody."""
    held = find(request, referral)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return referral_page(request, referral, contact_form=form)
    actions.log_contact(referral=held, by=request.actor, at=timezone.now(), **form.cleaned_data)
    messages.success(request, "The contact was logged.")
    return redirect("enrolment:referral", program=request.program.slug, referral=referral)


def find(request: ProgramRequest, referral: int) -> Referral:
    """A referral of this program, or 404."""
    return get_object_or_404(queries.referrals_of(request.program), pk=referral)


def referral_page(request: ProgramRequest, referral: int, **forms_shown: forms.Form) -> HttpResponse:
    """The referral's page, with a form that was refused in place of the fresh one."""
    held = queries.referral(request.program, referral, by=request.actor)
    if held is None:
        raise Http404
    at = timezone.now()
    on = local_day(at, zone=request.program.zone)
    owners = queries.owners(request.program)
    step = {
        "next_step": held.next_step,
        "due_on": held.due_on,
        "owner": held.owner_id,
        "blocked_by": held.blocked_by,
    }
    context = {
        "row": row_of(held, program=request.program, on=on, at=at),
        "referral": held,
        "patient": held.patient,
        "contacts": queries.contacts(held),
        "step_form": StepForm(initial=step, owners=owners),
        "contact_form": ContactForm(initial={"entry_key": uuid.uuid4()}, auto_id="contact_%s"),
        "accept_form": AcceptForm(clinicians=queries.clinicians(request.program)),
        "decline_form": DeclineForm(),
        "wait_form": WaitForm(initial={"blocked_by": held.blocked_by}),
        "may_write": request.actor.may(Permission.REFERRAL_WRITE, request.program.pk),
        "may_decide": request.actor.may(Permission.REFERRAL_TRIAGE, request.program.pk),
        "may_edit": request.actor.may(Permission.EPISODE_WRITE, request.program.pk),
        **forms_shown,
    }
    return render(request, "enrolment/referral.html", context)


def show(form: forms.Form, refused: ValidationError) -> None:
    """Put what an action refused at the fields it names, or above all of them."""
    named = getattr(refused, "error_dict", None)
    if named is None:
        form.add_error(None, refused)
        return
    for name, errors in named.items():
        form.add_error(name if name in form.fields else None, errors)
