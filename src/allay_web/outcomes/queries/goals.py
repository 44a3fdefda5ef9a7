"""The goals of an episode, as its patient sees them on a private link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.care.queries import goals_of

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.outcomes.models import Invitation


def read_goals(invitation: Invitation, *, by: Actor) -> list[str]:
    """The words of the goals stated so far; the reading is audited."""
    by.must(Permission.FORM_ANSWER, invitation.program_id)
    found = [goal.words for goal in goals_of(invitation.program, episode_id=invitation.episode_id)]
    record("goal.read", by=by, about=invitation, patient_id=invitation.episode.patient_id)
    return found
