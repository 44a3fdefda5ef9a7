"""Audits what happens to accounts, in the trail of every program the person belongs to."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_delete, post_save

from allay_web.accounts.models import User
from allay_web.audit.record import record

if TYPE_CHECKING:
    from allay_web.access.models import Membership

log = logging.getLogger("allay_web.accounts")


def _memberships(user: User) -> Iterable[Membership]:
    from allay_web.access.models import Membership

    return Membership.objects.select_related("program", "user").filter(user=user, is_active=True)


def note(action: str, *, user: User, detail: dict[str, Any] | None = None, by_operator: bool = False) -> None:
    """One entry for each program of the user, by the user or by whoever runs the installation."""
    from allay_web.access.actor import staff, system

    for membership in _memberships(user):
        by = system(membership.program, name="operator") if by_operator else staff(membership)
        record(action, by=by, detail={"user": user.pk, **(detail or {})} if by_operator else detail)


def failed(*, email: str, how: str) -> None:
    """A refused sign-in: audited where the account exists, else counted in the log without the address."""
    from allay_web.access.actor import system

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        log.warning("sign-in refused: no such account")
        return
    for membership in _memberships(user):
        by = system(membership.program, name="sign-in")
        record("account.sign_in_refused", by=by, detail={"user": user.pk, "how": how})


def connect() -> None:
    """Listen to what allauth tells of."""
    from allauth.account import signals as account
    from allauth.mfa import signals as mfa
    from allauth.mfa.models import Authenticator

    told = {
        "account.sign_in": account.user_logged_in,
        "account.sign_out": account.user_logged_out,
        "account.password_change": account.password_changed,
        "account.password_set": account.password_set,
        "account.password_reset": account.password_reset,
    }
    for action, signal in told.items():

        def heard(sender: Any, user: Any = None, action: str = action, **kwargs: Any) -> None:
            if isinstance(user, User):
                note(action, user=user)

        signal.connect(heard, weak=False, dispatch_uid=f"audit {action}")

    # allauth tells of these after the commit; an entry belongs into the transaction of what it tells of.
    def factor(sender: Any, instance: Authenticator, created: bool | None = None, **kwargs: Any) -> None:
        if created is not False:
            action = "account.factor_add" if created else "account.factor_remove"
            operator = getattr(instance, "removed_by_operator", False)
            note(action, user=instance.user, detail={"type": str(instance.type)}, by_operator=operator)

    for change in (post_save, post_delete):
        change.connect(factor, sender=Authenticator, weak=False, dispatch_uid="audit factor")

    def refused(sender: Any, user: User, **kwargs: Any) -> None:
        failed(email=user.email, how="code")

    mfa.authentication_failed.connect(refused, weak=False, dispatch_uid="audit code refused")
