"""What an alarming answer sets off: a task for a named person, in the transaction of the answer itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from allay.measures.catalog import get
from allay_web.outcomes import keys
from allay_web.outcomes.asking import is_alarm, short_title
from allay_web.outcomes.queries.watch import follow_up, watch
from allay_web.outcomes.schedule import title
from allay_web.worklist.actions import TaskKind, open_task

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.outcomes.models import Assignment
    from allay_web.worklist.models import Task


def raise_alarm(
    *, assignment: Assignment, item: str, before: int | None, value: int | None, by: Actor, at: datetime
) -> bool:
    """Open a safety task if this answer calls for one; whether it does.

    The same answer again, or a lower one that still alarms, finds its task open and adds none. An answer
    that was raised alerts again, even while somebody has the first alert in hand. Lowering the answer to
    zero closes nothing: only a person does.
    """
    if not is_alarm(assignment.instrument, item=item, value=value) or value is None:
        return False
    if value <= (before or 0):
        return True
    name = short_title(get(assignment.instrument))
    why = f"Answered {value} on {name}, thoughts of death or self-harm ({title(assignment.timepoint)})."
    for again in count():
        task = _open(assignment, keys.alarm(assignment.pk, again), why, by, at)
        if task.acknowledged_at is None:
            break
    return True


def raise_unsaved_alarm(
    *, assignment: Assignment, item: str, value: int | None, by: Actor, at: datetime
) -> bool:
    """Open a safety task for an answer that came after the patient's page had timed out.

    It is not saved, because whoever sent it did not give the birth date again; but it is not ignored.
    """
    if not is_alarm(assignment.instrument, item=item, value=value):
        return False
    name = short_title(get(assignment.instrument))
    why = (
        f"An answer of {value} on {name}, thoughts of death or self-harm, came after the page had timed out "
        "and was not saved. Call the patient."
    )
    _open(assignment, keys.alarm(assignment.pk), why, by, at)
    return True


def _open(assignment: Assignment, key: str, why: str, by: Actor, at: datetime) -> Task:
    episode = assignment.episode
    program = episode.program
    owner, deputy = watch(program, at=at, entered_by=by.user_id)
    return open_task(
        program=program,
        kind=TaskKind.SAFETY,
        key=key,
        why=why,
        by=by,
        at=at,
        patient_id=episode.patient_id,
        episode_id=episode.pk,
        owner_id=owner,
        deputy_id=deputy,
        due_at=at,
        escalate_at=at + timedelta(minutes=program.escalate_after_minutes),
    )


def ask_in_person(*, assignment: Assignment, items: list[str], by: Actor, at: datetime) -> None:
    """Tell staff which question was held back, because nobody was on duty to see its answer."""
    episode = assignment.episode
    name = short_title(get(assignment.instrument))
    labels = ", ".join(get(assignment.instrument).item(item).label.lower() for item in items)
    open_task(
        program=episode.program,
        kind=TaskKind.ITEM_9_NOT_ASKED,
        key=keys.not_asked(assignment.pk),
        why=f"{name} came in while nobody was on duty: {labels} was not asked. Ask in person or by phone.",
        by=by,
        at=at,
        patient_id=episode.patient_id,
        episode_id=episode.pk,
        owner_id=follow_up(episode.program),
        due_at=at + timedelta(days=1),
    )
