"""Today: the list, and what is done with a row in place."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page, record_id
from allay_web.worklist import actions, queries
from allay_web.worklist.due import local_day
from allay_web.worklist.forms import SNOOZE_DAYS
from allay_web.worklist.inplace import common, done_row, fresh_row, whose_of
from allay_web.worklist.models import Task
from allay_web.worklist.rows import row_of

MORNING = time(8)  # what is put off comes back at eight


@page(Permission.TASK_READ, "GET")
def today(request: ProgramRequest) -> HttpResponse:
    """What needs somebody, the most urgent first."""
    at, whose = timezone.now(), whose_of(request.GET.get("whose"))
    number = request.GET.get("page", "1")
    found = queries.today(
        request.program,
        by=request.actor,
        at=at,
        whose=whose,
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
    )
    context = {
        "today": found,
        "rows": [row_of(task, program=request.program, by=request.actor, at=at) for task in found.tasks],
        "day": local_day(at, zone=request.program.zone),
        **common(request, whose),
    }
    return render(request, "worklist/today.html", context)


@page(Permission.TASK_ACT, "POST")
def acknowledge(request: ProgramRequest, task: int) -> HttpResponse:
    """Take a safety alert on."""
    held = _task(request, task)
    at = timezone.now()
    try:
        held = actions.acknowledge(task=held, by=request.actor, at=at)
    except ValidationError as refused:
        return _refused(request, held, refused)
    if held.acknowledged_by_id != request.actor.user_id:
        messages.info(request, f"{held.acknowledged_by} has taken this on already.")
    return _row(request, held)


@page(Permission.TASK_ACT, "POST")
def close(request: ProgramRequest, task: int) -> HttpResponse:
    """Close a task with what was done."""
    held = _task(request, task)
    at = timezone.now()
    try:
        held = actions.close_task(
            task=held,
            disposition=request.POST.get("disposition", ""),
            note=request.POST.get("note", ""),
            by=request.actor,
            at=at,
        )
    except ValidationError as refused:
        return _refused(request, held, refused)
    row = row_of(held, program=request.program, by=request.actor, at=at)
    return _done(request, held, f"Closed: {row.closed}.")


@page(Permission.TASK_ACT, "POST")
def snooze(request: ProgramRequest, task: int) -> HttpResponse:
    """Put a task off by some days."""
    held = _task(request, task)
    at, zone = timezone.now(), request.program.zone
    days = request.POST.get("days", "")
    if days not in dict(SNOOZE_DAYS):
        raise BadRequest("days: expected one of the choices")
    day = local_day(at, zone=zone) + timedelta(days=int(days))
    until = datetime.combine(day, MORNING, tzinfo=zone)
    try:
        held = actions.snooze(task=held, until=until, by=request.actor, at=at)
    except ValidationError as refused:
        return _refused(request, held, refused)
    return _done(request, held, f"Put off until {day:%A} {day.day} {day:%B}.")


@page(Permission.TASK_ACT, "POST")
def hand_over(request: ProgramRequest, task: int) -> HttpResponse:
    """Give a task to a colleague."""
    held = _task(request, task)
    owner = record_id(request.POST.get("owner", ""))
    if owner is None:
        raise BadRequest("owner: expected a colleague's id")
    try:
        actions.hand_over(task=held, owner_id=owner, by=request.actor, at=timezone.now())
    except ValidationError as refused:
        return _refused(request, held, refused)
    return _done(request, held, f"Handed over to {_task(request, task).owner}.")


def _task(request: ProgramRequest, task: int) -> Task:
    return get_object_or_404(queries.tasks_of(request.program), pk=task)


def _back(request: ProgramRequest) -> HttpResponse:
    address = reverse("worklist:today", kwargs={"program": request.program.slug})
    return HttpResponseRedirect(f"{address}?{urlencode({'whose': whose_of(request.POST.get('whose'))})}")


def _in_place(request: ProgramRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _row(request: ProgramRequest, task: Task) -> HttpResponse:
    """The row anew, where the page is changed in place; otherwise the whole list."""
    return fresh_row(request, task) if _in_place(request) else _back(request)


def _done(request: ProgramRequest, task: Task, words: str) -> HttpResponse:
    if _in_place(request):
        return done_row(request, task, words)
    messages.success(request, words)
    return _back(request)


def _refused(request: ProgramRequest, task: Task, refused: ValidationError) -> HttpResponse:
    """Say why an act was not done; where somebody else closed the task, it leaves the list."""
    words = " ".join(refused.messages)
    if not _in_place(request):
        messages.error(request, words)
        return _back(request)
    if getattr(refused, "code", "") == "closed":
        return done_row(request, task, words)
    return fresh_row(request, task, error=words)
