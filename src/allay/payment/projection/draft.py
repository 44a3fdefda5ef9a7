"""A ledger in the making: entries, and what was not paid and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.roster import Roster, RosterRow
from allay.payment.ledger import PATIENTS, PROGRAM, Basis, HangsOn, LedgerEntry, payer_party


class Unpaid(NamedTuple):
    """A visit that brings no money, and why."""

    line: int
    patient: str
    payer: str
    service: str
    date: dt.date
    reason: str


class DropOutLoss(NamedTuple):
    """What an open bundle would lose, in cents, if the patient left in each of the weeks to come."""

    payer: str
    payee: str
    cash_date: dt.date
    losses: tuple[int, ...]


@dataclass(slots=True)
class LedgerDraft:
    """Entries of a contract and a roster while they are made, term by term.

    Attributes
    ----------
    taken : dict of int to str
        Which term pays for a row, by the place of the row.
    """

    contract: Contract
    roster: Roster
    entries: list[LedgerEntry] = field(default_factory=list)
    unpaid: list[Unpaid] = field(default_factory=list)
    losses: list[DropOutLoss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: dict[int, str] = field(default_factory=dict)
    bundled: set[int] = field(default_factory=set)
    _lags: dict[str, dt.timedelta] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lags = {payer.id: dt.timedelta(days=payer.lag_days) for payer in self.contract.payers}

    def paid_on(self, payer: str, day: dt.date) -> dt.date:
        """Return the day on which a payer's money for a day is expected."""
        return day + self._lags.get(payer, dt.timedelta())

    def add(self, entry: LedgerEntry) -> None:
        """Take an entry; nothing moves where the amount is nothing or both parties are one."""
        if entry.amount and entry.payer != entry.payee:
            self.entries.append(entry)

    def refuse(self, row: RosterRow, reason: str) -> None:
        """Note that a visit brings no money."""
        self.unpaid.append(Unpaid(row.line, row.patient, row.payer, row.service, row.date, reason))

    def visit(
        self, place: int, *, term: str, kind: str, allowed: Money, share: Money, status: Status,
        to: str = PROGRAM, payer: str = "",
    ) -> None:  # fmt: skip
        """Add the payer's and the patient's part of a visit; the payer is that of the row, or another."""
        row = self.roster.rows[place]
        payer = payer or row.payer
        basis: Basis = "happened" if row.attended == "yes" else "planned"
        hangs_on: HangsOn = "" if row.attended == "yes" else "attendance"
        share_kind = "share" if kind == "visit" else f"{kind}_share"
        for party, amount, day, of in (
            (payer_party(payer), allowed - share, self.paid_on(payer, row.date), kind),
            (PATIENTS, share, row.date, share_kind),
        ):
            self.add(
                LedgerEntry(
                    party, to, amount, of, term, row.service, row.date, day, basis, status, row.patient,
                    place, hangs_on, payer,
                )
            )  # fmt: skip

    def weakest(self, statuses: Iterable[Status]) -> Status:
        """Return the weakest status; what rests on no number is as sure as the contract."""
        found = list(statuses)
        return Status.weakest(found) if found else Status.CONTRACT
