from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "allay_web.accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from allay_web.accounts.middleware import started
        from allay_web.accounts.trail import connect

        connect()
        user_logged_in.connect(lambda request, **_: started(request), weak=False, dispatch_uid="clocks")
