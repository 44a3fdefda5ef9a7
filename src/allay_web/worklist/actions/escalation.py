"""What happens to a safety alert nobody acknowledges: its deputy gets it, then every director.

The deputy gets it after the program's number of minutes, and has as long again. A deputy who is missing, is
away that day or may no longer act is passed over. Then the first active director who is not away owns it, all
directors are told, and it is on every list until somebody takes it; nothing further could be done by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.access.roles import Role
from allay_web.audit.record import record
from allay_web.worklist import notices, queries
from allay_web.worklist.models import Task, TaskKind

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


@transaction.atomic
def escalate_due(*, program: Program, by: Actor, at: datetime) -> int:
    """Pass on every unacknowledged safety task whose time has come; how many. The worker calls it."""
    by.must(Permission.SAFETY_ACT, program.pk)
    waiting = Task.objects.of(program).select_for_update()
    due = list(
        waiting.filter(
            kind=TaskKind.SAFETY, closed_at=None, acknowledged_at=None, escalate_at__lte=at
        ).order_by("escalate_at", "pk")
    )
    if not due:
        return 0
    staff = queries.staff_with(program.pk, Permission.SAFETY_ACT)
    away = queries.away(program, at)
    present = {member.user_id for member in staff} - away
    directors = [member.user_id for member in staff if member.role == Role.DIRECTOR]
    directors.sort(key=lambda user: user in away)  # those present first; the order of joining otherwise
    again = timedelta(minutes=program.escalate_after_minutes)
    for task in due:
        before = task.owner_id
        if task.escalated_at is None and task.deputy_id in present and task.deputy_id != before:
            task.owner_id, task.deputy_id, task.escalate_at = task.deputy_id, None, at + again
            told, stage = [task.owner_id], "deputy"
        else:
            task.owner_id, task.deputy_id, task.escalate_at = (directors or [before])[0], None, None
            told, stage = directors, "directors"
        task.escalated_at = at
        task.save(update_fields=["owner", "deputy", "escalate_at", "escalated_at"])
        detail = {"from": before, "to": task.owner_id, "stage": stage}
        record("task.escalate", by=by, about=task, patient_id=task.patient_id, detail=detail)
        notices.urgent(told)
    return len(due)
