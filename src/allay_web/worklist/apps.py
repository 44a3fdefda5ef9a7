from __future__ import annotations

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "allay_web.worklist"
    default_auto_field = "django.db.models.BigAutoField"
