"""Changing one row of Today in place, also for rooms in whose hands a task's closure lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.shortcuts import render
from django.utils import timezone

from allay_web.access.permissions import Permission
from allay_web.worklist import queries
from allay_web.worklist.forms import SNOOZE_DAYS
from allay_web.worklist.models import Task
from allay_web.worklist.queries import Whose
from allay_web.worklist.rows import row_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from allay_web.access.web import ProgramRequest


def whose_of(value: str | None) -> Whose:
    """Whose list is shown; anything else is one's own."""
    return cast(Whose, value if value in {"mine", "all"} else "mine")


def common(request: ProgramRequest, whose: Whose) -> dict[str, object]:
    """What every row needs."""
    return {
        "whose": whose,
        "colleagues": queries.staff_with(request.program, Permission.TASK_ACT),
        "snooze_days": SNOOZE_DAYS,
    }


def fresh_row(request: ProgramRequest, task: Task, *, error: str = "") -> HttpResponse:
    """The row anew, with the counts above the list."""
    at, whose = timezone.now(), whose_of(request.POST.get("whose"))
    fresh = queries.tasks_of(request.program).get(pk=task.pk)
    context = {
        "row": row_of(fresh, program=request.program, by=request.actor, at=at),
        "error": error,
        "open_now": True,
        "counts": queries.counts(request.program, by=request.actor, at=at, whose=whose),
        **common(request, whose),
    }
    return render(request, "worklist/_changed.html", context)


def done_row(request: ProgramRequest, task: Task, words: str, *, failed: bool = False) -> HttpResponse:
    """What is left of a row that needs nobody any more; the row itself where the act `failed`."""
    if failed:
        return fresh_row(request, task, error=words)
    at, whose = timezone.now(), whose_of(request.POST.get("whose"))
    counts = queries.counts(request.program, by=request.actor, at=at, whose=whose)
    context = {"task": task, "words": words, "counts": counts, "whose": whose}
    return render(request, "worklist/_done.html", context)
