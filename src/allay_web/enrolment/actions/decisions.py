"""Triage: accept a referral, decline it with a reason, have it wait, or take it up again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.actions.steps import locked
from allay_web.enrolment.models import DeclineReason, Episode, Referral, ReferralStatus
from allay_web.enrolment.queries import may_treat
from allay_web.enrolment.reminders import key_of, reminder
from allay_web.enrolment.signals import episode_opened
from allay_web.people.queries import lock
from allay_web.worklist.actions import Settled, close_key, local_day, open_task

if TYPE_CHECKING:
    from allay_web.access.actor import Actor


@transaction.atomic
def accept(
    *, referral: Referral, by: Actor, at: datetime, clinician_id: int | None = None, note: str = ""
) -> Episode:
    """Take the patient into the program: opens an episode and sends `episode_opened`.

    Raises
    ------
    ValidationError
        The referral was decided before, or the patient is in the program already.
    """
    by.must(Permission.REFERRAL_TRIAGE, referral.program_id)
    held = locked(referral)
    if clinician_id is not None and not may_treat(held.program, clinician_id):
        raise ValidationError({"clinician": "Choose a clinician of this program."})
    lock(held.patient)
    episodes = Episode.objects.of(held.program_id)
    if episodes.filter(patient_id=held.patient_id, status=Episode.Status.ACTIVE).exists():
        raise ValidationError(
            "This patient is in the program already. Decline this referral as already referred, or close "
            "the episode that is open first.",
            code="active",
        )
    today = local_day(at, zone=held.program.zone)
    _decide(held, ReferralStatus.ACCEPTED, on=today, note=note, by=by, at=at)
    episode: Episode = Episode.objects.create(
        program_id=held.program_id,
        patient_id=held.patient_id,
        referral=held,
        opened_on=today,
        clinician_id=clinician_id,
    )
    detail = {"episode": episode.pk}
    record("referral.accept", by=by, about=held, patient_id=held.patient_id, detail=detail)
    episode_opened.send(sender=Episode, episode=episode, by=by, at=at)
    return episode


@transaction.atomic
def decline(*, referral: Referral, reason: str, by: Actor, at: datetime, note: str = "") -> Referral:
    """Decline a referral, with a reason; it stays in every denominator."""
    by.must(Permission.REFERRAL_TRIAGE, referral.program_id)
    held = locked(referral)
    if reason not in DeclineReason.values:
        raise ValidationError({"reason": "Choose why the referral is declined."})
    today = local_day(at, zone=held.program.zone)
    _decide(held, ReferralStatus.DECLINED, on=today, note=note, by=by, at=at, decline_reason=reason)
    detail = {"reason": reason}
    record("referral.decline", by=by, about=held, patient_id=held.patient_id, detail=detail)
    return held


@transaction.atomic
def wait(
    *,
    referral: Referral,
    by: Actor,
    at: datetime,
    until: date | None = None,
    blocked_by: str = "",
    note: str = "",
) -> Referral:
    """Put a referral on the waiting list, to be looked at again on a day.

    Without a day its task stays open: what waits for nothing is forgotten.
    """
    by.must(Permission.REFERRAL_TRIAGE, referral.program_id)
    held = locked(referral)
    today = local_day(at, zone=held.program.zone)
    if until is not None and until < today:
        raise ValidationError({"until": "Choose today or a later day."})
    held.status = ReferralStatus.WAITING
    held.blocked_by = blocked_by or held.blocked_by
    if until is not None:
        held.next_step, held.due_on = note.strip()[:200] or "Look at it again", until
        held.owner_id = held.owner_id or by.user_id
        close_key(program=held.program, key=key_of(held.pk), disposition=Settled.NEXT_STEP, by=by, at=at)
    held.save()
    detail = {"until": until.isoformat() if until else None, "blocked_by": held.blocked_by}
    record("referral.wait", by=by, about=held, patient_id=held.patient_id, detail=detail)
    return held


@transaction.atomic
def resume(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """Take a waiting referral up again; it has no next step until somebody sets one."""
    by.must(Permission.REFERRAL_TRIAGE, referral.program_id)
    held = locked(referral)
    if held.status == ReferralStatus.OPEN:
        return held
    held.status, held.next_step, held.due_on = ReferralStatus.OPEN, "", None
    held.save()
    record("referral.resume", by=by, about=held, patient_id=held.patient_id)
    open_task(program=held.program, by=by, at=at, **asdict(reminder(held, program=held.program, at=at)))
    return held


def _decide(
    held: Referral, status: str, *, on: date, note: str, by: Actor, at: datetime, **fields: Any
) -> None:
    held.status, held.decided_on, held.decided_by_id = status, on, by.user_id
    held.decision_note = note.strip()[:500]
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()
    close_key(program=held.program, key=key_of(held.pk), disposition=Settled.DECIDED, by=by, at=at)
