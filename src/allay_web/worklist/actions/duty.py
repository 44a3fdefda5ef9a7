"""Who is on duty when, who is away, and what the program shows in a crisis."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from allay_web.access.permissions import Permission
from allay_web.audit.record import record
from allay_web.worklist import queries
from allay_web.worklist.duty import Shift, overlapping
from allay_web.worklist.models import Absence, DutyShift

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

SETTINGS = (
    "phone",
    "crisis_phone",
    "local_crisis_phone",
    "local_crisis_name",
    "escalate_after_minutes",
    "link_valid_days",
)


@transaction.atomic
def add_shift(
    *,
    program: Program,
    weekday: int,
    starts: time,
    ends: time,
    owner_id: int,
    deputy_id: int | None,
    by: Actor,
) -> DutyShift:
    """Add hours of the week with a named owner, and a deputy if there is one.

    Raises
    ------
    ValidationError
        The hours end before they start or overlap others, owner and deputy are the same person, or one of
        them may not act on safety alerts.
    """
    by.must(Permission.PROGRAM_CONFIGURE, program.pk)
    queries.lock(program)  # two overlapping shifts cannot slip in side by side
    shift = Shift(weekday, starts, ends, owner_id, deputy_id)
    able = {member.user_id for member in queries.staff_with(program.pk, Permission.SAFETY_ACT)}
    wrong = {}
    if starts >= ends:
        wrong["ends"] = "Choose an end after the start. Hours over midnight are two entries."
    if owner_id not in able:
        wrong["owner"] = "Choose somebody whose role may act on safety alerts."
    if deputy_id is not None and deputy_id not in able:
        wrong["deputy"] = "Choose somebody whose role may act on safety alerts."
    if deputy_id == owner_id:
        wrong["deputy"] = "Choose somebody other than the owner."
    if (other := overlapping(shift, queries.shifts_of(program))) is not None:
        wrong["starts"] = f"These hours overlap {other.starts:%H:%M} to {other.ends:%H:%M} on the same day."
    if wrong:
        raise ValidationError(wrong)
    made: DutyShift = DutyShift.objects.create(
        program=program, weekday=weekday, starts=starts, ends=ends, owner_id=owner_id, deputy_id=deputy_id
    )
    record("duty.add", by=by, about=made, detail={"owner": owner_id, "deputy": deputy_id})
    return made


@transaction.atomic
def remove_shift(*, shift: DutyShift, by: Actor) -> None:
    """Take hours out of the week."""
    by.must(Permission.PROGRAM_CONFIGURE, shift.program_id)
    record("duty.remove", by=by, about=shift, detail={"owner": shift.owner_id, "hours": str(shift)})
    shift.delete()


@transaction.atomic
def add_absence(*, program: Program, user_id: int, first_day: date, last_day: date, by: Actor) -> Absence:
    """Note days on which somebody is away; the same days of the same person are noted once."""
    by.must(Permission.PROGRAM_CONFIGURE, program.pk)
    queries.lock(program)  # two presses of one button take turns
    wrong = {}
    if first_day > last_day:
        wrong["last_day"] = "Choose a last day that is not before the first."
    if user_id not in {member.user_id for member in queries.staff_with(program.pk, Permission.TASK_ACT)}:
        wrong["user"] = "Choose somebody of this program."
    if wrong:
        raise ValidationError(wrong)
    days = {"user_id": user_id, "first_day": first_day, "last_day": last_day}
    noted: Absence | None = queries.absences(program).filter(**days).first()
    if noted is not None:
        return noted
    made: Absence = Absence.objects.create(program=program, **days)
    record("absence.add", by=by, about=made, detail={"user": user_id})
    return made


@transaction.atomic
def remove_absence(*, absence: Absence, by: Actor) -> None:
    """Forget an absence."""
    by.must(Permission.PROGRAM_CONFIGURE, absence.program_id)
    record("absence.remove", by=by, about=absence, detail={"user": absence.user_id})
    absence.delete()


@transaction.atomic
def configure(*, program: Program, by: Actor, **settings: Any) -> Program:
    """Change the program's phone and crisis numbers, its minutes to escalation or how long links live."""
    by.must(Permission.PROGRAM_CONFIGURE, program.pk)
    unknown = settings.keys() - set(SETTINGS)
    if unknown:
        raise TypeError(f"expected {', '.join(SETTINGS)}, found {', '.join(sorted(unknown))}")
    held = queries.lock(program)
    changed = {name: value for name, value in settings.items() if getattr(held, name) != value}
    before = {name: getattr(held, name) for name in changed}
    for name, value in changed.items():
        setattr(held, name, value)
    held.full_clean()
    if changed:
        held.save(update_fields=list(changed))
        record("program.configure", by=by, about=held, detail={"before": before, "after": changed})
    return held
