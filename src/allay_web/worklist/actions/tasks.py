"""What a person does with a task: acknowledge it, hand it over, put it off, close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.worklist import notices, queries
from allay_web.worklist.dispositions import Settled, choices_for
from allay_web.worklist.models import Task, TaskKind

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.people.models import Patient

LONGEST_SNOOZE = timedelta(days=31)  # what is put off for longer should be closed, or its due date changed


def _permission(task: Task) -> Permission:
    return Permission.SAFETY_ACT if task.kind == TaskKind.SAFETY else Permission.TASK_ACT


def _open(task: Task, by: Actor) -> Task:
    """The task under lock, by somebody who may act on it, and still open."""
    by.must(_permission(task), task.program_id)
    held: Task = Task.objects.of(task.program_id).select_for_update().get(pk=task.pk)
    if held.closed_at is not None:
        raise ValidationError("This was closed already; nothing was changed.", code="closed")
    return held


@transaction.atomic
def acknowledge(*, task: Task, by: Actor, at: datetime) -> Task:
    """Take a safety task on: whoever acknowledges it owns it, and it no longer escalates.

    A second time, or by a second person, changes nothing: the first one has it.
    """
    held = _open(task, by)
    if held.acknowledged_at is not None:
        return held
    held.acknowledged_at = at
    held.acknowledged_by_id = by.user_id
    if by.user_id is not None and by.user_id != held.owner_id:
        held.owner_id, held.deputy_id = by.user_id, held.owner_id
    held.save(update_fields=["acknowledged_at", "acknowledged_by", "owner", "deputy"])
    record("task.acknowledge", by=by, about=held, patient_id=held.patient_id)
    return held


@transaction.atomic
def close_task(*, task: Task, disposition: str, note: str = "", by: Actor, at: datetime) -> Task:
    """Close a task by hand, with a disposition from its kind's list; a safety task once acknowledged.

    Raises
    ------
    ValidationError
        It is closed already, the disposition is not on the list, a safety task was not acknowledged, or it
        is a referral's task, which setting the next step or deciding closes.
    """
    held = _open(task, by)
    if held.kind == TaskKind.REFERRAL:
        raise ValidationError(
            "Set the referral's next step, or decide it; that closes this.", code="referral"
        )
    if held.kind == TaskKind.SAFETY and held.acknowledged_at is None:
        raise ValidationError("Acknowledge this first; then say what was done.", code="unacknowledged")
    if disposition not in dict(choices_for(held.kind)):
        raise ValidationError("Choose what was done from the list.", code="disposition")
    return _close(held, disposition, note, by, at)


@transaction.atomic
def close_key(*, program: Program, key: str, disposition: str, by: Actor, at: datetime) -> Task | None:
    """Close the open task of this key, if there is one, because of what happened elsewhere.

    A safety task is never closed this way: a person says what was done.
    """
    by_program = Task.objects.of(program).select_for_update()
    held = by_program.filter(key=key, closed_at=None).exclude(kind=TaskKind.SAFETY).first()
    if held is None or by.program_id != program.pk:
        return None
    if disposition not in Settled.values and disposition not in dict(choices_for(held.kind)):
        raise ValueError(f"expected one of {', '.join(Settled.values)}, found {disposition!r}")
    return _close(held, disposition, "", by, at)


def _close(held: Task, disposition: str, note: str, by: Actor, at: datetime) -> Task:
    held.closed_at, held.closed_by_id = at, by.user_id
    held.disposition, held.note = disposition, note.strip()[:500]
    held.save(update_fields=["closed_at", "closed_by", "disposition", "note"])
    detail = {"kind": held.kind, "disposition": disposition}
    record("task.close", by=by, about=held, patient_id=held.patient_id, detail=detail)
    return held


@transaction.atomic
def hand_over(*, task: Task, owner_id: int, by: Actor, at: datetime) -> Task:
    """Give a task to a colleague who may act on it.

    A safety task must be acknowledged anew by its new owner, and its clock starts again; the one who
    hands it over is the deputy.
    """
    held = _open(task, by)
    able = {member.user_id for member in queries.staff_with(held.program_id, _permission(held))}
    if owner_id not in able:
        raise ValidationError("Choose somebody of this program who may act on it.", code="owner")
    before = held.owner_id
    if owner_id == before:
        return held
    held.owner_id = owner_id
    if held.kind == TaskKind.SAFETY:
        held.deputy_id = by.user_id if by.user_id not in {owner_id, None} else before
        held.acknowledged_at = held.acknowledged_by_id = held.escalated_at = None
        held.escalate_at = at + timedelta(minutes=held.program.escalate_after_minutes)
        notices.urgent([owner_id])
    held.save()
    detail = {"from": before, "to": owner_id}
    record("task.hand_over", by=by, about=held, patient_id=held.patient_id, detail=detail)
    return held


@transaction.atomic
def snooze(*, task: Task, until: datetime, by: Actor, at: datetime) -> Task:
    """Take a task out of sight until a time; its due time stays. A safety task cannot be put off."""
    held = _open(task, by)
    if held.kind == TaskKind.SAFETY:
        raise ValidationError("A safety alert cannot be put off. Hand it over instead.", code="safety")
    if not at < until <= at + LONGEST_SNOOZE:
        raise ValidationError("Choose a time within the next 31 days.", code="until")
    held.snoozed_until = until
    held.save(update_fields=["snoozed_until"])
    detail = {"until": until.isoformat()}
    record("task.snooze", by=by, about=held, patient_id=held.patient_id, detail=detail)
    return held


@transaction.atomic
def move_patient(*, keep: Patient, drop: Patient, by: Actor) -> int:
    """Have the tasks of a patient record that is merged away follow to the one that stays."""
    by.must(Permission.PATIENT_MERGE, keep.program_id)
    return Task.objects.of(keep.program_id).filter(patient_id=drop.pk).update(patient_id=keep.pk)
