"""Taking in a registry: choose a file, see its dry run, confirm it once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from allay.base.errors import InvalidInput
from allay.interop.registry import read_registry
from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page
from allay_web.jobs import actions as jobs
from allay_web.jobs import queries as held
from allay_web.outcomes.actions.registry import import_registry
from allay_web.outcomes.queries.registry import compare, imports, map_of
from allay_web.outcomes.registry_forms import RegistryForm
from allay_web.outcomes.registry_people import not_taken

if TYPE_CHECKING:
    from allay_web.jobs.models import Upload

CONFLICTS_SHOWN = 50


@page(Permission.REGISTRY_IMPORT, "GET", "POST")
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file and a map; past imports are listed below."""
    inside = cast(ProgramRequest, request)
    form = RegistryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and form.registry is not None:
        file = form.cleaned_data["file"]
        upload = jobs.hold(
            program=inside.program,
            kind=jobs.UploadKind.REGISTRY,
            name=file.name,
            content=file.read(),
            options={"map": form.registry.model_dump_json(by_alias=True)},
            by=inside.actor,
            at=timezone.now(),
        )
        return redirect("outcomes:registry_check", program=inside.program.slug, upload=upload.pk)
    status = 400 if form.is_bound else 200
    context = {"form": form, "imports": imports(inside.program)}
    return render(request, "outcomes/registry_choose.html", context, status=status)


@page(Permission.REGISTRY_IMPORT, "GET", "POST")
def check(request: HttpRequest, upload: int) -> HttpResponse:
    """The dry run of a held file; confirming takes it in."""
    inside = cast(ProgramRequest, request)
    waiting = get_object_or_404(held.uploads(inside.program, kind=jobs.UploadKind.REGISTRY), pk=upload)
    if request.method == "POST":
        return _confirm(inside, waiting)
    if waiting.taken_at is not None:
        return render(request, "outcomes/registry_done.html", {"upload": waiting, "result": waiting.result})
    registry = map_of(waiting.options)
    context = {"upload": waiting, "registry": registry, "not_taken": not_taken(registry)}
    try:
        reading = read_registry(
            io.BytesIO(held.content(waiting, by=inside.actor)), registry, name=waiting.name
        )
        found = compare(inside.program, registry, reading, by=inside.actor)
    except InvalidInput as wrong:
        problems = {"problems": wrong.problems, "total": wrong.total}
        return render(request, "outcomes/registry_check.html", context | problems)
    context |= {
        "counts": found.counts(),
        "columns": list(found.by_column()),
        "notes": reading.notes,
        "conflicts": found.conflicts[:CONFLICTS_SHOWN],
        "nothing_new": found.nothing_new,
    }
    return render(request, "outcomes/registry_check.html", context)


def _confirm(inside: ProgramRequest, waiting: Upload) -> HttpResponse:
    """Take the file in; whoever presses twice is told what the first press did."""
    try:
        import_registry(upload=waiting, by=inside.actor, at=timezone.now())
    except jobs.AlreadyTaken as taken:
        if taken.upload.taken_at is None:
            messages.error(inside, "This file waited for more than a day and was let go. Choose it again.")
            return redirect("outcomes:registry_import", program=inside.program.slug)
    except InvalidInput:
        pass  # the dry run lists the problems
    return redirect("outcomes:registry_check", program=inside.program.slug, upload=waiting.pk)


__all__ = ["check", "choose"]
