"""Passwords the lists of common ones do not hold and a guesser tries all the same."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from allay_web.accounts.models import User

DISTINCT = 5


class FewCharacters:
    """Refuses a password made of a few characters again and again, such as `abababababab`."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(set(password.lower())) < DISTINCT:
            raise ValidationError("This password repeats a few characters.", code="password_too_uniform")

    def get_help_text(self) -> str:
        return f"Your password needs at least {DISTINCT} different characters."
