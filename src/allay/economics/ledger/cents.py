"""The ledger at the edge: expected flows in whole cents, in which nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from allay.base.money import Money
from allay.base.status import Status
from allay.economics.case.flow import Flow
from allay.economics.case.quantity import Quantity
from allay.economics.ledger.stakeholder_ledger import StakeholderLedger
from allay.payment.ledger import Ledger, LedgerEntry

Array = NDArray[np.float64]


def whole_cents(months: Sequence[float]) -> tuple[Money, ...]:
    """Round dollars of months to cents so that they add up to their rounded sum (largest remainder).

    Months that pay and months that get back are rounded apart, so no month changes its sign.

    Examples
    --------
    >>> [str(month) for month in whole_cents([0.004, 0.004, 0.004, -1.0])]
    ['0.01', '0.00', '0.00', '-1.00']
    """
    exact = [Fraction(month) for month in months]
    found = [Money()] * len(exact)
    for sign in (1, -1):
        part = [max(Fraction(0), sign * month) for month in exact]
        if total := sum(part):
            shares = (Money.rounded(total) * sign).allocate(part)
            found = [one + other for one, other in zip(found, shares, strict=True)]
    return tuple(found)


def expected_entries(ledger: StakeholderLedger, *, start: dt.date, status: Status) -> Ledger:
    """Return what is expected (the mean over draws) as entries of a ledger of whole cents.

    Money that flows back becomes an entry the other way round. What one party gives another gets, so the
    balances of all parties add up to zero to the cent.

    Parameters
    ----------
    ledger : StakeholderLedger
    start : date
        First day of month 1; month 0 is written on it too.
    status : Status
        The weakest of the numbers of the case.

    Examples
    --------
    >>> fee = Flow("payer:acme", "program", "visit", "yoga", "acme", False, np.array([[0.0, 50.0]]))
    >>> small = StakeholderLedger.of([fee], payers={"acme": "commercial"})
    >>> found = expected_entries(small, start=dt.date(2026, 1, 1), status=Status.SYNTHETIC)
    >>> {party: str(money) for party, money in found.balances().items()}
    {'payer:acme': '-50.00', 'program': '50.00'}
    """
    entries = [entry for flow in ledger.flows for entry in _entries(flow, start, status)]
    return Ledger(tuple(entries))


def _entries(flow: Flow, start: dt.date, status: Status) -> list[LedgerEntry]:
    found = []
    for month, money in enumerate(whole_cents(flow.amount.mean(axis=0).tolist())):
        if not money:
            continue
        ahead = money.cents > 0
        day = _month_after(start, max(0, month - 1))
        found.append(
            LedgerEntry(
                payer=flow.source if ahead else flow.target,
                payee=flow.target if ahead else flow.source,
                amount=Money(abs(money.cents)),
                kind=flow.kind,
                term="",
                item=flow.service or "",
                service_date=day,
                cash_date=day,
                basis="planned",
                status=status,
                insurer=flow.payer or "",
            )
        )
    return found


def _month_after(start: dt.date, months: int) -> dt.date:
    place = start.year * 12 + start.month - 1 + months
    return dt.date(place // 12, place % 12 + 1, 1)


def transfers(ledger: Ledger, *, resources: frozenset[str]) -> dict[str, Money]:
    """Return what each party has gained by transfers alone: it adds up to zero to the cent.

    Examples
    --------
    >>> transfers(Ledger(), resources=frozenset())
    {}
    """
    kept = (e for e in ledger if e.payer not in resources and e.payee not in resources)
    return Ledger(tuple(kept)).balances()


def split_medicaid(amount: Money, *, federal_share: Quantity) -> tuple[Money, Money]:
    """Split an amount of Medicaid between the federal government and the state, to the cent.

    Examples
    --------
    >>> share = Quantity(value=0.5, unit="probability", source="clinic")
    >>> [str(part) for part in split_medicaid(Money(101), federal_share=share)]
    ['0.51', '0.50']
    """
    share = Fraction(repr(federal_share.value))
    federal, state = amount.allocate([share, 1 - share])
    return federal, state
