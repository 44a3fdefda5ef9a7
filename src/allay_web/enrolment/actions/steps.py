"""Working on a referral: its next step, the contact log, and the reminder when a step's day has passed."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Contact, Referral
from allay_web.enrolment.queries import may_own
from allay_web.enrolment.reminders import UNDECIDED, key_of, needs_somebody, reminder
from allay_web.worklist.actions import Settled, close_key, local_day, open_many, open_task

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


@transaction.atomic
def set_next_step(
    *,
    referral: Referral,
    next_step: str,
    by: Actor,
    at: datetime,
    blocked_by: str = "",
    owner_id: int | None = None,
    due_on: date | None = None,
) -> Referral:
    """Say what comes next, who does it and by when, and what is in the way.

    With a next step the referral's task is closed; without one it is open. Whoever sets a step without
    naming an owner owns it.
    """
    by.must(Permission.REFERRAL_WRITE, referral.program_id)
    held = locked(referral)
    step = next_step.strip()
    today = local_day(at, zone=held.program.zone)
    wrong = {}
    if step and due_on is None:
        wrong["due_on"] = "Say by when the next step is to be done."
    if step and due_on is not None and due_on < today:
        wrong["due_on"] = "Choose today or a later day."
    if owner_id is not None and not may_own(held.program, owner_id):
        wrong["owner"] = "Choose somebody of this program who may work on referrals."
    if wrong:
        raise ValidationError(wrong)
    held.next_step, held.blocked_by = step, blocked_by
    held.due_on = due_on if step else None
    held.owner_id = owner_id or by.user_id
    held.full_clean(exclude=["program", "patient", "owner", "entry_key"], validate_constraints=False)
    held.save()
    detail = {"blocked_by": blocked_by, "owner": held.owner_id, "step": bool(step)}
    record("referral.next_step", by=by, about=held, patient_id=held.patient_id, detail=detail)
    close_key(program=held.program, key=key_of(held.pk), disposition=Settled.NEXT_STEP, by=by, at=at)
    if needs_somebody(held, on=today):
        new = reminder(held, program=held.program, at=at)
        open_task(program=held.program, by=by, at=at, **asdict(new))
    return held


@transaction.atomic
def log_contact(
    *,
    referral: Referral,
    channel: str,
    outcome: str,
    by: Actor,
    at: datetime,
    note: str = "",
    entry_key: uuid.UUID | None = None,
) -> Contact:
    """Note one attempt to reach somebody; a decided referral may still be spoken about."""
    by.must(Permission.REFERRAL_WRITE, referral.program_id)
    key = entry_key or uuid.uuid4()
    known: QuerySet[Contact] = Contact.objects.of(referral.program_id).filter(entry_key=key)
    if (before := known.first()) is not None:
        return before
    contact = Contact(
        program_id=referral.program_id,
        referral=referral,
        at=at,
        by_id=by.user_id,
        channel=channel,
        outcome=outcome,
        note=note.strip(),
        entry_key=key,
    )
    contact.full_clean(exclude=["program", "referral", "by", "entry_key"], validate_constraints=False)
    try:
        with transaction.atomic():
            contact.save(force_insert=True)
    except IntegrityError:
        return known.get()
    detail = {"channel": channel, "outcome": outcome}
    record("referral.contact", by=by, about=referral, patient_id=referral.patient_id, detail=detail)
    return contact


@transaction.atomic
def reopen_overdue(*, program: Program, by: Actor, at: datetime) -> int:
    """Open the task of every undecided referral without a next step or past its day; the worker calls it."""
    by.must(Permission.REFERRAL_WRITE, program.pk)
    today = local_day(at, zone=program.zone)
    undecided = Referral.objects.of(program).filter(status__in=UNDECIDED)
    due = undecided.filter(Q(next_step="") | Q(due_on__lt=today))
    tasks = [reminder(referral, program=program, at=at) for referral in due]
    return open_many(program=program, tasks=tasks, by=by, at=at)


def locked(referral: Referral) -> Referral:
    """The referral under lock and still undecided; a decided one is refused, saying when it was decided."""
    held: Referral = Referral.objects.of(referral.program_id).select_for_update().get(pk=referral.pk)
    if held.status not in UNDECIDED:
        status = held.get_status_display().lower()
        raise ValidationError(
            f"This referral was {status} on {held.decided_on}; nothing was changed.", code="decided"
        )
    return held
