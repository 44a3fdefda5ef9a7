"""What a patient does on a private link: answer, one item at a time, and send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes.actions.alarms import raise_alarm
from allay_web.outcomes.actions.answers import begin, check, instrument_of, lock, must_be_open, write
from allay_web.outcomes.actions.completion import complete
from allay_web.outcomes.asking import alarm_items, items_to_ask
from allay_web.outcomes.models import Assignment, Invitation, Score
from allay_web.outcomes.queries.answers import answers_of
from allay_web.outcomes.queries.links import link_language, showable, unfinished
from allay_web.outcomes.queries.watch import somebody_on_duty
from allay_web.outcomes.refusals import Unfinished

if TYPE_CHECKING:
    from allay_web.access.actor import Actor


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer that was saved, and whether crisis help must be shown before anything else."""

    item: str
    value: int | None
    crisis: bool


@transaction.atomic
def save_answer(
    *, assignment: Assignment, item: str, value: int | None, by: Actor, at: datetime
) -> SavedAnswer:
    """Save one answer of a patient; None where they would rather not answer. The last one holds.

    An alarming answer is accepted at any hour: that nobody is on duty keeps the question from being asked,
    never an answer from being heard.

    Raises
    ------
    AlreadySent
        the form was sent or closed.
    ImpossibleAnswer
        no such item, or a value it does not permit.
    """
    link = _its_link(assignment, by)
    held = lock(assignment)
    must_be_open(held)
    check(instrument_of(held), {item: value})
    before = write(held, {item: value}, at)
    language = link.language if link else link_language(held.episode)
    begin(held, mode=Assignment.Mode.SELF, language=language, at=at)
    record("answer.save", by=by, about=held, patient_id=held.episode.patient_id, detail={"item": item})
    crisis = raise_alarm(assignment=held, item=item, before=before[item], value=value, by=by, at=at)
    if crisis and link and not link.help_pending:
        link.help_pending = True
        link.save(update_fields=["help_pending"])
    return SavedAnswer(item, value, crisis)


@transaction.atomic
def submit(*, assignment: Assignment, by: Actor, at: datetime) -> tuple[Score, ...]:
    """Send one form and score it at once; sending it again changes nothing.

    Every item that is asked at this hour must have been answered or skipped. An alarm item that was not
    asked because nobody is on duty is noted as held back, and staff are told to ask in person.

    Raises
    ------
    Unfinished
        naming the first item that is open.
    """
    _its_link(assignment, by)
    held = lock(assignment)
    if held.status == Assignment.Status.COMPLETED:
        return tuple(Score.objects.of(held.program_id).filter(assignment=held).order_by("pk"))
    must_be_open(held)
    instrument, answers = instrument_of(held), answers_of(held)
    on_duty = somebody_on_duty(held.episode.program, at=at)
    for item in items_to_ask(instrument, answers, on_duty=on_duty):
        if item not in answers:
            raise Unfinished(item)
    held_back = sorted(item for item in alarm_items(instrument.id) if item not in answers)
    today = at.astimezone(held.episode.program.zone).date()
    return complete(assignment=held, answers=answers, not_asked=held_back, on=today, by=by, at=at)


@transaction.atomic
def send(*, invitation: Invitation, by: Actor, at: datetime) -> int:
    """Send all forms of a link; how many were still open. The link is then done with.

    Raises
    ------
    Unfinished
        naming the first item that is open; nothing is sent.
    """
    by.must(Permission.FORM_ANSWER, invitation.program_id)
    if by.kind == "patient_link" and by.id != invitation.pk:
        raise PermissionDenied("a link sends its own forms only")
    held = (
        Invitation.objects.of(invitation.program_id)
        .select_for_update(of=("self",))
        .select_related("episode__patient", "episode__program")
        .get(pk=invitation.pk)
    )
    if held.completed_at:
        return 0
    waiting = showable(unfinished(held.episode, held.timepoint), language=held.language)
    for assignment in waiting:
        submit(assignment=assignment, by=by, at=at)
    held.completed_at = at
    held.save(update_fields=["completed_at"])
    record("link.complete", by=by, about=held, patient_id=held.episode.patient_id)
    return len(waiting)


def _its_link(assignment: Assignment, by: Actor) -> Invitation | None:
    """The link somebody acts through; a link reaches the forms of its own time point only."""
    by.must(Permission.FORM_ANSWER, assignment.program_id)
    if by.kind != "patient_link":
        return None
    link: Invitation | None = (
        Invitation.objects.of(assignment.program_id)
        .filter(
            pk=by.id,
            episode=assignment.episode_id,
            timepoint=assignment.timepoint,
            revoked_at=None,
            locked_at=None,
        )
        .first()
    )
    if link is None or not showable([assignment], language=link.language):
        raise PermissionDenied("a link answers its own questions only")
    return link
