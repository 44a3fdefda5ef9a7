"""How Allay uses allauth: nobody signs up, attempts are audited, the QR code is drawn in the page."""

from __future__ import annotations

import time
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.safestring import mark_safe

from allay_web.accounts import trail


class Account(DefaultAccountAdapter):  # type: ignore[misc]
    """Refuses self-registration and audits failed sign-ins."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of a full sign-in: asking twice in a row teaches people to type blindly."""
        required = super().is_reauthentication_required(app=app, **kwargs)
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0)
        return bool(required) and time.time() - newest >= app_settings.REAUTHENTICATION_TIMEOUT

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        trail.failed(email=str(credentials.get("email", "")), how="password")


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Draws the QR code as SVG elements: the Content-Security-Policy takes no data: picture."""

    def build_totp_svg(self, url: str) -> str:
        drawn = segno.make(url, error="m").svg_inline(
            scale=5, border=3, light="white", title="QR code for your authenticator app", svgclass="qr"
        )
        return mark_safe(drawn)  # noqa: S308 (made here, from an address we built)
