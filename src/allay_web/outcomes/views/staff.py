"""A patient's questionnaires for staff: what is due, and the private links to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.enrolment import queries as enrolment
from allay_web.outcomes import actions, queries
from allay_web.outcomes.forms import AddForm
from allay_web.outcomes.refusals import Refused
from allay_web.outcomes.schedule import standard, title

if TYPE_CHECKING:
    from allay_web.enrolment.models import Episode


def _episode(request: ProgramRequest, episode_id: int) -> Episode:
    found = enrolment.episode(request.program, episode_id)
    if found is None:
        raise Http404
    return found


def _back(request: ProgramRequest, episode_id: int) -> HttpResponse:
    return redirect("outcomes:forms", program=request.program.slug, episode=episode_id)


@page(Permission.PATIENT_READ, "GET", "POST")
def forms(request: ProgramRequest, episode: int) -> HttpResponse:
    """Everything an episode is asked, by time point; a POST adds one more questionnaire."""
    found = _episode(request, episode)
    at = timezone.now()
    adding = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and adding.is_valid():
        try:
            actions.add_assignment(episode=found, by=request.actor, at=at, **adding.cleaned_data)
        except Refused as refusal:
            adding.add_error(None, str(refusal))
        else:
            messages.success(request, "Added to the list.")
            return _back(request, found.pk)
    points = queries.points(found, request.program, by=request.actor, at=at)
    context = {
        "episode": found,
        "patient": found.patient,
        "points": points,
        "schedule": standard(),
        "adding": adding,
        "may_link": request.actor.may(Permission.LINK_CREATE, request.program.pk),
        "may_assign": request.actor.may(Permission.FORM_ASSIGN, request.program.pk),
        "may_enter": request.actor.may(Permission.FORM_ENTER, request.program.pk),
    }
    return render(request, "outcomes/forms.html", context, status=422 if adding.errors else 200)


@page(Permission.LINK_CREATE, "POST")
def link(request: ProgramRequest, episode: int) -> HttpResponse:
    """Make a private link and show it this once, or send it; as it is not kept, no page shows it again."""
    found = _episode(request, episode)
    timepoint, at = request.POST.get("timepoint", "")[:20], timezone.now()
    by_mail = request.POST.get("how") == "email"
    try:
        with transaction.atomic():
            invitation, token = actions.invite(episode=found, timepoint=timepoint, by=request.actor, at=at)
            url = request.build_absolute_uri(reverse("patient:link", kwargs={"token": token}))
            if by_mail:
                actions.email_link(invitation=invitation, url=url, by=request.actor, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, found.pk)
    if by_mail:
        messages.success(request, "The link was sent. The message says nothing of why they come here.")
        return _back(request, found.pk)
    context = {
        "episode": found,
        "patient": found.patient,
        "invitation": invitation,
        "language": invitation.language,
        "title": title(timepoint),
        "url": url,
        "square": _square(url),
        "days": request.program.link_valid_days,
    }
    return render(request, "outcomes/link.html", context)


def _square(url: str) -> SafeString:
    """The link as a QR code, drawn in place."""
    # segno writes nothing but a path of numbers; the address is in no attribute of it.
    drawn: str = segno.make(url, error="m").svg_inline(scale=6, border=4, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308


@page(Permission.LINK_CREATE, "POST")
def revoke(request: ProgramRequest, link: int) -> HttpResponse:
    """Withdraw a link."""
    found = get_object_or_404(queries.links_of(request.program), pk=link)
    actions.revoke(invitation=found, by=request.actor, at=timezone.now())
    messages.success(request, "The link no longer opens. What was answered is kept.")
    return _back(request, found.episode_id)
