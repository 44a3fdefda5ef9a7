"""The ledger: every entry moves whole cents from one party to another, so money in equals money out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.base.status import Status

Basis = Literal["happened", "planned"]
HangsOn = Literal["", "attendance", "completion"]

PROGRAM, HOSPITAL, PATIENTS, SUPPLIERS = "program", "hospital", "patients", "suppliers"
"""Parties without a name of their own. Suppliers are whom the program pays: staff, rooms, goods."""

CONFIRMED = (Status.VERIFIED, Status.CONTRACT)
"""What parties signed is as sure, between them, as what was read at its origin."""


def payer_party(payer: str) -> str:
    """Name a payer as a party.

    Examples
    --------
    >>> payer_party("acme")
    'payer:acme'
    """
    return f"payer:{payer}"


def grantor_party(grantor: str) -> str:
    """Name whoever gives a grant as a party."""
    return f"grantor:{grantor}"


def unconfirmed(status: Status) -> bool:
    """Whether a number of this status must be shown as unconfirmed.

    Examples
    --------
    >>> unconfirmed(Status.CONTRACT), unconfirmed(Status.SYNTHETIC)
    (False, True)
    """
    return status not in CONFIRMED


class LedgerEntry(NamedTuple):
    """Money that moves, or is expected to move, once.

    Attributes
    ----------
    payer, payee : str
        The two parties: who gives and who gets.
    amount : Money
        More than nothing.
    kind : str
        `visit`, `share` (of a patient), `facility`, `bundle`, `adjustment`, `release` (of what was withheld),
        `refund`, `per_member`, `shared_savings`, `outcome`, `grant`, `grant_return`, `cost`.
    term : str
        Id of the contract's term; blank for a cost.
    item : str
        What is paid for: a service, or the term itself.
    service_date, cash_date : date
        When it was earned, and when the money is expected.
    basis : {'happened', 'planned'}
        Whether it rests on what took place or on what is still planned.
    status : Status
        The weakest of the numbers it rests on.
    patient : str
        Whom it is for; blank where it is for many.
    row : int
        Place in the roster of the row it comes from, -1 where it comes from many.
    hangs_on : str
        What else must happen: `attendance` of a planned visit, `completion` of an open bundle.
    insurer : str
        Id of the payer whose member it is for, by which service lines are split.
    note : str
        What has to be said about it.
    """

    payer: str
    payee: str
    amount: Money
    kind: str
    term: str
    item: str
    service_date: dt.date
    cash_date: dt.date
    basis: Basis
    status: Status
    patient: str = ""
    row: int = -1
    hangs_on: HangsOn = ""
    insurer: str = ""
    note: str = ""

    @property
    def month(self) -> str:
        """The month in which the money is expected, as 2026-11."""
        return f"{self.cash_date:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries in the order they were made. Double entry: what one party gives, another gets.

    Examples
    --------
    >>> day = dt.date(2026, 1, 5)
    >>> paid = LedgerEntry("payer:acme", PROGRAM, Money(5000), "visit", "fees", "yoga", day, day, "happened",
    ...              Status.CONTRACT)
    >>> {party: str(net) for party, net in Ledger((paid,)).balances().items()}
    {'payer:acme': '-50.00', 'program': '50.00'}
    """

    entries: tuple[LedgerEntry, ...] = ()

    def __post_init__(self) -> None:
        for entry in self.entries:
            if entry.amount.cents <= 0 or entry.payer == entry.payee:
                raise InvalidValue(
                    expected="an amount above zero between two parties",
                    found=f"{entry.amount} from {entry.payer} to {entry.payee}",
                )

    def __iter__(self) -> Iterator[LedgerEntry]:
        return iter(self.entries)

    def balances(self) -> dict[str, Money]:
        """Return what each party has gained; the sum over all parties is zero."""
        cents: dict[str, int] = {}
        for entry in self.entries:
            cents[entry.payer] = cents.get(entry.payer, 0) - entry.amount.cents
            cents[entry.payee] = cents.get(entry.payee, 0) + entry.amount.cents
        return {party: Money(net) for party, net in sorted(cents.items())}

    def between(self, giver: str, taker: str) -> Money:
        """Return what went from one party to another, less what came back.

        Examples
        --------
        >>> str(Ledger().between("payer:acme", PROGRAM))
        '0.00'
        """
        return _net(self.entries, giver, taker)


def _net(entries: Iterable[LedgerEntry], giver: str, taker: str) -> Money:
    cents = 0
    for entry in entries:
        if (entry.payer, entry.payee) == (giver, taker):
            cents += entry.amount.cents
        elif (entry.payer, entry.payee) == (taker, giver):
            cents -= entry.amount.cents
    return Money(cents)
