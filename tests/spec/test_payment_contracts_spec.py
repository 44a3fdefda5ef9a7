"""Contracts and payment.

What a contract pays: for a visit, a group, a bundle, a member, a saving. The prices of the PATH contracts
were never published; those in the examples are made up and say so. Money is exact, rounded half up per line.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction

import pytest

from allay.base.money import Money
from allay.payment.contracts.catalog import read_contract, shipped
from allay.payment.contracts.roster import Roster, RosterRow
from allay.payment.contracts.savings import shared_savings
from allay.payment.ledger import unconfirmed
from allay.payment.projection.sessions import bookings_needed, break_even, mixed_fee
from allay.payment.projection.settle import settle

FIRST = dt.date(2021, 3, 1)


def visits(service: str, count: int, **episode: dt.date) -> list[RosterRow]:
    """One visit a week from the first day on."""
    return [
        RosterRow(2 + n, "A", "bcbsvt", service, FIRST + dt.timedelta(weeks=n), "yes", **episode)
        for n in range(count)
    ]


def due(contract, rows: list[RosterRow], day: dt.date, giver: str) -> str:
    found = settle(contract, Roster(tuple(rows)))
    paid = [
        e for e in found.ledger if e.payer.startswith(giver) and e.service_date == day and e.kind != "bundle"
    ]
    return str(Money.total(e.amount for e in paid))


COPAYS = [
    ("path-2019", "yoga", 1, "25.00", "0.00"),
    ("path-2019", "yoga", 2, "25.00", "0.00"),
    ("path-2019", "yoga", 3, "0.00", "0.00"),
    ("path-2019", "yoga", 4, "0.00", "0.00"),
    ("path-2021", "yoga", 1, "25.00", "0.00"),
    ("path-2021", "yoga", 2, "25.00", "0.00"),
    ("path-2021", "yoga", 3, "25.00", "0.00"),
    ("path-2021", "yoga", 4, "0.00", "0.00"),
    # A service carved out of the bundle has its own fee, and the patient the usual share of it.
    ("path-2021", "chiropractic", 1, "8.00", "32.00"),
    ("path-2021", "chiropractic", 4, "8.00", "32.00"),
]


@pytest.mark.parametrize(("contract", "service", "visit", "patient", "payer_beside_the_price"), COPAYS)
def test_copays_of_path(contract, service, visit, patient, payer_beside_the_price):
    """In the first version of PATH the third copay is not due, in the second it is; the fourth never is."""
    rows = visits(service, 4, enrolled_on=FIRST)
    if service != "yoga":  # what puts the patient into the bundle, on another day
        later = FIRST + dt.timedelta(days=30)
        rows.append(RosterRow(9, "A", "bcbsvt", "yoga", later, "yes", enrolled_on=FIRST))
    day = FIRST + dt.timedelta(weeks=visit - 1)
    terms = shipped(contract)
    assert due(terms, rows, day, "patients") == patient
    assert due(terms, rows, day, "payer:") == payer_beside_the_price
    assert unconfirmed(terms.status_of("price", terms.terms[0]))


BUNDLE = """
id: bundle
version: 1.0.0
title: A bundle
sources: {{ours: {{title: Made up, accessed: 2026-11-27, status: synthetic}}}}
payers: [{{id: bcbsvt, title: A payer, source: ours}}]
terms:
  - type: bundle
    id: program
    source: ours
    price: 1300
    length_weeks: 13
    included: [yoga]
    drop_out: {rule}
