"""Changes to an account by an operator or the demonstration; people change their own on their pages."""

from __future__ import annotations

from allay_web.accounts.models import User


def set_password(*, user: User, password: str) -> None:
    """Give an account a password; every session of it ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
