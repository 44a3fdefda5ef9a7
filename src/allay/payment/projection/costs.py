"""What care costs the program, and grants that pay for what nobody else does."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.contracts.parts import CARE_PERIOD, MEMBER_MONTH, CostEntry
from allay.payment.contracts.terms import GrantTerm
from allay.payment.ledger import PROGRAM, SUPPLIERS, Basis, LedgerEntry, grantor_party
from allay.payment.projection.draft import LedgerDraft

Unit = tuple[str, str, dt.date]
"""What costs arise for: service, session (or the row itself) and day."""
OF_A_VISIT = ("visit", "share", "facility", "facility_share")
"""Kinds of what a single visit brings."""


@dataclass(slots=True)
class Occasion:
    """A visit, or a session of a group: its rows and what it costs."""

    service: str
    date: dt.date
    rows: list[int] = field(default_factory=list)
    cost: Money = field(default_factory=Money)
    basis: Basis = "happened"


class GrantUse(NamedTuple):
    """What became of a grant."""

    term: str
    amount: Money
    spent: Money
    unspent: Money
    returned: Money


def staff_cost(cost: CostEntry) -> Fraction:
    """Return what the people of a service cost for one visit or session, in dollars."""
    return sum((Fraction(each.minutes) * Fraction(each.per_minute) for each in cost.staff), Fraction(0))


def pay_costs(draft: LedgerDraft) -> list[Occasion]:
    """Add what care costs: people and rooms once for a session of a group, and for each other visit.

    A session that was held costs as much with empty seats. A visit nobody came to costs nothing here.
    """
    rates = {cost.service: _rates(draft, cost) for cost in draft.contract.costs}
    occasions: dict[Unit, Occasion] = {}
    for place, row in enumerate(draft.roster.rows):
        if row.service in (MEMBER_MONTH, CARE_PERIOD) or row.attended == "canceled":
            continue
        if not (row.counts or row.session):
            continue
        key = (row.service, row.session or f"row {place}", row.date)
        occasions.setdefault(key, Occasion(row.service, row.date)).rows.append(place)
    for occasion in occasions.values():
        if found := rates.get(occasion.service):
            _cost(draft, occasion, found)
    return list(occasions.values())


class _Rates(NamedTuple):
    """What a service costs: for a visit alone, for a session, and for each visit of a session."""

    alone: Money
    session: Money
    each: Money
    status: Status


def _rates(draft: LedgerDraft, cost: CostEntry) -> _Rates:
    people, visit = staff_cost(cost), Fraction(cost.per_visit)
    session = Money.rounded(people + Fraction(cost.per_session))
    return _Rates(Money.rounded(people + visit), session, Money.rounded(visit), _status(draft, cost))


def _cost(draft: LedgerDraft, occasion: Occasion, rates: _Rates) -> None:
    rows = [draft.roster.rows[place] for place in occasion.rows]
    if not any(row.attended in ("yes", "no") for row in rows):
        occasion.basis = "planned"

    def add(amount: Money, place: int) -> None:
        row = draft.roster.rows[place] if place >= 0 else None
        planned = row is not None and row.attended == ""
        occasion.cost += amount
        draft.add(
            LedgerEntry(
                PROGRAM, SUPPLIERS, amount, "cost", "", occasion.service, occasion.date, occasion.date,
                "planned" if planned else occasion.basis, rates.status,
                row.patient if row else "", place, "attendance" if planned else "",
                row.payer if row else "",
            )
        )  # fmt: skip

    if not rows[0].session:
        add(rates.alone, occasion.rows[0])
        return
    add(rates.session, -1)
    for place, row in zip(occasion.rows, rows, strict=True):
        if row.counts:
            add(rates.each, place)


def _status(draft: LedgerDraft, cost: CostEntry) -> Status:
    names = [name for name in ("per_visit", "per_session") if name in cost.model_fields_set]
    found = [draft.contract.status_of(name, cost) for name in names]
    for staff in cost.staff:
        found += [draft.contract.status_of(name, cost, staff) for name in ("minutes", "per_minute")]
    return draft.weakest(found)


def pay_grants(draft: LedgerDraft, occasions: list[Occasion]) -> list[GrantUse]:
    """Spend grants, in order of days, on what care for their purposes costs and nobody else pays.

    What a bundle pays for is paid. A grant that comes at the start gives back at its end what is left over.
    """
    earned: dict[int, int] = defaultdict(int)
    for entry in draft.entries:
        if entry.payee == PROGRAM and entry.row >= 0 and entry.kind in OF_A_VISIT:
            earned[entry.row] += entry.amount.cents
    short: dict[int, Money] = {}
    ordered = sorted(range(len(occasions)), key=lambda index: _order(draft, occasions[index]))
    for index in ordered:
        occasion = occasions[index]
        if not any(place in draft.bundled for place in occasion.rows):
            got = Money(sum(earned[place] for place in occasion.rows))
            short[index] = max(Money(), occasion.cost - got)
    return [
        _spend(draft, term, [(occasions[index], index) for index in ordered if short.get(index)], short)
        for term in draft.contract.terms
        if isinstance(term, GrantTerm)
    ]


def _order(draft: LedgerDraft, occasion: Occasion) -> tuple[dt.date, str, str, str]:
    """By days; within a day by service, session and patient, whatever the order of the file."""
    rows = [draft.roster.rows[place] for place in occasion.rows]
    return occasion.date, occasion.service, rows[0].session, min(row.patient for row in rows)


def _spend(
    draft: LedgerDraft, term: GrantTerm, occasions: list[tuple[Occasion, int]], short: dict[int, Money]
) -> GrantUse:
    amount = left = Money.rounded(term.amount)
    status = draft.contract.status_of("amount", term)
    giver = grantor_party(term.grantor)

    def move(payer: str, payee: str, money: Money, kind: str, day: dt.date, item: str, basis: Basis) -> None:
        draft.add(LedgerEntry(payer, payee, money, kind, term.id, item, day, day, basis, status))

    if term.paid == "start":
        move(giver, PROGRAM, amount, "grant", term.effective_from, term.id, "happened")
    last: Basis = "happened"
    for occasion, index in occasions:
        if occasion.service not in term.purposes or not term.holds(occasion.date):
            continue
        spent = min(left, short[index])
        left -= spent
        short[index] -= spent
        last = occasion.basis if spent and occasion.basis == "planned" else last
        if term.paid == "as_spent":
            move(giver, PROGRAM, spent, "grant", occasion.date, occasion.service, occasion.basis)
    returned = left if term.paid == "start" and term.returns_unspent else Money()
    move(PROGRAM, giver, returned, "grant_return", term.effective_to, term.id, last)
    return GrantUse(term.id, amount, amount - left, left, returned)
