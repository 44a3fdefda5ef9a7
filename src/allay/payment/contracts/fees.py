"""Fees of a term: the one that fits a row, what is allowed by it, and the patient's share."""

from __future__ import annotations

from typing import NamedTuple

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.parts import SELF, FeeEntry
from allay.payment.contracts.roster import RosterRow
from allay.payment.contracts.terms import TermEntry


class Charge(NamedTuple):
    """What a row comes to: all that is allowed, the patient's part of it, and how sure the fee is."""

    allowed: Money
    patient: Money
    status: Status


class FeeTable:
    """The fees of one term, looked up by service, payer, code and site: the narrowest that fits.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.payment.contracts.catalog import shipped
    >>> contract = shipped("facility-fee")
    >>> row = RosterRow(2, "A", "medicare", "medical_visit", dt.date(2026, 3, 2), "yes", site="hospital")
    >>> charge = FeeTable(contract, contract.terms[0], contract.terms[0].fees).charge(row)
    >>> str(charge.allowed), str(charge.patient), charge.status.value
    ('71.48', '14.30', 'derived')
    """

    def __init__(self, contract: Contract, term: TermEntry, fees: tuple[FeeEntry, ...]) -> None:
        self._fees = {(fee.service, fee.payer, fee.code, fee.site or ""): fee for fee in reversed(fees)}
        self._status = {
            id(fee): Status.weakest(
                contract.status_of(name, term, fee)
                for name in ("allowed", "copay", "coinsurance")
                if name in fee.model_fields_set
            )
            for fee in fees
        }
        self._found: dict[tuple[str, str, str, str], FeeEntry | None] = {}
        self._charges: dict[tuple[int, int, Money | None, bool], Charge] = {}

    def fee(self, row: RosterRow) -> FeeEntry | None:
        """Return the fee that fits the row most narrowly: by payer, then by code, then by site."""
        key = (row.service, row.payer, row.code, row.site)
        if key not in self._found:
            payers = (row.payer,) if row.payer == SELF else (row.payer, "")
            tried = (
                (row.service, payer, code, site)
                for payer in payers
                for code in dict.fromkeys((row.code, ""))
                for site in dict.fromkeys((row.site, ""))
            )
            self._found[key] = next((self._fees[each] for each in tried if each in self._fees), None)
        return self._found[key]

    def charge(self, row: RosterRow) -> Charge | None:
        """Return what the row comes to, or None where no fee is for it.

        A fee without a payer is for every payer, and not for patients who pay alone. What the roster says was
        allowed replaces the fee; each line is rounded half up.
        """
        fee = self.fee(row)
        if fee is None:
            return None
        key = (id(fee), row.units, row.allowed, row.payer == SELF)
        if key not in self._charges:
            self._charges[key] = self._charge(fee, row)
        return self._charges[key]

    def _charge(self, fee: FeeEntry, row: RosterRow) -> Charge:
        allowed = row.allowed if row.allowed is not None else Money.rounded(fee.allowed * row.units)
        if row.payer == SELF:
            return Charge(allowed, allowed, self._status[id(fee)])
        share = allowed * fee.coinsurance if fee.coinsurance else min(Money.rounded(fee.copay), allowed)
        return Charge(allowed, share, self._status[id(fee)])
