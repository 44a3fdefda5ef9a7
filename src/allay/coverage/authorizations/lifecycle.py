"""The life of an authorization: its stages, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from allay.base.errors import InvalidValue


class Stage(StrEnum):
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
        return self in (Stage.APPROVED, Stage.PARTIALLY_APPROVED)

    @property
    def waiting(self) -> bool:
        """Whether the payer is to answer."""
        return self in (Stage.REQUESTED, Stage.PENDED, Stage.APPEALED)

    @property
    def final(self) -> bool:
        """Whether nothing follows."""
        return not NEXT[self]


_DECIDED = (Stage.APPROVED, Stage.PARTIALLY_APPROVED, Stage.DENIED)
_OVER = (Stage.EXHAUSTED, Stage.EXPIRED, Stage.CANCELED)

NEXT: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.DRAFT: (Stage.REQUESTED, Stage.CANCELED),
    Stage.REQUESTED: (Stage.PENDED, *_DECIDED, Stage.CANCELED),
    Stage.PENDED: (Stage.REQUESTED, *_DECIDED, Stage.CANCELED),
    Stage.APPROVED: _OVER,
    Stage.PARTIALLY_APPROVED: (Stage.APPEALED, *_OVER),
    Stage.DENIED: (Stage.APPEALED,),
    Stage.APPEALED: (*_DECIDED, Stage.CANCELED),
    Stage.EXPIRED: (),
    Stage.CANCELED: (),
    Stage.EXHAUSTED: (),
}
"""Which stages may follow a stage: the whole table, and nothing outside it happens."""


def check_move(now: Stage, to: Stage) -> None:
    """Refuse a step that the table does not have.

    Raises
    ------
    InvalidValue

    Examples
    --------
    >>> check_move(Stage.DRAFT, Stage.REQUESTED)
    >>> check_move(Stage.EXPIRED, Stage.APPROVED)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected nothing after expired, found approved
    """
    if to not in NEXT[now]:
        allowed = ", ".join(NEXT[now])
        expected = f"one of {allowed} after {now.value}" if allowed else f"nothing after {now.value}"
        raise InvalidValue(expected=expected, found=to.value)