"""
DROP_OUTS = [
    # rule, visits before leaving, day of leaving, what is left of 1300
    ("{rule: none}", 1, "2021-03-01", "1300.00"),
    ("{rule: by_week}", 1, "2021-03-01", "100.00"),
    ("{rule: by_week}", 2, "2021-03-08", "200.00"),
    ("{rule: by_week}", 13, "2021-05-29", "1300.00"),
    ("{rule: by_week}", 13, "2021-06-30", "1300.00"),
    ("{rule: by_visit, visits_planned: 12}", 5, "2021-04-01", "541.67"),
    ("{rule: by_visit, visits_planned: 12}", 13, "2021-05-29", "1300.00"),
    ("{rule: threshold, visits_planned: 4, below: 0.25}", 3, "2021-03-20", "325.00"),
    ("{rule: threshold, visits_planned: 4, below: 0.25}", 4, "2021-03-25", "1300.00"),
    ("{rule: threshold, visits_planned: 4}", 3, "2021-03-20", "0.00"),
]


@pytest.mark.parametrize(("drop_out", "visits_attended", "left_on", "price_left"), DROP_OUTS)
def test_drop_out(drop_out, visits_attended, left_on, price_left):
    """A patient leaves a bundle of 1300 for 13 weeks, begun on 2021-03-01 with a visit each week."""
    contract = read_contract(io.BytesIO(BUNDLE.format(rule=drop_out).encode()))
    rows = visits("yoga", visits_attended, enrolled_on=FIRST, left_on=dt.date.fromisoformat(left_on))
    ledger = settle(contract, Roster(tuple(rows))).ledger
    assert str(ledger.between("payer:bcbsvt", "program")) == price_left


SAVINGS = [
    # 12,000 member months at 500.
    ("5700000", "0.039", "0.5", "1", None, "150000.00"),
    ("5772000", "0.039", "0.5", "1", None, "0.00"),  # 3.8% is below the minimum
    ("5766000", "0.039", "0.5", "1", None, "117000.00"),  # 3.9% is not: all of it is shared
    ("6100000", "0.039", "0.5", "1", None, "0.00"),
    ("5700000", "0.039", "0.5", "0.9", None, "135000.00"),
    ("3600000", "0.039", "0.5", "1", "0.1", "600000.00"),  # half of 2.4 million, capped at 10% of 6 million
    ("3600000", "0.039", "0.5", "0.4", "0.1", "480000.00"),  # the multiplier comes before the cap
]


@pytest.mark.parametrize(("actual", "minimum_rate", "share", "multiplier", "cap", "payment"), SAVINGS)
def test_shared_savings(actual, minimum_rate, share, multiplier, cap, payment):
    """What is paid on a benchmark of 6,000,000."""
    found = shared_savings(
        benchmark=Money.rounded(12_000 * 500),
        actual=Money.parse(actual),
        minimum_rate=Decimal(minimum_rate),
        share=Decimal(share),
        multiplier=Decimal(multiplier),
        cap=None if cap is None else Decimal(cap),
    )
    assert str(found.payment) == payment


GATES = [
    ("0.70", "0.70", "150000.00"),
    ("0.69", "0.70", "0.00"),
    (None, "0.70", "0.00"),
    (None, "0", "150000.00"),
]


@pytest.mark.parametrize(("score", "gate", "payment"), GATES)
def test_quality_gate(score, gate, payment):
    """A score that is below the gate, or unknown, pays nothing of 300,000 saved."""
    found = shared_savings(
        benchmark=Money.rounded(6_000_000),
        actual=Money.rounded(5_700_000),
        minimum_rate=Decimal("0.039"),
        share=Decimal("0.5"),
        score=None if score is None else Decimal(score),
        gate=Decimal(gate),
    )
    assert str(found.payment) == payment


GROUPS = [("0", 9), ("0.2", 12), ("0.4", 15)]


@pytest.mark.parametrize(("no_shows", "bookings"), GROUPS)
def test_break_even_of_a_group(no_shows, bookings):
    """Two hours cost 606; 45% of seats bring 78, 30% bring 52, 25% bring 96; 6% of lines are denied.

    A seat brings 74.70 before and 70.218 after denials, so nine patients pay for the session.
    """
    shares, fees = [Decimal("0.45"), Decimal("0.30"), Decimal("0.25")], [78, 52, 96]
    assert mixed_fee(shares, fees) == Fraction("74.70")
    fee = mixed_fee(shares, fees, denial=Decimal("0.06"))
    assert fee == Fraction("70.218")
    attendees = break_even(120 * Decimal("3.20") + 120 * Decimal("1.10") + 90, fee)
    assert (attendees, bookings_needed(attendees, Decimal(no_shows))) == (9, bookings)


SITES = [
    ("office", "117.57", "23.51"),
    ("hospital", "207.50", "41.50"),
    ("off_campus", "125.89", "25.18"),
]


@pytest.mark.parametrize(("site", "total", "patient"), SITES)
def test_facility_fee(site, total, patient):
    """A new patient's visit of 2026: in a hospital's clinic there are two bills, and a share of each."""
    row = RosterRow(2, "A", "medicare", "medical_visit", dt.date(2026, 3, 2), "yes", site=site)
    ledger = settle(shipped("facility-fee"), Roster((row,))).ledger
    assert str(Money.total(e.amount for e in ledger)) == total
    assert str(ledger.balances()["patients"]) == f"-{patient}"


CONDITIONS = [
    ("yes", "yes", "yes", "70.00"),
    ("no", "yes", "yes", "0.00"),
    ("yes", "conditional", "yes", "0.00"),
    ("yes", "yes", "unknown", "0.00"),
]
LINKED = """
id: linked
version: 1.0.0
title: A linked visit
sources: {{ours: {{title: Made up, accessed: 2026-11-27, status: synthetic}}}}
payers: [{{id: bcbsvt, title: A payer, source: ours}}]
terms:
  - type: linked_visit
    id: rehabilitation
    source: ours
    billable: chiropractic
    partner: graded_exercise
    fees: [{{service: chiropractic, allowed: 70}}]
    state: {{answer: "{}"}}
    payer: {{answer: "{}"}}
    own_service: {{answer: "{}"}}
"""


@pytest.mark.parametrize(("state_delegates", "payer_accepts", "own_service_documented", "paid"), CONDITIONS)
def test_linked_visit(state_delegates, payer_accepts, own_service_documented, paid):
    """A chiropractor beside an exercise physiologist: one bill of 70, if all three answers are yes."""
    text = LINKED.format(state_delegates, payer_accepts, own_service_documented)
    contract = read_contract(io.BytesIO(text.encode()))
    rows = visits("chiropractic", 1) + visits("graded_exercise", 1)
    found = settle(contract, Roster(tuple(rows)))
    assert str(Money.total(e.amount for e in found.ledger)) == paid
    assert any("not billable" in each.reason for each in found.unpaid) is (paid == "0.00")
