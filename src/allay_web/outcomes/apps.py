from __future__ import annotations

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "allay_web.outcomes"
    default_auto_field = "django.db.models.BigAutoField"
