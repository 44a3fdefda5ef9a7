from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


class EnrolmentConfig(AppConfig):
    name = "allay_web.enrolment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allay_web.jobs.tick import register
        from allay_web.people.signals import patient_merged

        register(remind)
        patient_merged.connect(follow_merge, dispatch_uid="enrolment")


def remind(program: Program, *, by: Actor, at: datetime) -> int:
    """At each tick: referrals without a next step, or past its day, get their task."""
    from allay_web.enrolment.actions import reopen_overdue

    return reopen_overdue(program=program, by=by, at=at)


def follow_merge(sender: object, *, keep: Any, drop: Any, by: Actor, **named: object) -> dict[str, int]:
    """Referrals and episodes follow a merged patient; how many of each."""
    from allay_web.enrolment.actions import move_patient

    referrals, episodes = move_patient(keep=keep, drop=drop, by=by)
    return {"referrals": referrals, "episodes": episodes}
