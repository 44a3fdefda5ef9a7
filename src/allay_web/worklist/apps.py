from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


class WorklistConfig(AppConfig):
    name = "allay_web.worklist"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allay_web.jobs.tick import register
        from allay_web.people.signals import patient_merged

        register(escalate)
        patient_merged.connect(follow_merge, dispatch_uid="worklist")


def escalate(program: Program, *, by: Actor, at: datetime) -> int:
    """At each tick: pass on safety alerts nobody acknowledged."""
    from allay_web.worklist.actions import escalate_due

    return escalate_due(program=program, by=by, at=at)


def follow_merge(sender: object, *, keep: Any, drop: Any, by: Actor, **named: object) -> dict[str, int]:
    """Tasks follow a merged patient; how many."""
    from allay_web.worklist.actions import move_patient

    return {"tasks": move_patient(keep=keep, drop=drop, by=by)}
