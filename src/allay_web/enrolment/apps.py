from __future__ import annotations

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "allay_web.enrolment"
    default_auto_field = "django.db.models.BigAutoField"
