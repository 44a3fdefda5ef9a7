"""Goals are stated by the patient or with staff, and rated together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.care.models import MOST_GOALS, Goal

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.enrolment.models import Episode

LONGEST_GOAL = 280

__all__ = ["LONGEST_GOAL", "MOST_GOALS", "rate_goal", "state_goals"]


def _permission(by: Actor) -> Permission:
    """A patient's link carries one permission, to answer; stating one's own goals is an answer."""
    return Permission.FORM_ANSWER if by.kind == "patient_link" else Permission.GOAL_WRITE


@transaction.atomic
def state_goals(
    *, episode: Episode, words: Sequence[str], stated_by: str, by: Actor, at: datetime
) -> tuple[Goal, ...]:
    """Write down up to three goals in the patient's own words; they replace those of the episode.

    Parameters
    ----------
    words : in order of weight; blanks are left out, so a goal is taken away by leaving its line empty
    stated_by : `patient` or `staff`, who wrote them down
    by, at : who acts, when

    Goals whose words stay keep their rating, whatever line they move to. The audit entry counts what changed;
    it never holds the words.

    Raises
    ------
    ValidationError
        for more than three goals, or one too long.
    """
    by.must(_permission(by), episode.program_id)
    wanted = list(dict.fromkeys(" ".join(text.split()) for text in words if text.strip()))
    if len(wanted) > MOST_GOALS:
        raise ValidationError(f"Expected at most {MOST_GOALS} goals, found {len(wanted)}.")
    if any(len(text) > LONGEST_GOAL for text in wanted):
        raise ValidationError(f"Expected goals of at most {LONGEST_GOAL} letters. Shorten the longest one.")
    # Two tabs wait for each other here.
    type(episode).objects.of(episode.program_id).select_for_update().get(pk=episode.pk)
    before = {goal.words: goal for goal in Goal.objects.of(episode.program_id).filter(episode=episode)}
    if list(before) == wanted:
        return tuple(before.values())
    Goal.objects.of(episode.program_id).filter(episode=episode).delete()
    goals = [
        Goal(
            program_id=episode.program_id,
            episode=episode,
            position=position,
            words=text,
            stated_by=before[text].stated_by if text in before else stated_by,
            stated_at=before[text].stated_at if text in before else at,
            progress=before[text].progress if text in before else Goal.Progress.UNRATED,
            rated_at=before[text].rated_at if text in before else None,
        )
        for position, text in enumerate(wanted, start=1)
    ]
    Goal.objects.bulk_create(goals)
    record(
        "goal.state",
        by=by,
        about=episode,
        patient_id=episode.patient_id,
        detail={
            "goals": len(wanted),
            "new": len([text for text in wanted if text not in before]),
            "removed": len([text for text in before if text not in wanted]),
            "stated_by": stated_by,
        },
    )
    return tuple(goals)


@transaction.atomic
def rate_goal(*, goal: Goal, progress: str, by: Actor, at: datetime) -> Goal:
    """Say how a goal is going, as patient and clinician see it.

    Raises
    ------
    ValidationError
        for a rating that does not exist.
    """
    by.must(Permission.GOAL_WRITE, goal.program_id)
    if progress not in Goal.Progress.values:
        raise ValidationError(f"Expected one of {', '.join(filter(None, Goal.Progress.values))}.")
    if goal.progress == progress:
        return goal
    goal.progress = progress
    goal.rated_at = at if progress else None
    goal.save(update_fields=["progress", "rated_at"])
    record(
        "goal.rate",
        by=by,
        about=goal,
        patient_id=goal.episode.patient_id,
        detail={"position": goal.position, "progress": progress},
    )
    return goal
