"""The goals a patient states on their own link, before the questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.care.actions import state_goals
from allay_web.outcomes.models import Invitation

if TYPE_CHECKING:
    from allay_web.access.actor import Actor


@transaction.atomic
def answer_goals(*, invitation: Invitation, words: Sequence[str], by: Actor, at: datetime) -> None:
    """Write down what the patient wants to be able to do, or go on without; asked once per link.

    Raises
    ------
    ValidationError
        for more goals than there is room for, or one too long.
    """
    by.must(Permission.FORM_ANSWER, invitation.program_id)
    if by.kind == "patient_link" and by.id != invitation.pk:
        raise PermissionDenied("a link states the goals of its own episode only")
    held = (
        Invitation.objects.of(invitation.program_id)
        .select_for_update(of=("self",))
        .select_related("episode")
        .get(pk=invitation.pk)
    )
    if any(text.strip() for text in words):
        state_goals(episode=held.episode, words=words, stated_by="patient", by=by, at=at)
    if held.goals_at is None:
        held.goals_at = at
        held.save(update_fields=["goals_at"])
