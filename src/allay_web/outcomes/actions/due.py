"""Keeping the worklist in step with what is due, and closing what came too late. The worker calls it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes import keys
from allay_web.outcomes.models import Assignment, Invitation
from allay_web.outcomes.queries import due
from allay_web.outcomes.queries.links import UNFINISHED
from allay_web.worklist.actions import Settled, close_key, open_many

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

Status = Assignment.Status


@transaction.atomic
def refresh_due(program: Program, *, by: Actor, at: datetime) -> int:
    """Open a task for everything due that needs a person, and close those that no longer do.

    Returns how many tasks were opened. Costs the same number of queries however many questionnaires wait;
    only a task that is closed costs a few of its own. A task a person closed stays closed for a week, and
    for good where the patient does not want to answer.
    """
    by.must(Permission.FORM_ASSIGN, program.pk)
    recent, refused = due.put_to_rest(program, at=at)
    _close_refused(program, refused, by)
    _close_windows(program, by, at)
    groups = due.waiting(program)
    wanted = {task.key: task for task in due.wanted_tasks(program, groups, at=at)}
    held = due.open_keys(program)
    # An interpreter may be asked for before the day: a link that was made early says so at once.
    ahead = {
        keys.interpreter(group.episode.pk, group.timepoint) for group in groups if group.needs_interpreter
    }
    for key in sorted(held - wanted.keys() - ahead):
        close_key(program=program, key=key, disposition=Settled.NO_LONGER_NEEDED, by=by, at=at)
    new = [task for key, task in wanted.items() if key not in held and key not in recent]
    return open_many(program=program, tasks=new, by=by, at=at)


def _close_windows(program: Program, by: Actor, at: datetime) -> None:
    """Close what was not answered in its window, with why."""
    today = at.astimezone(program.zone).date()
    late = Assignment.objects.of(program).filter(status__in=UNFINISHED, closes_on__lt=today)
    linked = Invitation.objects.of(program).filter(
        episode=OuterRef("episode_id"), timepoint=OuterRef("timepoint")
    )
    closed = late.filter(status=Status.STARTED).update(
        status=Status.CLOSED, why_closed="The window closed before the form was finished."
    )
    closed += late.filter(Exists(linked)).update(
        status=Status.CLOSED, why_closed="The window closed; a link was sent and nothing was answered."
    )
    closed += late.update(status=Status.CLOSED, why_closed="The window closed; no link was sent.")
    if closed:
        record("form.close", by=by, detail={"forms": closed, "why": "window"})


def _close_refused(program: Program, refused_keys: set[str], by: Actor) -> None:
    """Close what the patient does not want to answer, so that it is not asked for again."""
    places = {keys.place(key) for key in refused_keys}
    if not places:
        return
    waiting = Assignment.objects.of(program).filter(
        status__in=UNFINISHED, episode__in={episode for episode, _ in places}
    )
    refused = [form.pk for form in waiting if (form.episode_id, form.timepoint) in places]
    if refused:
        waiting.filter(pk__in=refused).update(
            status=Status.CLOSED, why_closed="The patient did not want to answer."
        )
        record("form.close", by=by, detail={"forms": len(refused), "why": "refused"})
