from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "allay_web.outcomes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A new episode gets its schedule; every tick brings the worklist in step with what is due."""
        from allay_web.enrolment.signals import episode_opened
        from allay_web.jobs import tick
        from allay_web.outcomes.actions import assign_schedule, refresh_due

        def assign(*, episode: Any, by: Any, at: Any, **signal: Any) -> None:
            assign_schedule(episode=episode, by=by, at=at)

        episode_opened.connect(assign, weak=False, dispatch_uid="outcomes.assign_schedule")
        tick.register(refresh_due)
