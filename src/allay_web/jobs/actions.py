"""Holding a file for its dry run, taking it in exactly once, and forgetting those nobody confirmed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.db import transaction

from allay.base.errors import AllayError
from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.jobs.models import Upload, UploadKind

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

HELD_FOR = timedelta(hours=24)

PERMISSION_OF = {
    UploadKind.REFERRALS: Permission.REFERRAL_WRITE,
    UploadKind.REGISTRY: Permission.REGISTRY_IMPORT,
}


class AlreadyTaken(AllayError):  # noqa: N818
    """The file was taken in before, or has expired; `upload.result` tells what came of it."""

    def __init__(self, upload: Upload) -> None:
        super().__init__("expected a file that waits for confirmation; this one was taken in or expired")
        self.upload = upload


@transaction.atomic
def hold(
    *,
    program: Program,
    kind: str,
    name: str,
    content: bytes,
    options: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> Upload:
    """Keep a file until somebody confirms its dry run, at most 24 hours.

    Parameters
    ----------
    kind : an `UploadKind`; it decides which permission is needed
    name : the file's own name; folders in it are dropped
    options : how to read it, as plain JSON (the map's id, for instance)
    """
    by.must(PERMISSION_OF[UploadKind(kind)], program.pk)
    upload: Upload = Upload.objects.create(
        program=program,
        kind=kind,
        name=PurePath(name.replace("\\", "/")).name[:200] or "file",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        options=options or {},
        created_by_id=by.user_id,
        created_at=at,
    )
    record("upload.hold", by=by, about=upload, detail={"kind": kind, "bytes": len(content)})
    return upload


@transaction.atomic
def take(*, upload: Upload, by: Actor, at: datetime) -> Upload:
    """Mark the file as taken and return it with its content; the second taker gets `AlreadyTaken`.

    Call it inside the transaction that takes the rows in: when that fails, the file waits again.
    """
    by.must(PERMISSION_OF[UploadKind(upload.kind)], upload.program_id)
    held: Upload = Upload.objects.of(upload.program_id).select_for_update().get(pk=upload.pk)
    if held.taken_at is not None or at - held.created_at > HELD_FOR:
        raise AlreadyTaken(held)
    held.taken_at = at
    held.save(update_fields=["taken_at"])
    record("upload.take", by=by, about=held, detail={"kind": held.kind})
    return held


@transaction.atomic
def finish(*, upload: Upload, result: dict[str, Any], by: Actor) -> None:
    """Keep what came of a taken file, and forget its content: the rows hold it now."""
    by.must(PERMISSION_OF[UploadKind(upload.kind)], upload.program_id)
    upload.result, upload.content = result, b""
    upload.save(update_fields=["result", "content"])
    record("upload.finish", by=by, about=upload, detail={"kind": upload.kind})


@transaction.atomic
def expire(program: Program, *, by: Actor, at: datetime) -> int:
    """Delete files nobody confirmed within a day; how many. The worker calls it at each tick."""
    old = Upload.objects.of(program).filter(taken_at=None, created_at__lt=at - HELD_FOR)
    ids = sorted(old.select_for_update().values_list("pk", flat=True))
    if ids:
        Upload.objects.of(program).filter(pk__in=ids).delete()
        record("upload.expire", by=by, detail={"uploads": ids})
    return len(ids)


__all__ = ["AlreadyTaken", "UploadKind", "expire", "finish", "hold", "take"]
