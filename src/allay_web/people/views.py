"""The list of patients and its search, a patient's details, and merging two records of one person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.people import actions, queries
from allay_web.people.forms import PatientForm, SearchForm
from allay_web.people.models import Patient
from allay_web.ui.templatetags.allay import day


@page(Permission.PATIENT_READ, "GET", "POST")
def patients(request: ProgramRequest) -> HttpResponse:
    """Everybody by name; POST searches. With `other` in the search, it looks for a record to merge with."""
    form = SearchForm(request.POST or None)
    text, other = "", None
    if form.is_valid():
        text, other = form.cleaned_data["text"].strip(), form.cleaned_data["other"]
    if text:
        found = queries.search(request.program, by=request.actor, text=text)
    else:
        number = request.GET.get("page", "1")
        wanted = int(number) if number.isdecimal() and len(number) < 6 else 1
        found = queries.patients(request.program, by=request.actor, page=wanted)
    context = {
        "form": form,
        "found": found,
        "text": text,
        "rows": [_row(patient) for patient in found.patients],
        "other": queries.patient(request.program, other, by=request.actor) if other else None,
        "may_edit": request.actor.may(Permission.EPISODE_WRITE, request.program.pk),
        "may_merge": request.actor.may(Permission.PATIENT_MERGE, request.program.pk),
    }
    return render(request, "people/patients.html", context)


def _row(patient: Patient) -> dict[str, Any]:
    """A patient with the episode and the referral a reader would open: the latest."""
    episodes = sorted(patient.episodes.all(), key=lambda one: (one.status == "active", one.pk))
    referrals = sorted(patient.referrals.all(), key=lambda one: one.pk)
    return {
        "patient": patient,
        "episode": episodes[-1] if episodes else None,
        "referral": referrals[-1] if referrals else None,
    }


@page(Permission.EPISODE_WRITE, "GET", "POST")
def edit(request: ProgramRequest, patient: int) -> HttpResponse:
    """A patient's details, and records that may be the same person."""
    held = queries.patient(request.program, patient, by=request.actor)
    if held is None:
        raise Http404
    if held.merged_into_id is not None:
        messages.info(request, "That record was merged into this one.")
        return redirect("people:edit", program=request.program.slug, patient=held.merged_into_id)
    form = PatientForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(patient=held, by=request.actor, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("people:edit", program=request.program.slug, patient=patient)
        except ValidationError as refused:
            form.add_error(None, refused)
    stored = queries.patients_of(request.program).get(pk=patient)
    same = queries.identity_fields(stored)
    context = {
        "form": form,
        "patient": stored,
        "alike": queries.possible_duplicates(request.program, by=request.actor, besides=patient, **same),
        "may_merge": request.actor.may(Permission.PATIENT_MERGE, request.program.pk),
        "search": SearchForm(initial={"other": patient}, auto_id="search_%s"),
    }
    return render(request, "people/edit.html", context)


@page(Permission.PATIENT_MERGE, "GET", "POST")
def merge(request: ProgramRequest, keep: int, drop: int) -> HttpResponse:
    """Two records side by side and what would move; POST merges them."""
    both = queries.compare(request.program, keep_id=keep, drop_id=drop, by=request.actor)
    if both is None or keep == drop:
        raise Http404
    kept, dropped = both
    merged = kept.merged_into_id is not None or dropped.merged_into_id is not None
    if request.method == "POST":
        try:
            actions.merge(keep=kept, drop=dropped, by=request.actor, at=timezone.now())
            messages.success(request, f"{dropped.name} and {kept.name} are one record now.")
            return redirect("people:edit", program=request.program.slug, patient=keep)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("people:edit", program=request.program.slug, patient=keep)
    context = {"keep": kept, "drop": dropped, "merged": merged, "rows": _side_by_side(kept, dropped)}
    return render(request, "people/merge.html", context)


def _side_by_side(keep: Patient, drop: Patient) -> list[dict[str, Any]]:
    """Each detail of both, and which one stays: the kept record's, unless it is blank there."""
    rows = []
    for name, form_field in PatientForm().fields.items():
        values = [_shown(record, name) for record in (keep, drop)]
        filled = not getattr(keep, name) and bool(getattr(drop, name))
        rows.append(
            {"label": form_field.label, "keep": values[0], "drop": values[1], "filled": filled}
            | {"differs": bool(values[0] and values[1] and values[0] != values[1])}
        )
    return rows


def _shown(record: Patient, name: str) -> Any:
    if not getattr(record, name):
        return ""
    if name == "birth_date":
        return day(record.birth_date)
    display = getattr(record, f"get_{name}_display", None)
    return display() if display else getattr(record, name)
