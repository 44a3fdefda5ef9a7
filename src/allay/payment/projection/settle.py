"""Settling a contract: every term on every row, into one ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from allay.base.money import Money
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.roster import Roster
from allay.payment.contracts.savings import Savings
from allay.payment.contracts.terms import GroupVisitTerm
from allay.payment.ledger import PROGRAM, Ledger
from allay.payment.projection.aligned import pay_access
from allay.payment.projection.bundles import BundleEpisode, open_bundles
from allay.payment.projection.carve_outs import pay_carve_outs
from allay.payment.projection.costs import OF_A_VISIT, GrantUse, Occasion, pay_costs, pay_grants
from allay.payment.projection.draft import DropOutLoss, LedgerDraft, Unpaid
from allay.payment.projection.members import pay_members, pay_savings
from allay.payment.projection.prices import pay_bundles
from allay.payment.projection.sessions import GroupSession, group_session
from allay.payment.projection.visits import pay_facilities, pay_visits


@dataclass(frozen=True, slots=True)
class Settlement:
    """A contract settled on a roster.

    Attributes
    ----------
    ledger : Ledger
        Every movement of money, those that hang on what is still planned included.
    episodes : tuple of BundleEpisode
    bundled : frozenset of int
        Places of the roster rows that a bundle pays for.
    unpaid : tuple of Unpaid
        Visits that bring no money.
    losses : tuple of DropOutLoss
        What open bundles would lose.
    sessions : tuple of GroupSession
    savings : mapping of str to Savings
        By term and payer.
    grants : tuple of GrantUse
    flips : mapping of str to list of str
        Months in which a carve-out was on, by term and service.
    notes : tuple of str
    """

    contract: Contract
    roster: Roster
    ledger: Ledger
    episodes: tuple[BundleEpisode, ...]
    bundled: frozenset[int]
    unpaid: tuple[Unpaid, ...]
    losses: tuple[DropOutLoss, ...]
    sessions: tuple[GroupSession, ...]
    savings: Mapping[str, Savings]
    grants: tuple[GrantUse, ...]
    flips: Mapping[str, list[str]]
    notes: tuple[str, ...]


def settle(contract: Contract, roster: Roster) -> Settlement:
    """Work out every movement of money of a contract and a roster, exactly and to the cent.

    A row is paid for by a bundle the patient is in, else by the first term of the contract that fits. Costs
    linear time in the rows.

    Examples
    --------
    >>> from allay.payment.contracts.catalog import shipped
    >>> from allay.payment.contracts.roster import RosterRow
    >>> import datetime as dt
    >>> day = dt.date(2021, 3, 1)
    >>> roster = Roster((RosterRow(2, "A", "bcbsvt", "yoga", day, "yes", enrolled_on=day, completed_on=day),))
    >>> [(entry.kind, str(entry.amount)) for entry in settle(shipped("path-2021"), roster).ledger][:2]
    [('share', '25.00'), ('bundle', '3000.00')]
    """
    draft = LedgerDraft(contract, roster)
    episodes = open_bundles(draft)
    flips = pay_carve_outs(draft, episodes)
    pay_bundles(draft, episodes)
    pay_visits(draft)
    pay_facilities(draft)
    pay_members(draft)
    savings = pay_savings(draft)
    pay_access(draft)
    occasions = pay_costs(draft)
    grants = pay_grants(draft, occasions)
    return Settlement(
        contract=contract,
        roster=roster,
        ledger=Ledger(tuple(draft.entries)),
        episodes=tuple(episodes),
        bundled=frozenset(draft.bundled),
        unpaid=tuple(sorted(draft.unpaid)),
        losses=tuple(draft.losses),
        sessions=_sessions(draft, occasions),
        savings=savings,
        grants=tuple(grants),
        flips=flips,
        notes=tuple(dict.fromkeys(draft.notes)),
    )


def _sessions(draft: LedgerDraft, occasions: list[Occasion]) -> tuple[GroupSession, ...]:
    terms = {term.id: term for term in draft.contract.terms if isinstance(term, GroupVisitTerm)}
    earned: dict[int, Money] = defaultdict(Money)
    for entry in draft.entries:
        if entry.payee == PROGRAM and entry.row >= 0 and entry.kind in OF_A_VISIT:
            earned[entry.row] += entry.amount
    found = []
    for occasion in occasions:
        places = [place for place in occasion.rows if draft.roster.rows[place].counts]
        term = next((terms[t] for place in places if (t := draft.taken.get(place, "")) in terms), None)
        if term is not None:
            key = (draft.roster.rows[places[0]].session, occasion.date)
            revenues = {place: earned[place] for place in places if place not in draft.bundled}
            count = len(places) - len(revenues)
            found.append(
                group_session(
                    term.id, key, seats=term.seats, revenues=revenues, bundled=count, cost=occasion.cost
                )
            )
    return tuple(sorted(found, key=lambda each: (each.date, each.term, each.session)))
