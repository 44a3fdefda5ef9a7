"""Importing a sheet of referrals: paste or upload, look at the dry run, confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from allay.base.errors import InvalidInput, Problem
from allay_web.access.permissions import Permission
from allay_web.access.web import ProgramRequest, page, record_id
from allay_web.enrolment import actions
from allay_web.enrolment.columns import COLUMNS
from allay_web.enrolment.forms import SheetForm
from allay_web.enrolment.plan import plan
from allay_web.enrolment.sheet import MOST_BYTES, read_sheet
from allay_web.enrolment.sheet import template as sheet_template
from allay_web.jobs import queries as jobs
from allay_web.jobs.actions import AlreadyTaken, UploadKind
from allay_web.jobs.models import Upload
from allay_web.worklist.due import local_day


@page(Permission.REFERRAL_WRITE, "GET", "POST")
def import_referrals(request: ProgramRequest) -> HttpResponse:
    """Paste or choose a sheet; one without problems goes on to its dry run."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    wrong: InvalidInput | None = None
    if form.is_bound and form.is_valid():
        try:
            name, content = _given(form)
            held = actions.hold_sheet(
                program=request.program, content=content, name=name, by=request.actor, at=timezone.now()
            )
            return redirect("enrolment:check_sheet", program=request.program.slug, upload=held.pk)
        except InvalidInput as error:
            wrong = error
    context = {"form": form, "wrong": wrong, "columns": COLUMNS}
    return render(request, "enrolment/import.html", context)


def _given(form: SheetForm) -> tuple[str, bytes]:
    """What was pasted or chosen; a file that is too large is not even read."""
    file = form.cleaned_data["file"]
    if file is None:
        return "pasted table", form.cleaned_data["pasted"].encode()
    if file.size > MOST_BYTES:
        found = f"{file.size / 1_000_000:.1f} MB; split it into smaller files"
        raise InvalidInput(Problem(file.name, "1", "(file)", "at most 2 MB", found))
    return file.name, file.read()


@page(Permission.REFERRAL_WRITE, "GET", "POST")
def check(request: ProgramRequest, upload: int) -> HttpResponse:
    """The dry run; POST takes the sheet in."""
    held = get_object_or_404(jobs.uploads(request.program, kind=UploadKind.REFERRALS), pk=upload)
    refused: list[str] = []
    if request.method == "POST":
        try:
            actions.take_sheet(upload=held, choices=_choices(request), by=request.actor, at=timezone.now())
            return redirect("enrolment:check_sheet", program=request.program.slug, upload=upload)
        except AlreadyTaken as late:
            if late.upload.taken_at is None:
                messages.error(
                    request, "This sheet waited for more than a day and has expired. Check it again."
                )
                return redirect("enrolment:import_referrals", program=request.program.slug)
            messages.info(request, "This sheet was taken in before; nothing was entered a second time.")
            return redirect("enrolment:check_sheet", program=request.program.slug, upload=upload)
        except ValidationError as error:
            refused = error.messages
    return _dry_run(request, held, refused)


def _choices(request: ProgramRequest) -> dict[int, str]:
    return {
        line: value
        for name, value in request.POST.items()
        if (line := record_id(name.removeprefix("row-"))) is not None and isinstance(value, str)
    }


def _dry_run(request: ProgramRequest, held: Upload, refused: list[str]) -> HttpResponse:
    if held.taken_at is not None:
        return render(request, "enrolment/imported.html", {"upload": held, "result": held.result})
    content = jobs.content(held, by=request.actor)
    on = local_day(timezone.now(), zone=request.program.zone)
    try:
        rows = read_sheet(content, name=held.name, on=on)
        planned = plan(request.program, rows, name=held.name, by=request.actor)
    except InvalidInput as wrong:
        context = {"form": SheetForm(), "wrong": wrong, "columns": COLUMNS}
        return render(request, "enrolment/import.html", context)
    chosen = _choices(request) if request.method == "POST" else {}
    context = {
        "upload": held,
        "rows": [(item, chosen.get(item.row.line, item.default)) for item in planned],
        "refused": refused,
        "to_decide": sum(item.to_decide for item in planned),
        "undecided": sum(not item.default for item in planned),
    }
    return render(request, "enrolment/check.html", context)


@page(Permission.REFERRAL_WRITE, "GET")
def template(request: ProgramRequest) -> HttpResponse:
    """An empty sheet to fill in."""
    # A byte-order mark, so that spreadsheets read the file as UTF-8.
    response = HttpResponse("\ufeff" + sheet_template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="referrals.csv"'
    return response
