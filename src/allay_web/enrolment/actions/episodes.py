"""Ending an episode, and moving what hangs on a patient record that is merged away."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Episode, Referral
from allay_web.worklist.actions import local_day

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.people.models import Patient


@transaction.atomic
def complete_episode(*, episode: Episode, by: Actor, at: datetime, on: date | None = None) -> Episode:
    """The patient finished the program; follow-up is asked all the same."""
    return _end(episode, Episode.Status.COMPLETED, "", by=by, at=at, on=on)


@transaction.atomic
def close_episode(
    *, episode: Episode, reason: str, by: Actor, at: datetime, on: date | None = None
) -> Episode:
    """The patient left early, and why."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why the patient left."})
    return _end(episode, Episode.Status.LEFT, reason.strip()[:200], by=by, at=at, on=on)


def _end(episode: Episode, status: str, reason: str, *, by: Actor, at: datetime, on: date | None) -> Episode:
    by.must(Permission.EPISODE_WRITE, episode.program_id)
    held: Episode = Episode.objects.of(episode.program_id).select_for_update().get(pk=episode.pk)
    if held.status != Episode.Status.ACTIVE:
        raise ValidationError(
            f"This episode is closed already ({held.get_status_display().lower()}).", code="closed"
        )
    today = local_day(at, zone=held.program.zone)
    day = on or today
    if day > today or (held.opened_on is not None and day < held.opened_on):
        raise ValidationError({"on": "Choose a day between the start of the episode and today."})
    held.status, held.closed_on, held.close_reason = status, day, reason
    held.save(update_fields=["status", "closed_on", "close_reason"])
    record(f"episode.{status}", by=by, about=held, patient_id=held.patient_id)
    return held


@transaction.atomic
def move_patient(*, keep: Patient, drop: Patient, by: Actor) -> tuple[int, int]:
    """Have the referrals and episodes of a merged record follow to the one that stays; how many of each."""
    by.must(Permission.PATIENT_MERGE, keep.program_id)
    referrals = Referral.objects.of(keep.program_id).filter(patient_id=drop.pk)
    episodes = Episode.objects.of(keep.program_id).filter(patient_id=drop.pk)
    return referrals.update(patient_id=keep.pk), episodes.update(patient_id=keep.pk)
