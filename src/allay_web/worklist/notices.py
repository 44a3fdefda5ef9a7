"""Telling staff by e-mail that something urgent waits. The message names nobody and says nothing of why."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.mail import send_mail
from django.db import transaction

from allay_web.worklist import queries

SUBJECT = "Something urgent is waiting for you"
BODY = "Something on your list needs you now. Sign in to Allay and open Today.\n"


def urgent(users: Iterable[int | None]) -> None:
    """Write to these members of staff once the transaction is through.

    A lost mail server does not undo the alert (`robust`): the task is on the list in any case.
    """
    addresses = queries.addresses([user for user in users if user is not None])

    def send() -> None:
        for address in addresses:
            send_mail(SUBJECT, BODY, None, [address])

    if addresses:
        transaction.on_commit(send, robust=True)
