"""The task an undecided referral has while nobody has said what comes next, or the day for it is past."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from allay_web.enrolment.models import Referral, ReferralStatus
from allay_web.worklist.actions import NewTask, TaskKind, end_of_day, local_day

if TYPE_CHECKING:
    from allay_web.access.models import Program

# Our own choice: a new referral is looked at by the end of the next day.
FIRST_LOOK = timedelta(days=1)

UNDECIDED = (ReferralStatus.OPEN, ReferralStatus.WAITING)


def key_of(referral_id: int) -> str:
    """The key of a referral's task."""
    return f"referral:{referral_id}"


def needs_somebody(referral: Referral, *, on: date) -> bool:
    """Whether a referral has nobody's next step, or one whose day has passed."""
    if referral.status not in UNDECIDED:
        return False
    return not referral.next_step or (referral.due_on is not None and referral.due_on < on)


def reminder(referral: Referral, *, program: Program, at: datetime) -> NewTask:
    """The task of such a referral: late from the day after its step was due."""
    zone: ZoneInfo = program.zone
    today = local_day(at, zone=zone)
    if referral.next_step and referral.due_on is not None:
        why, due_on = f"Next step was due: {referral.next_step}", referral.due_on
    else:
        why, due_on = "No next step.", today + FIRST_LOOK
    if referral.blocked_by:
        why = f"{why.rstrip('.')}. Blocked: {referral.get_blocked_by_display().lower()}."
    return NewTask(
        kind=TaskKind.REFERRAL,
        key=key_of(referral.pk),
        why=why[:300],
        patient_id=referral.patient_id,
        referral_id=referral.pk,
        owner_id=referral.owner_id,
        due_at=end_of_day(due_on, zone=zone),
    )
