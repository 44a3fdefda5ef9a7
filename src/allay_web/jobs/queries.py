"""Reading the files that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from allay_web.audit.record import record
from allay_web.jobs.actions import PERMISSION_OF
from allay_web.jobs.models import Upload, UploadKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


def uploads(program: Program, *, kind: str) -> QuerySet[Upload]:
    """The program's files of one kind, the newest first, without their content."""
    return Upload.objects.of(program).filter(kind=kind).defer("content").order_by("-created_at", "-pk")


@transaction.atomic
def content(upload: Upload, *, by: Actor) -> bytes:
    """What is in the file, for its dry run; one audit entry."""
    by.must(PERMISSION_OF[UploadKind(upload.kind)], upload.program_id)
    record("upload.read", by=by, about=upload, detail={"kind": upload.kind})
    return bytes(Upload.objects.of(upload.program_id).values_list("content", flat=True).get(pk=upload.pk))


__all__ = ["content", "uploads"]
