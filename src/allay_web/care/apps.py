from __future__ import annotations

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "allay_web.care"
    default_auto_field = "django.db.models.BigAutoField"
