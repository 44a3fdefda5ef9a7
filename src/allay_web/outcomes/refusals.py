"""Why something is not done: kind words for staff and patients, never a traceback."""

from __future__ import annotations

from allay.base.errors import AllayError


class Refused(AllayError):  # noqa: N818
    """Something that cannot be done as asked; the message says why and what to do instead."""


class AlreadySent(Refused):
    """The form was sent or closed; its answers stay as they are."""


class Unfinished(Refused):
    """An item was neither answered nor skipped."""

    def __init__(self, item: str) -> None:
        super().__init__(f"expected an answer to {item}, or that it is skipped; found neither")
        self.item = item


class ImpossibleAnswer(Refused):
    """A value the item does not permit."""


class NoLink(Refused):
    """A private link cannot be made for this patient and time point."""


class MailNotSent(Refused):
    """The mail server did not take the message."""
