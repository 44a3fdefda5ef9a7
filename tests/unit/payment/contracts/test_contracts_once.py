"""What is counted once, billed to the right payer, and the same whatever the order of the rows."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue
from allay.payment.contracts.roster import Roster
from allay.payment.projection.settle import settle

ROWS = "patient_id,payer,service,date,attended"


SAVINGS = (
    "  - {type: shared_savings, id: s, source: ours, benchmark_per_month: 500, minimum_rate: 0, share: 0.5}\n"
)


def money(settlement):
    return [f"{e.kind} {e.payer}>{e.payee} {e.amount} {e.service_date}" for e in settlement.ledger]


def both_ways(terms, rows):
    """Settle rows as they come and turned round; the money is the same."""
    found, turned = settle(terms, rows), settle(terms, Roster(rows.rows[::-1]))
    assert sorted(money(found)) == sorted(money(turned))
    return found


def test_a_carve_out_is_billed_to_whose_bundle_it_is(contract, roster):
    terms = contract(
        "  - type: mixed\n    id: m\n    source: ours\n    payers: [other]\n    price: 500\n"
        "    length_weeks: 8\n    included: [yoga]\n"
        "    carve_outs: [{fee: {service: massage, allowed: 40}}]\n"
        "  - {type: fee_for_service, id: f, source: ours, fees: [{service: massage, allowed: 70}]}\n"
    )
    rows = roster(
        terms,
        f"{ROWS},other_payer\n"
        "A,acme,yoga,2026-01-05,yes,other\n"
        "A,acme,massage,2026-01-06,yes,other\n"  # within the other's bundle
        "A,acme,massage,2026-01-07,yes,\n"  # the other payer has nothing to do with it
        "B,acme,massage,2026-01-08,yes,\n",
    )
    assert money(both_ways(terms, rows)) == [
        "visit payer:other>program 40.00 2026-01-06",
        "bundle payer:other>program 500.00 2026-01-05",
        "visit payer:acme>program 70.00 2026-01-07",
        "visit payer:acme>program 70.00 2026-01-08",
    ]


def test_of_two_bundles_the_earlier_one_is_paid(contract, roster):
    terms = contract(
        "  - {type: bundle, id: b, source: ours, price: 500, length_weeks: 8, included: [yoga]}\n"
    )
    rows = roster(
        terms, f"{ROWS},episode_id\nA,acme,yoga,2026-02-02,yes,two\nA,acme,yoga,2026-01-05,yes,one\n"
    )
    found = both_ways(terms, rows)
    assert money(found) == ["bundle payer:acme>program 500.00 2026-01-05"]
    assert found.notes == (
        "A: b from 2026-02-02 is not paid: b already pays for the same services from 2026-01-05, "
        "and neither is nested within the other",
    )


def test_a_member_month_is_saved_from_once(contract, roster):
    terms = contract(SAVINGS)
    rows = roster(
        terms,
        f"{ROWS},spent\nA,acme,member_month,2026-01-01,yes,400\nA,acme,member_month,2026-01-31,yes,300\n",
    )
    found = both_ways(terms, rows)
    assert money(found) == ["shared_savings payer:acme>program 50.00 2026-01-01"]
    assert str(found.savings["s/acme"].benchmark) == "500.00"
    assert [each.reason for each in found.unpaid] == ["s already counts this member and month"]


def test_savings_on_planned_months_are_planned(contract, roster):
    terms = contract(SAVINGS)
    for attended, basis in (("yes", "happened"), ("", "planned")):
        rows = roster(terms, f"{ROWS},spent\nA,acme,member_month,2026-01-01,{attended},400\n")
        assert [entry.basis for entry in settle(terms, rows).ledger] == [basis]


@pytest.mark.parametrize(
    ("quality", "deducted", "left"),
    [("yes", "300.00", "700.00"), ("no", "270.00", "730.00"), ("unknown", "270.00", "730.00")],
)
def test_a_nested_bundle_takes_off_what_it_was_paid(contract, roster, quality, deducted, left):
    terms = contract(
        "  - {type: bundle, id: outer, source: ours, payers: [other], price: 1000, length_weeks: 8,"
        " included: [yoga, massage]}\n"
        "  - {type: bundle, id: inner, source: ours, payers: [acme], price: 300, length_weeks: 8,"
        " included: [yoga], nested: {within: outer, rule: deduct},"
        f" withhold: {{share: 0.1, quality_met: '{quality}'}}}}\n"
    )
    rows = roster(
        terms, f"{ROWS},other_payer\nA,other,massage,2026-01-05,yes,\nA,acme,yoga,2026-01-05,yes,other\n"
    )
    balances = both_ways(terms, rows).ledger.balances()
    assert (str(-balances["payer:acme"]), str(-balances["payer:other"])) == (deducted, left)


def test_a_grant_pays_nothing_that_a_facility_fee_pays(contract, roster):
    terms = contract(
        "  - {type: fee_for_service, id: f, source: ours, fees: [{service: massage, allowed: 10}]}\n"
        "  - {type: facility_fee, id: h, source: ours, to: program,"
        " fees: [{service: massage, allowed: 15}]}\n"
        "  - {type: grant, id: g, source: ours, grantor: fund, amount: 100, purposes: [massage],"
        " effective_from: 2026-01-01, effective_to: 2026-03-01, paid: as_spent}\n",
        more="costs: [{service: massage, per_visit: 60, source: ours}]",
    )
    rows = roster(
        terms,
        f"{ROWS},site\nA,acme,massage,2026-01-05,yes,hospital\nB,acme,massage,2026-01-06,,hospital\n",
    )
    found = both_ways(terms, rows)
    given = [(str(e.amount), e.basis) for e in found.ledger if e.kind == "grant"]
    assert given == [("35.00", "happened"), ("35.00", "planned")]
    assert str(found.grants[0].unspent) == "30.00"


ACCESS = "  - {type: access_msk, id: a, source: ours, reconciled_on: 2028-03-01}\n"


def test_the_earliest_care_period_of_a_patient_counts(contract, roster):
    terms = contract(ACCESS)
    rows = roster(
        terms,
        f"{ROWS},outcome,substitute\n"
        "A,acme,care_period,2026-10-01,yes,met,no\n"
        "A,acme,care_period,2026-08-01,yes,met,no\n",
    )
    found = both_ways(terms, rows)
    assert str(found.ledger.balances()["program"]) == "180.00"
    assert min(entry.service_date for entry in found.ledger).isoformat() == "2026-08-01"
    assert [each.date.isoformat() for each in found.unpaid] == ["2026-10-01"]


def test_care_periods_without_known_rates_bring_nothing_and_say_so(contract, roster):
    terms = contract(ACCESS)
    rows = roster(
        terms,
        f"{ROWS},outcome,substitute\n"
        "A,acme,care_period,2020-08-01,yes,met,no\n"
        "B,acme,care_period,2026-08-01,yes,met,no\n"
        "C,acme,care_period,2027-12-31,yes,open,no\n"
        "D,acme,care_period,2028-01-01,yes,met,no\n"
        "E,,care_period,2026-08-01,yes,met,no\n",
    )
    with pytest.raises(InvalidValue, match="a: a reconciliation after 2028-11-01"):
        settle(terms, rows)
    later = contract(ACCESS.replace("2028-03-01", "2029-03-01"))
    found = both_ways(later, rows)
    assert {(each.patient, each.reason) for each in found.unpaid} == {
        ("A", "a: the model has no known rates on 2020-08-01"),
        ("D", "a: other rates hold from 2028-01-01, and need a term of their own"),
        ("E", "a is of a payer, and the patient has none"),
    }
    assert {entry.patient for entry in found.ledger} == {"B", "C"}
    assert {entry.payer for entry in found.ledger} == {"payer:acme", "patients"}


def test_the_unconfirmed_numbers_behind_outcomes_are_named(contract, roster):
    terms = contract(ACCESS)
    rows = roster(terms, f"{ROWS},outcome\nA,acme,care_period,2026-08-01,yes,\n")
    notes = settle(terms, rows).notes
    assert "unconfirmed: a: outcome_threshold 0.5 [unconfirmed: secondary]" in notes
    assert "unconfirmed: a: substitute_threshold 0.9 [unconfirmed: memory]" in notes
    assert "a: 1 targets are open and count as not met so far" in notes
