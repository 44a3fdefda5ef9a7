"""Writing answers down: one row per item, whoever gives it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allay.base.errors import NotFound
from allay.measures.catalog import get
from allay_web.outcomes.models import Answer, Assignment
from allay_web.outcomes.refusals import AlreadySent, ImpossibleAnswer

if TYPE_CHECKING:
    from allay.measures.instrument import Instrument
    from allay_web.outcomes.asking import Answers

Status = Assignment.Status


def instrument_of(assignment: Assignment) -> Instrument:
    """The definition the form was assigned with."""
    return get(f"{assignment.instrument}@{assignment.version}")


def lock(assignment: Assignment) -> Assignment:
    """The form under lock, so that two tabs and two people follow one another."""
    held: Assignment = (
        Assignment.objects.of(assignment.program_id)
        .select_for_update(of=("self",))
        .select_related("episode")
        .get(pk=assignment.pk)
    )
    return held


def must_be_open(held: Assignment) -> None:
    """Refuse to change what was sent or closed."""
    if held.status in (Status.COMPLETED, Status.CLOSED):
        raise AlreadySent("These answers were already sent. Nothing was changed.")


def check(instrument: Instrument, answers: Answers) -> None:
    """Refuse an item the form does not have and a value the item does not permit."""
    for item, value in answers.items():
        try:
            asked = instrument.item(item)
        except NotFound as error:
            raise ImpossibleAnswer(str(error)) from error
        if value is not None and not asked.permits(value):
            raise ImpossibleAnswer(
                f"{asked.label}: expected {asked.minimum} to {asked.maximum}, found {value}."
            )


def write(held: Assignment, answers: Answers, at: datetime) -> dict[str, int | None]:
    """Write answers of a locked form; the last one of an item holds. Returns what stood there before."""
    rows = {row.item: row for row in Answer.objects.of(held.program_id).filter(assignment=held)}
    before = {item: rows[item].value if item in rows else None for item in answers}
    changed = [item for item, value in answers.items() if item not in rows or rows[item].value != value]
    new = [
        Answer(program_id=held.program_id, assignment=held, item=item, value=answers[item], saved_at=at)
        for item in changed
        if item not in rows
    ]
    Answer.objects.bulk_create(new)
    for item in changed:
        if item in rows:
            rows[item].value, rows[item].saved_at = answers[item], at
            rows[item].save(update_fields=["value", "saved_at"])
    return before


def begin(held: Assignment, *, mode: str, language: str, at: datetime) -> None:
    """Mark a locked form as started, in this way and language."""
    if (held.status, held.mode, held.language) == (Status.STARTED, mode, language):
        return
    if held.status != Status.COMPLETED:
        held.status = Status.STARTED
    held.started_at = held.started_at or at
    held.mode, held.language = mode, language
    held.save(update_fields=["status", "started_at", "mode", "language"])
