"""Adding an entry to the audit trail, in the transaction of what it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone

from allay_web.audit.chain import seal, signature
from allay_web.audit.context import current
from allay_web.audit.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    from allay_web.access.actor import Actor


@transaction.atomic
def record(
    action: str,
    *,
    by: Actor,
    about: models.Model | None = None,
    patient_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry to the actor's program's chain.

    Parameters
    ----------
    action : what was done, `noun.verb`, such as `referral.accept` or `patient.read`
    by : who did it; the program is theirs
    about : the record it was done to
    patient_id : whose data it is, where it is one patient's
    detail : further facts as plain JSON: ids, counts and codes, never names or answers

    The chain's head row is locked until the transaction ends, so that two entries never share a number.
    """
    head, _ = AuditHead.objects.select_for_update().get_or_create(chain=by.program_id)
    context = current.get()
    entry = AuditEntry(
        chain=by.program_id,
        number=head.count + 1,
        at=timezone.now(),
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        patient_id=patient_id,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=about.pk if about is not None else None,
        detail=detail or {},
        request_id=context.request_id,
        address=context.address,
        previous=head.last,
    )
    entry.signature = signature(entry)
    entry.save(force_insert=True)
    head.count, head.last = entry.number, entry.signature
    head.seal = seal(head.chain, head.count, head.last)
    head.save()
    return entry
