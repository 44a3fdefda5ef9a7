from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "allay_web.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allay_web.accounts.trail import connect

        connect()
