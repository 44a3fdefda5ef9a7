from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "allay_web.jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allay_web.jobs.actions import expire
        from allay_web.jobs.tick import register

        register(expire)
