"""Answers that staff enter: by phone, with an interpreter, from paper, in person."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.outcomes.actions.alarms import raise_alarm
from allay_web.outcomes.actions.answers import begin, check, instrument_of, lock, must_be_open, write
from allay_web.outcomes.actions.completion import complete
from allay_web.outcomes.models import Assignment, Score
from allay_web.outcomes.queries.answers import answers_of
from allay_web.outcomes.refusals import AlreadySent, ImpossibleAnswer

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.outcomes.asking import Answers


@transaction.atomic
def draft(
    *, assignment: Assignment, answers: Answers, mode: str, language: str, by: Actor, at: datetime
) -> bool:
    """Keep answers of a form that is not finished; whether one of them alarms.

    What was typed is not lost when something else on the page has to be mended, and an alarming answer is
    acted on before anything else, also on an unfinished form.
    """
    held = _begin(assignment, answers, mode, language, by, at)
    record(
        "form.draft",
        by=by,
        about=held,
        patient_id=held.episode.patient_id,
        detail={"mode": mode, "items": len(answers)},
    )
    return _write(held, answers, by, at)


@transaction.atomic
def enter(
    *,
    assignment: Assignment,
    answers: Answers,
    mode: str,
    language: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
) -> tuple[Score, ...]:
    """Enter a whole form and score it; items left out stay without an answer.

    Parameters
    ----------
    answers : item id to value; None where there is no answer
    mode : phone, interpreter, paper or in_person
    language : the language in which the patient was asked
    on : the day the patient answered, if not today

    On a form that was sent, only what had been held back may still be entered; it is scored anew.

    Raises
    ------
    AlreadySent, ImpossibleAnswer
    """
    held = _begin(assignment, answers, mode, language, by, at)
    _write(held, answers, by, at)
    held.entered_by_id = by.user_id
    whole = answers_of(held)
    today = at.astimezone(held.episode.program.zone).date()
    still_open = [item for item in held.not_asked if item not in whole]
    day = on or (_day_scored(held) or today)
    return complete(assignment=held, answers=whole, not_asked=still_open, on=day, by=by, at=at)


def _begin(
    assignment: Assignment, answers: Answers, mode: str, language: str, by: Actor, at: datetime
) -> Assignment:
    by.must(Permission.FORM_ENTER, assignment.program_id)
    if mode not in set(Assignment.Mode.values) - {Assignment.Mode.SELF}:
        raise ImpossibleAnswer(
            f"expected how it was answered (phone, interpreter, paper, in_person), found {mode}"
        )
    held = lock(assignment)
    check(instrument_of(held), answers)
    if held.status != Assignment.Status.COMPLETED:
        must_be_open(held)
        begin(held, mode=mode, language=language, at=at)
    elif not answers or not set(answers) <= set(held.not_asked):
        raise AlreadySent("These answers were already sent. Nothing was changed.")
    return held


def _write(held: Assignment, answers: Answers, by: Actor, at: datetime) -> bool:
    before = write(held, answers, at)
    alarming = [
        raise_alarm(assignment=held, item=item, before=before[item], value=value, by=by, at=at)
        for item, value in answers.items()
    ]
    return any(alarming)


def _day_scored(held: Assignment) -> date | None:
    """The day a form that was sent already was answered; what is added later belongs to that day."""
    day: date | None = (
        Score.objects.of(held.program_id).filter(assignment=held).values_list("on", flat=True).first()
    )
    return day
