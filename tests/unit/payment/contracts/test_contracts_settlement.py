"""Each way of paying, on small rosters, to the cent."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.money import Money
from allay.payment.projection.settle import settle

ROWS = "patient_id,payer,service,date,attended"


def money(settlement):
    """Return the movements of a settlement as short texts."""
    return [f"{e.kind} {e.payer}>{e.payee} {e.amount} {e.cash_date}" for e in settlement.ledger]


def test_a_visit_is_split_between_payer_and_patient(contract, roster):
    terms = contract(
        "  - type: fee_for_service\n    id: f\n    source: ours\n    fees:\n"
        "      - {service: yoga, allowed: 33.33, coinsurance: 0.2}\n"
        "      - {service: yoga, allowed: 15, copay: 20, payer: other}\n"
        "      - {service: yoga, allowed: 10, payer: self}\n"
        "      - {service: yoga, allowed: 50, code: X1}\n"
    )
    found = settle(
        terms,
        roster(
            terms,
            f"{ROWS},units,code,allowed\n"
            "A,acme,yoga,2026-01-05,yes,,,\n"  # 6.666 is 6.67, half up
            "B,other,yoga,2026-01-05,yes,,,\n"  # a copay is never more than what is allowed
            "C,,yoga,2026-01-05,yes,2,,\n"  # alone, and twice
            "D,acme,yoga,2026-01-05,yes,,X1,40.01\n"  # what was allowed replaces the fee
            "E,acme,yoga,2026-01-05,no,,,\n",
        ),
    )
    assert money(found) == [
        "visit payer:acme>program 26.66 2026-02-04",
        "share patients>program 6.67 2026-01-05",
        "share patients>program 15.00 2026-01-05",
        "share patients>program 20.00 2026-01-05",
        "visit payer:acme>program 40.01 2026-02-04",
    ]
    assert found.ledger.balances()["program"] == Money(10834)


def test_a_linked_visit_costs_two_and_bills_once(contract, roster):
    terms = contract(
        "  - type: linked_visit\n    id: l\n    source: ours\n    billable: chiropractic\n"
        "    partner: graded_exercise\n    fees: [{service: chiropractic, allowed: 90}]\n"
        "    state: {answer: 'yes'}\n    payer: {answer: 'yes', source: made_up}\n"
        "    own_service: {answer: unknown}\n"
        "  - {type: fee_for_service, id: f, source: ours, fees: [{service: chiropractic, allowed: 40}]}\n",
        more="costs:\n  - {service: chiropractic, per_visit: 30, source: ours}\n"
        "  - {service: graded_exercise, per_visit: 20, source: ours}",
    )
    found = settle(
        terms,
        roster(
            terms,
            f"{ROWS},own_service\n"
            "A,acme,chiropractic,2026-01-05,yes,yes\nA,acme,graded_exercise,2026-01-05,yes,\n"
            "B,acme,chiropractic,2026-01-05,yes,\nB,acme,graded_exercise,2026-01-05,yes,\n"
            "C,acme,chiropractic,2026-01-05,yes,\n",
        ),
    )
    paid = [(e.patient, e.term, str(e.amount), e.status.value) for e in found.ledger if e.kind == "visit"]
    assert paid == [("A", "l", "90.00", "synthetic"), ("C", "f", "40.00", "contract")]
    assert sum(e.amount.cents for e in found.ledger if e.kind == "cost") == 3 * 3000 + 2 * 2000
    reasons = {each.patient: each.reason for each in found.unpaid if each.service == "chiropractic"}
    assert reasons == {
        "B": "linked visit (l) is not billable: "
        "that the biller's own service is documented is answered unknown"
    }


GROUP = (
    "  - type: group_visit\n    id: g\n    source: ours\n    service: pain_education\n    seats: 12\n"
    "    fees:\n      - {service: pain_education, payer: acme, allowed: 78}\n"
    "      - {service: pain_education, payer: other, allowed: 52}\n"
)
GROUP_COST = (
    "costs:\n  - service: pain_education\n    source: ours\n    per_session: 90\n    staff:\n"
    "      - {role: clinician, minutes: 120, per_minute: 3.20}\n"
    "      - {role: assistant, minutes: 120, per_minute: 1.10}\n"
)


def test_a_group_has_paying_uncovered_and_empty_seats(contract, roster):
    terms = contract(GROUP, more=GROUP_COST)
    lines = [
        f"P{n},{payer},pain_education,2026-01-05,yes,s1"
        for n, payer in enumerate(["acme"] * 5 + ["other"] * 3)
    ]
    lines += ["U,,pain_education,2026-01-05,yes,s1", "N,acme,pain_education,2026-01-05,no,s1"]
    found = settle(terms, roster(terms, "\n".join([f"{ROWS},session_id", *lines])))
    (session,) = found.sessions
    assert (session.seats, session.attended, session.uncovered, session.empty) == (12, 9, 1, 3)
    assert (str(session.revenue), str(session.cost), str(session.margin)) == ("546.00", "606.00", "-60.00")
    assert session.break_even == 10  # 606 / (546 / 9)
    assert [each.reason for each in found.unpaid] == [
        "uncovered: g has no fee for a patient without coverage"
    ]


def test_a_session_nobody_came_to_costs_as_much(contract, roster):
    terms = contract(GROUP, more=GROUP_COST)
    found = settle(terms, roster(terms, f"{ROWS},session_id\nN,acme,pain_education,2026-01-05,no,s1"))
    assert money(found) == ["cost program>suppliers 606.00 2026-01-05"]
    none = settle(terms, roster(terms, f"{ROWS},session_id\nN,acme,pain_education,2026-01-05,canceled,s1"))
    assert money(none) == []


def test_a_member_month_is_paid_once(contract, roster):
    terms = contract("  - {type: per_member, id: m, amount: 12.5, source: ours}")
    months = (
        "A,acme,member_month,2026-01-01",
        "A,acme,member_month,2026-01-20",
        "B,,member_month,2026-01-01",
    )
    rows = "\n".join([ROWS, *(f"{month},yes" for month in months)])
    found = settle(terms, roster(terms, rows))
    assert money(found) == ["per_member payer:acme>program 12.50 2026-01-31"]
    assert found.unpaid[0].reason == "m already counts this member and month"


def test_shared_savings_count_attributed_months_with_a_cost(contract, roster):
    terms = contract(
        "  - type: shared_savings\n    id: s\n    source: ours\n    benchmark_per_month: 500\n"
        "    minimum_rate: 0.039\n    share: 0.5\n    attribution: [yoga]\n    reconciliation_months: 6\n"
    )
    found = settle(
        terms,
        roster(
            terms,
            f"{ROWS},spent\nA,acme,yoga,2026-01-05,yes,\n"
            "A,acme,member_month,2026-01-31,yes,400\nA,acme,member_month,2026-02-01,yes,\n"
            "B,acme,member_month,2026-01-01,yes,0\n",
        ),
    )
    assert money(found) == ["shared_savings payer:acme>program 50.00 2026-08-30"]
    assert found.notes == ("s: 1 member months have no `spent` and are not counted",)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (
            "start",
            [
                "cost program>suppliers 55.00 2026-01-05",
                "cost program>suppliers 55.00 2026-02-05",
                "grant grantor:f>program 100.00 2026-01-01",
                "grant_return program>grantor:f 45.00 2026-02-01",
            ],
        ),
        (
            "as_spent",
            [
                "cost program>suppliers 55.00 2026-01-05",
                "cost program>suppliers 55.00 2026-02-05",
                "grant grantor:f>program 55.00 2026-01-05",
            ],
        ),
    ],
)
def test_a_grant_pays_for_its_purposes_between_its_days(contract, roster, paid, expected):
    terms = contract(
        f"  - {{type: grant, id: g, source: ours, grantor: f, amount: 100, purposes: [massage], paid: {paid},"
        " effective_from: 2026-01-01, effective_to: 2026-02-01}\n",
        more="costs: [{service: massage, per_visit: 55, source: ours}]",
    )
    rows = f"{ROWS}\nA,acme,massage,2026-01-05,yes\nA,acme,massage,2026-02-05,yes\nA,acme,yoga,2026-01-06,yes"
    found = settle(terms, roster(terms, rows))
    assert money(found) == expected
    assert (str(found.grants[0].spent), str(found.grants[0].unspent)) == ("55.00", "45.00")


def bundle(
    extra: str = "", *, name: str = "b", price: str = "1300", weeks: int = 13, payers: str = "[acme]"
) -> str:
    return (
        f"  - {{type: bundle, id: {name}, source: ours, payers: {payers}, price: {price}, "
        f"length_weeks: {weeks}, included: [yoga, massage]{extra}}}\n"
    )


STAY = f"{ROWS},enrolled_on,completed_on,left_on"


def test_patients_pay_within_the_price_and_get_back_what_is_too_much(contract, roster):
    within = ", patient_payments: {count: 3, amount: 60, within_price: true}, drop_out: {rule: by_week}"
    terms = contract(bundle(within))
    left = roster(
        terms,
        f"{STAY}\nA,acme,yoga,2026-01-05,yes,2026-01-05,,2026-01-08\nA,acme,yoga,2026-01-06,yes,2026-01-05,,2026-01-08",
    )
    found = settle(terms, left)  # one week begun: 100 due, 120 paid by the patient
    assert money(found) == [
        "share patients>program 60.00 2026-01-05",
        "share patients>program 60.00 2026-01-06",
        "bundle payer:acme>program 1120.00 2026-02-04",
        "adjustment program>payer:acme 1120.00 2026-02-07",
        "refund program>patients 20.00 2026-01-08",
    ]
    assert found.ledger.balances() == {
        "patients": Money(-10000),
        "payer:acme": Money(0),
        "program": Money(10000),
    }


def test_what_is_withheld_is_released_when_quality_is_met(contract, roster):
    rows = f"{STAY}\nA,acme,yoga,2026-01-05,yes,2026-01-05,2026-04-05,"
    paid = {}
    for answer in ("'yes'", "'no'", "unknown"):
        terms = contract(bundle(f", withhold: {{share: 0.05, quality_met: {answer}}}"))
        found = settle(terms, roster(terms, rows))
        paid[answer] = (str(found.ledger.between("payer:acme", "program")), len(found.notes))
    assert paid == {"'yes'": ("1300.00", 0), "'no'": ("1235.00", 1), "unknown": ("1235.00", 1)}


OUTER = bundle(name="spine", price="5000", weeks=26, payers="[other]", extra=", held_by: hospital")


@pytest.mark.parametrize(
    ("rule", "payers", "program"),
    [
        # The hospital passes the price on, and nobody else pays it.
        ("included", {"payer:other": -500000}, 130000),
        # The program's payer pays, and the other payer that much less.
        ("deduct", {"payer:acme": -130000, "payer:other": -370000}, 130000),
    ],
)
def test_a_nested_bundle_is_paid_once(contract, roster, rule, payers, program):
    terms = contract(OUTER + bundle(f", nested: {{within: spine, rule: {rule}}}"))
    rows = roster(
        terms,
        f"{STAY},other_payer\nA,acme,yoga,2026-01-05,yes,2026-01-05,2026-04-05,,other",
    )
    balances = {party: net.cents for party, net in settle(terms, rows).ledger.balances().items()}
    assert {party: net for party, net in balances.items() if party.startswith("payer")} == payers
    assert balances["program"] == program
    assert balances["hospital"] == 500000 - 130000


def test_two_bundles_for_the_same_care_are_not_both_paid(contract, roster):
    terms = contract(bundle() + bundle(name="c", payers="[other]"))
    rows = roster(terms, f"{STAY},other_payer\nA,acme,yoga,2026-01-05,yes,2026-01-05,2026-04-05,,other")
    found = settle(terms, rows)
    assert found.ledger.balances()["program"] == Money(130000)
    assert "A: c from 2026-01-05 is not paid: b already pays for the same services" in found.notes[0]


def test_a_carve_out_is_on_after_a_month_of_too_little_use(contract, roster):
    terms = contract(
        "  - type: mixed\n    id: m\n    source: ours\n    price: 1000\n    length_weeks: 13\n"
        "    included: [yoga, massage]\n    carve_outs:\n"
        "      - {floor: 1, fee: {service: massage, allowed: 50, coinsurance: 0.2}}\n"
    )
    rows = (
        f"{STAY}\nA,acme,yoga,2026-01-05,yes,2026-01-05,2026-04-05,\n"
        "A,acme,massage,2026-02-10,yes,2026-01-05,2026-04-05,\n"  # January had none: paid by the visit
        "A,acme,massage,2026-04-02,yes,2026-01-05,2026-04-05,\n"  # nor had March
    )
    found = settle(terms, roster(terms, rows))
    assert found.flips == {"m/massage": ["2026-02", "2026-04"]}
    assert found.bundled == {0}
    visits = [(str(e.service_date), str(e.amount)) for e in found.ledger if e.kind == "visit"]
    assert visits == [("2026-02-10", "40.00"), ("2026-04-02", "40.00")]
    used = (
        rows.replace("2026-01-05,yes", "2026-01-06,yes")
        + "A,acme,massage,2026-01-20,yes,2026-01-05,2026-04-05,\n"
    )
    found = settle(terms, roster(terms, used))
    assert [str(e.service_date) for e in found.ledger if e.kind == "visit"] == ["2026-04-02"]


def test_the_access_model_is_paid_by_its_own_facts(contract, roster):
    terms = contract("  - {type: access_msk, id: a, source: ours, reconciled_on: 2027-12-01}")
    rows = roster(terms, f"{ROWS},outcome\nA,acme,care_period,2026-08-12,yes,met")
    found = settle(terms, rows)
    assert found.ledger.balances()["program"] == Money(18000)
    assert {e.kind for e in found.ledger} == {"outcome_part", "outcome_release"}
    assert all(not e.status.certain for e in found.ledger)


def test_a_term_pays_from_its_first_day_to_before_its_last(contract, roster):
    terms = contract(
        "  - {type: fee_for_service, id: f, source: ours, effective_from: 2026-01-05, "
        "effective_to: 2026-01-06, fees: [{service: yoga, allowed: 10}]}"
    )
    rows = "\n".join(f"A,acme,yoga,2026-01-0{day},yes" for day in (4, 5, 6))
    found = settle(terms, roster(terms, f"{ROWS}\n{rows}"))
    assert [e.service_date for e in found.ledger] == [dt.date(2026, 1, 5)]
