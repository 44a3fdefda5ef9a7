"""Adding an entry to the audit trail, in the transaction of what it tells of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone

from allay_web.audit.chain import HOUSE, seal, signature
from allay_web.audit.context import current
from allay_web.audit.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    from allay_web.access.actor import Actor

OPENED = "trail.open"


def _plain(detail: Any) -> Any:
    """The detail as it will come back from either database, so that its signature still fits.

    Refuses floats: PostgreSQL's jsonb may give 1e16 back as an integer, and a measurement has no place here.
    """
    if isinstance(detail, float):
        raise TypeError(f"audit detail: expected ids, counts and codes, found the float {detail!r}")
    if isinstance(detail, dict):
        return {str(key): _plain(value) for key, value in detail.items()}
    if isinstance(detail, (list, tuple, set, frozenset)):
        return [
            _plain(value) for value in (sorted(detail) if isinstance(detail, (set, frozenset)) else detail)
        ]
    return detail


def _append(head: AuditHead, entry: AuditEntry) -> AuditEntry:
    entry.chain, entry.number, entry.previous = head.chain, head.count + 1, head.last
    entry.signature = signature(entry)
    entry.save(force_insert=True)
    head.count, head.last = entry.number, entry.signature
    head.seal = seal(head.chain, head.count, head.last)
    head.save()
    return entry


def _head(chain: int) -> AuditHead:
    """The chain's end, locked; a new chain is announced in the house's own chain.

    That is what shows that a whole trail was taken away: the program's next entry opens a second one.
    """
    head, new = AuditHead.objects.select_for_update().get_or_create(chain=chain)
    if new and chain != HOUSE:
        entry = AuditEntry(
            at=timezone.now(), action=OPENED, actor_kind="system", actor_name="audit", detail={"chain": chain}
        )
        _append(_head(HOUSE), entry)
    return head


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
    context = current.get()
    entry = AuditEntry(
        at=timezone.now(),
        action=action,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        patient_id=patient_id,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=about.pk if about is not None else None,
        detail=json.loads(json.dumps(_plain(detail or {}))),
        request_id=context.request_id,
        address=context.address,
    )
    return _append(_head(by.program_id), entry)
