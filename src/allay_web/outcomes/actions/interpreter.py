"""Telling the coordinator that a form needs an interpreter."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allay_web.outcomes import keys
from allay_web.outcomes.queries.links import interpreter_needed, link_language, unfinished
from allay_web.outcomes.queries.watch import follow_up
from allay_web.outcomes.schedule import title
from allay_web.worklist.actions import TaskKind, end_of_day, open_task

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.enrolment.models import Episode


def interpreter_reason(language: str, timepoint: str) -> str:
    """Why an interpreter is needed, for the worklist."""
    spoken = {"es": "Spanish", "other": "another language"}.get(language, language)
    return f"{title(timepoint)}: patient reads {spoken}, no official wording. Call with an interpreter."


def ask_for_interpreter(
    *, episode: Episode, timepoint: str, by: Actor, at: datetime, language: str = ""
) -> bool:
    """Open a task if anything due at this time point may not be shown in the patient's language.

    `language` is what the patient chose on the link, where that is not what is recorded.
    """
    language = language or link_language(episode)
    waiting = unfinished(episode, timepoint)
    if not interpreter_needed(waiting, language=language):
        return False
    open_task(
        program=episode.program,
        kind=TaskKind.INTERPRETER,
        key=keys.interpreter(episode.pk, timepoint),
        why=interpreter_reason(language, timepoint),
        by=by,
        at=at,
        patient_id=episode.patient_id,
        episode_id=episode.pk,
        owner_id=follow_up(episode.program),
        due_at=end_of_day(max(a.due_on for a in waiting), zone=episode.program.zone),
    )
    return True
