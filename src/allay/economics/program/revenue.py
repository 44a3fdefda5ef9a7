"""Revenue: what payers and patients owe for visits, bundles, members and savings, and when it comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.flow import PATIENT, PROGRAM, Flow
from allay.economics.case.revenue import BundleEntry, FeeEntry, PerMemberEntry, SharedSavingsEntry
from allay.economics.program.drawn import Drawn
from allay.economics.program.patients import Patients
from allay.economics.program.work import Work
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]

DAYS_IN_MONTH = 365.25 / 12

LAGGED = ("visit", "facility", "bundle", "adjustment", "per_member", "shared_savings")
"""Kinds of money that come, or go back, some days after they are earned."""


def lagged(earned: Array, *, factor: Array, days: Array) -> Array:
    """Spread what is earned over the months in which it is paid.

    A lag of d days is d / 30.44 months; what lies between two months is split between them. What would come
    after the last month is left out: it is owed at the end.

    Parameters
    ----------
    earned : array [month, draw] or [month, 1]
    factor, days : array [draw] or [1]
        What it is multiplied with, and the days from a service to the money.

    Returns
    -------
    array [month, draw]

    Examples
    --------
    >>> third = np.array([DAYS_IN_MONTH / 3])
    >>> lagged(np.array([[0.0], [90.0], [0.0]]), factor=np.ones(1), days=third).T.round(6).tolist()
    [[0.0, 60.0, 30.0]]
    """
    lag = days / DAYS_IN_MONTH
    months = len(earned)
    draws = max(earned.shape[1], len(factor), len(days))
    found = np.zeros((months, draws))
    last = min(int(np.floor(lag.max())) + 1, months - 1)
    shares = [
        (late, share * factor)
        for late in range(last + 1)
        if (share := np.maximum(1 - np.abs(lag - late), 0.0)).any()
    ]
    # Month by month: a month of all draws fits into the fast memory of a processor, all months do not.
    part = np.empty(draws)
    for month in range(months):
        for late, share in shares:
            if late <= month:
                found[month] += np.multiply(earned[month - late], share, out=part)
    return found


@dataclass(frozen=True, slots=True)
class VisitPrice:
    """What an average visit brings by one payer: from it, from its patients, for the place; after denials."""

    service: str
    payer: str
    by_payer: Array
    by_patient: Array
    facility: Array
    facility_to: str

    @property
    def to_program(self) -> Array:
        """All that comes to the program."""
        brought = self.by_payer + self.by_patient
        return brought + self.facility if self.facility_to == PROGRAM else brought


def prices(case: Case, drawn: Drawn) -> list[VisitPrice]:
    """Return what an average visit brings from each payer: arrays [draw] or [1], US dollars.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.drawn import draw_case
    >>> case = read_case(EXAMPLE)
    >>> first = prices(case, draw_case(case, draws=None, seed=1))[0]
    >>> first.service, first.payer, first.by_payer.round(2).tolist()
    ('medical_visit', 'acme', [38.61])
    """
    return [_price(fee, drawn) for fee in case.fees]


def _price(fee: FeeEntry, drawn: Drawn) -> VisitPrice:
    base = f"fees/{fee.service}/{fee.payer}"
    kept = drawn.of(f"payers/{fee.payer}/mix") * (1 - drawn.of(f"payers/{fee.payer}/denial"))
    allowed = drawn.of(f"{base}/allowed")
    own = np.minimum(drawn.of(f"{base}/copay"), allowed) + drawn.of(f"{base}/coinsurance") * allowed
    place = drawn.of(f"{base}/facility") * kept
    return VisitPrice(fee.service, fee.payer, (allowed - own) * kept, own * kept, place, fee.facility_to)


def revenue(case: Case, drawn: Drawn, patients: Patients, work: Work) -> Iterator[Flow]:
    """Yield what is paid, in the months in which the money moves."""
    payers = {payer.id: payer for payer in case.payers}
    parties = {one.id: PATIENT if one.kind == "self" else payer_party(one.id) for one in case.payers}
    services = {service.id: place for place, service in enumerate(case.services)}
    own: dict[str, Array] = {}
    for price in prices(case, drawn):
        visits = work.visits[services[price.service]]
        days = drawn.of(f"payers/{payers[price.payer].id}/days")
        party = parties[price.payer]
        for kind, to, factor in (
            ("visit", PROGRAM, price.by_payer),
            ("facility", price.facility_to, price.facility),
        ):
            if factor.any():
                paid = lagged(visits, factor=factor, days=days)
                yield Flow(party, to, kind, price.service, price.payer, False, paid.T)
        own[price.service] = own.get(price.service, np.zeros(1)) + price.by_patient
    for service, factor in own.items():
        if factor.any():
            paid = work.visits[services[service]] * factor
            yield Flow(PATIENT, PROGRAM, "share", service, None, False, paid.T)
    for term in case.contracts:
        if isinstance(term, BundleEntry):
            yield from _bundle(term, parties[term.payer], drawn, patients)
        elif isinstance(term, PerMemberEntry | SharedSavingsEntry):
            owed = members_owed(term, drawn, months=case.program.months)
            paid = lagged(owed, factor=np.ones(1), days=drawn.of(f"payers/{term.payer}/days"))
            whole = np.broadcast_to(paid, (len(paid), drawn.draws))
            yield Flow(parties[term.payer], PROGRAM, term.type, None, term.payer, False, whole.T)


def _bundle(term: BundleEntry, party: str, drawn: Drawn, patients: Patients) -> Iterator[Flow]:
    owed, own = bundle_owed(term, drawn)
    paid = lagged(patients.started, factor=owed, days=drawn.of(f"payers/{term.payer}/days"))
    yield Flow(party, PROGRAM, "bundle", None, term.payer, False, paid.T)
    if own.any():
        yield Flow(PATIENT, PROGRAM, "share", None, term.payer, False, (patients.started * own).T)
    if term.clawback:
        returned = bundle_returned(term, drawn, patients)
        late = lagged(returned, factor=np.ones(1), days=drawn.of(f"payers/{term.payer}/days"))
        yield Flow(PROGRAM, party, "adjustment", None, term.payer, False, late.T)


def bundle_returned(term: BundleEntry, drawn: Drawn, patients: Patients) -> Array:
    """Return what must go back for who leaves, by the month in which they are gone: array [month, draw].

    It is paid as many days later as the bundle itself: what did not come yet cannot go back.
    """
    back, owed = drawn.each(f"contracts/{term.id}/clawback"), bundle_owed(term, drawn)[0]
    returned = np.zeros_like(patients.started)
    for age in range(1, min(len(patients.stay), len(returned)) if back else 0):
        share = (patients.stay[age - 1] - patients.stay[age]) * back[min(age, len(back)) - 1]
        returned[age:] += patients.started[:-age] * (share * owed)
    return returned


def bundle_owed(term: BundleEntry, drawn: Drawn) -> tuple[Array, Array]:
    """Return what an average start brings from the payer and from the patient: arrays [draw] or [1]."""
    base = f"contracts/{term.id}"
    mix = drawn.of(f"payers/{term.payer}/mix")
    price = drawn.of(f"{base}/price")
    own = drawn.of(f"{base}/copays") * drawn.of(f"{base}/copay")
    if term.within_price:
        own = np.minimum(own, price)
        price = price - own
    if term.quality is not None:
        withheld, bonus, met = (drawn.of(f"{base}/quality/{name}") for name in ("withheld", "bonus", "met"))
        price = price * (1 - withheld + (withheld + bonus) * met)
    return price * mix, own * mix


def members_owed(term: PerMemberEntry | SharedSavingsEntry, drawn: Drawn, *, months: int) -> Array:
    """Return what is owed for members by month: array [month, draw] or [month, 1]."""
    base = f"contracts/{term.id}"
    members = drawn.of(f"{base}/members")
    if isinstance(term, PerMemberEntry):
        monthly = members * drawn.of(f"{base}/amount")
        owed = np.zeros((months + 1, len(monthly)))
        owed[term.from_month : months + 1 if term.to_month is None else term.to_month + 1] = monthly
        return owed
    benchmark = members * drawn.of(f"{base}/benchmark") * 12
    saved = drawn.of(f"{base}/saved")
    due = benchmark * saved * drawn.of(f"{base}/share") * drawn.of(f"{base}/multiplier", otherwise=1.0)
    due = np.minimum(due, benchmark * drawn.of(f"{base}/cap", otherwise=np.inf))
    yearly = np.where((saved > 0) & (saved >= drawn.of(f"{base}/minimum_rate")), due, 0.0)
    owed = np.zeros((months + 1, len(yearly)))
    owed[12::12] = yearly
    return owed
