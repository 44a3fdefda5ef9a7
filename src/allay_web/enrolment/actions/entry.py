"""Entering a referral: the patient, the request, and a task while nobody has said what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.enrolment.models import Referral
from allay_web.enrolment.queries import may_own
from allay_web.enrolment.reminders import UNDECIDED, needs_somebody, reminder
from allay_web.people import actions as people
from allay_web.people.queries import lock
from allay_web.worklist.actions import local_day, open_task

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.people.models import Patient


@transaction.atomic
def enter_referral(
    *,
    program: Program,
    received_on: date,
    by: Actor,
    at: datetime,
    patient: Patient | None = None,
    patient_fields: Mapping[str, Any] | None = None,
    referred_by: str = "",
    reason: str = "",
    blocked_by: str = "",
    next_step: str = "",
    owner_id: int | None = None,
    due_on: date | None = None,
    entry_key: uuid.UUID | None = None,
) -> Referral:
    """Enter a referral of a patient who is known, or of a new one described by `patient_fields`.

    Parameters
    ----------
    owner_id : who sees to it; whoever enters it, until somebody else takes it
    entry_key : made with the form; the same key again returns the referral it made the first time

    Raises
    ------
    ValidationError
        The patient has an undecided referral, a date is impossible, or a value does not fit.
    """
    by.must(Permission.REFERRAL_WRITE, program.pk)
    key = entry_key or uuid.uuid4()
    before: Referral | None = Referral.objects.of(program).filter(entry_key=key).first()
    if before is not None:
        return before
    try:
        with transaction.atomic():
            who = patient or people.register(program=program, by=by, at=at, **(patient_fields or {}))
            _refuse_second(who)
            referral = Referral(
                program=program,
                patient=who,
                received_on=received_on,
                referred_by=referred_by.strip(),
                reason=reason.strip(),
                blocked_by=blocked_by,
                next_step=next_step.strip(),
                owner_id=owner_id or by.user_id,
                due_on=due_on,
                entry_key=key,
                entered_at=at,
            )
            _check(referral, at)
            referral.save(force_insert=True)
    except IntegrityError:
        # The same form, sent twice at the same moment; where it was something else, get() says so.
        found: Referral = Referral.objects.of(program).get(entry_key=key)
        return found
    record("referral.enter", by=by, about=referral, patient_id=who.pk)
    if needs_somebody(referral, on=local_day(at, zone=program.zone)):
        open_task(program=program, by=by, at=at, **asdict(reminder(referral, program=program, at=at)))
    return referral


def _refuse_second(patient: Patient) -> None:
    if lock(patient).merged_into_id is not None:
        raise ValidationError("This record was merged into another; choose that one.", code="merged")
    held = Referral.objects.of(patient.program_id).filter(patient=patient, status__in=UNDECIDED)
    if (open_one := held.first()) is not None:
        raise ValidationError(
            f"{patient.name} has an undecided referral, received {open_one.received_on}. "
            "Log this one there as a contact instead.",
            code="undecided",
        )


def _check(referral: Referral, at: datetime) -> None:
    program = referral.program
    wrong = {}
    if referral.received_on > local_day(at, zone=program.zone):
        wrong["received_on"] = "A referral cannot have come in the future."
    if referral.owner_id is not None and not may_own(program, referral.owner_id):
        wrong["owner"] = "Choose somebody of this program who may work on referrals."
    if referral.next_step and referral.due_on is None:
        wrong["due_on"] = "Say by when the next step is to be done."
    if wrong:
        raise ValidationError(wrong)
    referral.full_clean(exclude=["program", "patient", "owner", "entry_key"], validate_constraints=False)
