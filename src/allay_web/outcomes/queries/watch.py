"""Who answers for a patient's alarm, and who follows up a form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allay_web.access.permissions import Permission
from allay_web.access.roles import Role
from allay_web.worklist.queries import on_duty, responsible, staff_with

if TYPE_CHECKING:
    from allay_web.access.models import Program

# A question shown in the last minute of a shift may be answered until the patient's page times out.
JUST_ENDED = timedelta(minutes=30)

_FOLLOW_UP = (Role.COORDINATOR, Role.DIRECTOR, Role.CLINICIAN)


def somebody_on_duty(program: Program, *, at: datetime) -> bool:
    """Whether an alarm raised now would be seen in time."""
    return on_duty(program, at) is not None


def watch(program: Program, *, at: datetime, entered_by: int | None) -> tuple[int, int | None]:
    """Who answers an alarm raised at this moment, and who does if they do not.

    In this order: whoever is on duty; the member of staff who entered the answer and has the patient
    before them; whoever was on duty until a moment ago; whoever the worklist holds responsible outside
    duty hours. An alarm always has a person.
    """
    if (duty := on_duty(program, at)) is not None:
        return duty.owner_id, duty.deputy_id
    fallback = responsible(program, at)
    just = on_duty(program, at - JUST_ENDED)
    owner = entered_by or (just.owner_id if just else fallback.owner_id)
    deputies = (just.deputy_id if just else None, fallback.owner_id, fallback.deputy_id)
    return owner, next((user for user in deputies if user not in (None, owner)), None)


def follow_up(program: Program) -> int | None:
    """Who follows up questionnaires: the first coordinator, else a director, else a clinician."""
    staff = [m for m in staff_with(program, Permission.FORM_ENTER) if m.role in _FOLLOW_UP]
    staff.sort(key=lambda m: (_FOLLOW_UP.index(Role(m.role)), m.pk))
    return staff[0].user_id if staff else None
