from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "allay_web.ui"
    default_auto_field = "django.db.models.BigAutoField"
