"""Entering a questionnaire by hand: by phone, with an interpreter, from paper, in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from allay.measures.catalog import get
from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.outcomes import actions, queries
from allay_web.outcomes.asking import is_alarm, may_show, question, rules, short_title
from allay_web.outcomes.forms import PREFIX, EntryForm
from allay_web.outcomes.models import Assignment
from allay_web.outcomes.queries import answers_of
from allay_web.outcomes.refusals import Refused
from allay_web.outcomes.schedule import title

if TYPE_CHECKING:
    from allay.measures.instrument import Instrument

Status = Assignment.Status


@page(Permission.FORM_ENTER, "GET", "POST")
def enter(request: ProgramRequest, assignment: int) -> HttpResponse:
    """All items on one page. What can be read is kept at every try; an alarm is acted on at once."""
    form = queries.assignment(request.program, assignment_id=assignment, by=request.actor)
    if form is None:
        raise Http404
    instrument = get(f"{form.instrument}@{form.version}")
    items = tuple(form.not_asked) if form.status == Status.COMPLETED else instrument.item_ids
    if form.status == Status.CLOSED or not items:
        return _sealed(request, form, instrument)
    at = timezone.now()
    today = at.astimezone(request.program.zone).date()
    if request.method != "POST":
        entry = EntryForm(
            instrument=instrument, items=items, today=today, initial=_initial(form, items, today)
        )
        return _page(request, form, entry)
    entry = EntryForm(request.POST, instrument=instrument, items=items, today=today)
    whole = entry.is_valid() and (not entry.missing or entry.cleaned_data["missing_ok"])
    mode = entry.cleaned_data.get("mode") or Assignment.Mode.PHONE
    language = entry.cleaned_data.get("language") or form.language or "en"
    try:
        if not whole:
            if entry.answers:
                actions.draft(
                    assignment=form,
                    answers=entry.answers,
                    mode=mode,
                    language=language,
                    by=request.actor,
                    at=at,
                )
            return _page(request, form, entry)
        actions.enter(
            assignment=form,
            answers={item: entry.answers.get(item) for item in items},
            mode=mode,
            language=language,
            by=request.actor,
            at=at,
            on=entry.cleaned_data["answered_on"] if form.status != Status.COMPLETED else None,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("outcomes:forms", program=request.program.slug, episode=form.episode_id)
    if _alarming(instrument, entry):
        return redirect("outcomes:act_now", program=request.program.slug, assignment=form.pk)
    messages.success(request, f"{short_title(instrument)} was saved and scored.")
    return redirect("outcomes:forms", program=request.program.slug, episode=form.episode_id)


@page(Permission.FORM_ENTER)
def act_now(request: ProgramRequest, assignment: int) -> HttpResponse:
    """What to do in the same encounter, before any score is looked at."""
    form = queries.assignment(request.program, assignment_id=assignment, by=request.actor)
    if form is None:
        raise Http404
    context = {
        "assignment": form,
        "patient": form.episode.patient,
        "emergency_phone": rules().emergency_phone.value,
    }
    return render(request, "outcomes/act_now.html", context)


def _initial(form: Assignment, items: tuple[str, ...], today: object) -> dict[str, object]:
    given = answers_of(form)
    return {
        "mode": form.mode if form.mode != Assignment.Mode.SELF else "",
        "language": form.language or form.episode.patient.language,
        "answered_on": today,
        **{PREFIX + item: given[item] for item in items if given.get(item) is not None},
    }


def _alarming(instrument: Instrument, entry: EntryForm) -> bool:
    return any(is_alarm(instrument.id, item=item, value=value) for item, value in entry.answers.items())


def _page(request: ProgramRequest, form: Assignment, entry: EntryForm) -> HttpResponse:
    instrument = entry.instrument
    bad = entry.is_bound
    alarming = bad and _alarming(instrument, entry)
    shown = may_show(instrument, language="en")
    scale_rules = {scale.missing.text for scale in instrument.scales if scale.missing.text}
    context = {
        "form": entry,
        "assignment": form,
        "patient": form.episode.patient,
        "title": short_title(instrument),
        "timepoint": title(form.timepoint),
        "official": shown,
        "stem": question(instrument, instrument.item_ids[0], language="en").stem if shown else "",
        "attribution": instrument.wording_for("en").attribution if shown else "",
        "alarming": alarming,
        "missing": [instrument.item(item).label for item in entry.missing]
        if bad and not entry.errors
        else [],
        "missing_rules": sorted(scale_rules),
        "held_back": form.status == Status.COMPLETED,
        "emergency_phone": rules().emergency_phone.value,
    }
    return render(request, "outcomes/enter.html", context, status=422 if bad else 200)


def _sealed(request: ProgramRequest, form: Assignment, instrument: Instrument) -> HttpResponse:
    words = "was already sent" if form.status == Status.COMPLETED else "is closed"
    messages.error(request, f"{short_title(instrument)} {words}; its answers stay as they are.")
    return redirect("outcomes:forms", program=request.program.slug, episode=form.episode_id)
