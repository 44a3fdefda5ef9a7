"""A referral as a row of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from allay_web.enrolment.models import Contact, Referral
from allay_web.enrolment.queries import days_waiting
from allay_web.enrolment.reminders import UNDECIDED
from allay_web.worklist.due import ago

if TYPE_CHECKING:
    from allay_web.access.models import Program


@dataclass(frozen=True, slots=True)
class Row:
    """One row, ready to print."""

    referral: Referral
    days: int
    undecided: bool
    overdue: bool
    last_contact: str


def row_of(referral: Referral, *, program: Program, on: date, at: datetime) -> Row:
    """A referral as `queries.referral_list` fetched it; reads nothing more."""
    undecided = referral.status in UNDECIDED
    last = ""
    if (when := getattr(referral, "last_contact_at", None)) is not None:
        outcome = Contact.Outcome(referral.last_contact_outcome).label  # type: ignore[attr-defined]
        last = f"{outcome}, {ago(when, at=at, zone=program.zone)}"
    return Row(
        referral=referral,
        days=days_waiting(referral, on=on),
        undecided=undecided,
        overdue=undecided and referral.due_on is not None and referral.due_on < on,
        last_contact=last,
    )
