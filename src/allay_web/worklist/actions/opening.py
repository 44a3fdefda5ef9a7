"""Opening tasks. Any room may; what needs a permission is the act that gave rise to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allay_web.audit.record import record
from allay_web.people.insertion import insert
from allay_web.worklist import notices, queries
from allay_web.worklist.models import Task, TaskKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a task begins with; `key` says what it is about, and only one task per key is open at a time."""

    kind: str
    key: str
    why: str
    patient_id: int | None = None
    episode_id: int | None = None
    referral_id: int | None = None
    owner_id: int | None = None
    deputy_id: int | None = None
    due_at: datetime | None = None
    escalate_at: datetime | None = None


@transaction.atomic
def open_task(
    *,
    program: Program,
    kind: str,
    key: str,
    why: str,
    by: Actor,
    at: datetime,
    patient_id: int | None = None,
    episode_id: int | None = None,
    referral_id: int | None = None,
    owner_id: int | None = None,
    deputy_id: int | None = None,
    due_at: datetime | None = None,
    escalate_at: datetime | None = None,
) -> Task:
    """Open a task, or return the one that is open for this key already.

    A safety task always has an owner and a time at which it escalates: where the caller names none, they
    are those of `queries.responsible` and of the program's setting. One that is open and that nobody has
    taken on yet tells what came last.
    """
    _same_program(program, by)
    open_now: QuerySet[Task] = Task.objects.of(program).filter(key=key, closed_at=None)
    if (found := open_now.first()) is not None:
        return _told_anew(found, why, by)
    if kind == TaskKind.SAFETY:
        if owner_id is None:
            duty = queries.responsible(program, at)
            owner_id, deputy_id = duty.owner_id, duty.deputy_id
        due_at = due_at or at
        escalate_at = escalate_at or at + timedelta(minutes=program.escalate_after_minutes)
    try:
        with transaction.atomic():
            task: Task = Task.objects.create(
                program=program,
                kind=kind,
                key=key,
                why=why,
                patient_id=patient_id,
                episode_id=episode_id,
                referral_id=referral_id,
                owner_id=owner_id,
                deputy_id=deputy_id,
                opened_at=at,
                due_at=due_at,
                escalate_at=escalate_at,
            )
    except IntegrityError:
        # Two requests opened it at once; where it was something else that failed, get() says so.
        return open_now.get()
    record("task.open", by=by, about=task, patient_id=patient_id, detail={"kind": kind, "owner": owner_id})
    if kind == TaskKind.SAFETY:
        notices.urgent([owner_id, deputy_id])
    return task


def _told_anew(task: Task, why: str, by: Actor) -> Task:
    if task.kind == TaskKind.SAFETY and task.acknowledged_at is None and task.why != why:
        task.why = why
        task.save(update_fields=["why"])
        record("task.tell_anew", by=by, about=task, patient_id=task.patient_id)
    return task


@transaction.atomic
def open_many(*, program: Program, tasks: Sequence[NewTask], by: Actor, at: datetime) -> int:
    """Open many tasks at once, in a few statements; how many were new.

    Not for safety tasks, of which each has its own owner, message and audit entry.
    """
    _same_program(program, by)
    if any(task.kind == TaskKind.SAFETY for task in tasks):
        raise ValueError("expected tasks other than safety tasks, which are opened one by one")
    if not tasks:
        return 0
    # The program's row orders those who open many at once, so that no key is opened twice.
    queries.lock(program)
    taken = set(Task.objects.of(program).filter(closed_at=None).values_list("key", flat=True))
    wanted = {task.key: task for task in tasks if task.key not in taken}
    rows = [
        Task(
            program_id=program.pk,
            opened_at=at,
            kind=task.kind,
            key=key,
            why=task.why,
            patient_id=task.patient_id,
            episode_id=task.episode_id,
            referral_id=task.referral_id,
            owner_id=task.owner_id,
            deputy_id=task.deputy_id,
            due_at=task.due_at,
            escalate_at=task.escalate_at,
        )
        for key, task in wanted.items()
    ]
    insert(rows)
    if wanted:
        patients = sorted({task.patient_id for task in wanted.values() if task.patient_id})
        record("task.open_many", by=by, detail={"tasks": len(wanted), "patients": patients})
    return len(wanted)


def _same_program(program: Program, by: Actor) -> None:
    if by.program_id != program.pk:
        raise PermissionDenied("a task is opened in one's own program")
