"""The life of an authorization: its stages, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from allay.base.errors import InvalidValue


class AuthorizationStage(StrEnum):
    """Where an authorization is."""

    DRAFT = "draft"
    REQUESTED = "requested"
    PENDED = "pended"  # the payer asks for more
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    DENIED = "denied"
    APPEALED = "appealed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    EXHAUSTED = "exhausted"

    @property
    def in_force(self) -> bool:
        """Whether services may be given under it."""
        return self in (AuthorizationStage.APPROVED, AuthorizationStage.PARTIALLY_APPROVED)

    @property
    def waiting(self) -> bool:
        """Whether the payer is to answer."""
        return self in (AuthorizationStage.REQUESTED, AuthorizationStage.PENDED, AuthorizationStage.APPEALED)

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return not NEXT[self]


_DECIDED = (AuthorizationStage.APPROVED, AuthorizationStage.PARTIALLY_APPROVED, AuthorizationStage.DENIED)
_OVER = (AuthorizationStage.EXHAUSTED, AuthorizationStage.EXPIRED, AuthorizationStage.CANCELED)

NEXT: Mapping[AuthorizationStage, tuple[AuthorizationStage, ...]] = {
    AuthorizationStage.DRAFT: (AuthorizationStage.REQUESTED, AuthorizationStage.CANCELED),
    AuthorizationStage.REQUESTED: (AuthorizationStage.PENDED, *_DECIDED, AuthorizationStage.CANCELED),
    AuthorizationStage.PENDED: (AuthorizationStage.REQUESTED, *_DECIDED, AuthorizationStage.CANCELED),
    AuthorizationStage.APPROVED: _OVER,
    AuthorizationStage.PARTIALLY_APPROVED: (AuthorizationStage.APPEALED, *_OVER),
    AuthorizationStage.DENIED: (AuthorizationStage.APPEALED,),
    AuthorizationStage.APPEALED: (*_DECIDED, AuthorizationStage.CANCELED),
    AuthorizationStage.EXPIRED: (),
    AuthorizationStage.CANCELED: (),
    AuthorizationStage.EXHAUSTED: (),
}
"""Which stages may follow a stage: the whole table, and nothing outside it happens."""


def check_move(now: AuthorizationStage, to: AuthorizationStage) -> None:
    """Refuse a step that the table does not have.

    Raises
    ------
    InvalidValue

    Examples
    --------
    >>> check_move(AuthorizationStage.DRAFT, AuthorizationStage.REQUESTED)
    >>> check_move(AuthorizationStage.EXPIRED, AuthorizationStage.APPROVED)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected nothing after expired, found approved
    """
    if to not in NEXT[now]:
        allowed = ", ".join(NEXT[now])
        expected = f"one of {allowed} after {now.value}" if allowed else f"nothing after {now.value}"
        raise InvalidValue(expected=expected, found=to.value)
