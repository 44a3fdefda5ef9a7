"""Nobody signs up: a program's director lets people in."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Refuses self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
