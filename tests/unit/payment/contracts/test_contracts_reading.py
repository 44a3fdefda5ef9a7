"""Contracts and rosters are read strictly, and every number knows how sure it is."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.payment.contracts.catalog import shipped

BUNDLE = """
  - {type: bundle, id: b, source: ours, price: 100, length_weeks: 8, included: [yoga]}
"""


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            "  - {type: per_member, id: a, amount: 1}",
            "c.yaml:13: /terms/0: expected a source, or a status, found neither",
        ),
        (
            "  - {type: fee_for_service, id: f, source: ours, fees: [{service: yoga, allowed: 1},"
            " {service: yoga, allowed: 2, payer: acme}, {service: yoga, allowed: 3}]}",
            "/terms/0/fees/2: expected one fee for a service, payer, code and site, found that of fee 0",
        ),
        (
            "  - {type: access_msk, id: a, reconciled_on: 9999-12-31, source: ours}",
            "/terms/0/reconciled_on: expected less than or equal to 2199-12-31, found '9999-12-31'",
        ),
        (
            "  - {type: per_member, id: a, amount: 1, source: hers}",
            "c.yaml:13: /terms/0/source: expected one of the sources ours, made_up, found hers",
        ),
        (
            "  - {type: per_member, id: a, amount: 1, source: ours, payers: [acne]}",
            "/terms/0/payers/0: expected a payer of the contract: acme, other, found acne",
        ),
        (
            "  - {type: per_member, id: a, amount: 1, source: ours, field_status: {price: memory}}",
            "/terms/0/field_status/price: expected the name of a field beside it, found price",
        ),
        (
            "  - {type: per_member, id: a, amount: 1, source: ours}\n"
            "  - {type: per_member, id: a, amount: 1, source: ours}",
            "c.yaml:14: /terms/1/id: expected an id of its own, found a again",
        ),
        (
            "  - {type: fee_for_service, id: a, source: ours, "
            "fees: [{service: yoga, allowed: 1, copay: 1, coinsurance: 0.2}]}",
            "/terms/0/fees/0/coinsurance: expected a copay or a coinsurance, found both",
        ),
        (
            "  - {type: bundle, id: b, source: ours, price: 1, length_weeks: 8, included: [yoga], "
            "drop_out: {rule: by_visit}}",
            "/terms/0/drop_out/visits_planned: expected a number of visits for by_visit and threshold alone",
        ),
        (
            "  - {type: bundle, id: b, source: ours, price: 1, length_weeks: 8, included: [yoga], "
            "nested: {within: c, rule: deduct}}",
            "/terms/0/nested/within: expected another bundle of this contract, found c",
        ),
        (
            "  - {type: grant, id: g, source: ours, grantor: f, amount: 1, purposes: [yoga], "
            "effective_from: 2026-02-01, effective_to: 2026-02-01}",
            "/terms/0/effective_to: expected the day after the last of the grant, after 2026-02-01",
        ),
    ],
)
def test_what_does_not_hold_together_is_named(contract, terms, said):
    with pytest.raises(InvalidInput) as refused:
        contract(terms)
    assert said in str(refused.value)


def test_a_bundle_cannot_lie_within_a_cheaper_one(contract):
    inner = BUNDLE.replace("id: b", "id: inner").replace("}", ", nested: {within: b, rule: deduct}}")
    with pytest.raises(InvalidInput, match="a bundle whose price is at least 101, found b at 100"):
        contract(BUNDLE + inner.replace("price: 100", "price: 101"))


def test_a_number_is_as_sure_as_its_nearest_status(contract):
    found = contract(
        "  - type: bundle\n    id: b\n    source: ours\n    price: 100\n    length_weeks: 8\n"
        "    included: [yoga]\n    field_status: {price: memory}\n"
        "    patient_payments: {count: 2, amount: 20, status: secondary}"
    )
    term = found.terms[0]
    assert found.status_of("price", term) is Status.MEMORY
    assert found.status_of("length_weeks", term) is Status.CONTRACT
    assert found.status_of("amount", term, term.patient_payments) is Status.SECONDARY
    assert [str(each) for each in found.unconfirmed_numbers()] == [
        "unconfirmed: /terms/0/price is 100 (memory)",
        "unconfirmed: /terms/0/patient_payments/count is 2 (secondary)",
        "unconfirmed: /terms/0/patient_payments/amount is 20 (secondary)",
    ]


def test_an_unknown_example_is_answered_with_the_nearest():
    with pytest.raises(NotFound, match="did you mean 'path-2021'"):
        shipped("path-2022")


ROWS = "patient_id,payer,service,date,attended"


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        (ROWS, "A,acne,yoga,2026-01-05,yes", "r.csv:2: payer: expected a payer of test@1.0.0"),
        (ROWS, "A,acme,yogo,2026-01-05,yes", "r.csv:2: service: expected a service of the contract"),
        (ROWS, "A,acme,yoga,2026-1-5,yes", "r.csv:2: date: expected a date that exists, as YYYY-MM-DD"),
        (ROWS, "A,acme,yoga,2026-01-05,y", "r.csv:2: attended: expected yes, no, canceled, or nothing"),
        (ROWS, ",acme,yoga,2026-01-05,yes", "r.csv:2: patient_id: expected a value"),
        (ROWS + ",units", "A,acme,yoga,2026-01-05,yes,0", "r.csv:2: units: expected a whole number from 1"),
        (ROWS + ",allowed", "A,acme,yoga,2026-01-05,yes,1.234", "allowed: expected dollars"),
        (ROWS + ",spent", "A,acme,yoga,2026-01-05,yes,10", "spent: expected nothing in a row that is no"),
        (
            ROWS + ",left_on",
            "A,acme,yoga,2026-01-05,yes,2026-01-04",
            "attended: expected no visit after the day the patient left",
        ),
        (
            ROWS + ",enrolled_on,completed_on",
            "A,acme,yoga,2026-01-05,yes,2026-01-04,2026-01-03",
            "completed_on: expected a day not before the patient was enrolled",
        ),
        (
            ROWS + ",completed_on,left_on",
            "A,acme,yoga,2026-01-05,yes,2026-02-04,2026-02-03",
            "left_on: expected nothing for a patient who completed",
        ),
    ],
)
def test_a_wrong_cell_is_named_and_can_be_left_out(contract, roster, head, row, said):
    terms = contract(BUNDLE)
    good = "B,acme,yoga,2026-01-05,yes" + "," * (head.count(",") - ROWS.count(","))
    with pytest.raises(InvalidInput) as refused:
        roster(terms, f"{head}\n{row}\n{good}")
    assert said in str(refused.value)
    kept = roster(terms, f"{head}\n{row}\n{good}", on_invalid="flag")
    assert ([each.patient for each in kept.rows], kept.left_out) == (["B"], 1)


def test_the_dates_of_an_episode_are_the_same_in_all_its_rows(contract, roster):
    with pytest.raises(InvalidInput, match="r.csv:3: enrolled_on: expected what the first row"):
        roster(
            contract(BUNDLE),
            f"{ROWS},enrolled_on\nA,acme,yoga,2026-01-05,yes,2026-01-01\nA,acme,yoga,2026-01-06,yes,2026-01-02",
        )


def test_a_blank_payer_is_a_patient_without_coverage(contract, roster):
    rows = roster(contract(BUNDLE), f"{ROWS}\nA,,yoga,2026-01-05,").rows
    assert (rows[0].payer, rows[0].attended, rows[0].counts) == ("self", "", True)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("A,acme,yoga,9999-12-31,yes,,,", "date: expected a day from 1900-01-01 to 2199-12-31"),
        ("A,acme,yoga,0001-01-01,yes,,,", "date: expected a day from 1900-01-01 to 2199-12-31"),
        ("A,acme,yoga,2026-01-05,yes,,,2999-01-01", "left_on: expected a day from 1900-01-01 to 2199-12-31"),
        # Digits of another script are none: the pattern of a number of dollars knows only 0 to 9.
        ("A,acme,yoga,2026-01-05,yes,٣,,", "units: expected a whole number from 1 to 999"),
        ("A,acme,yoga,2026-01-05,yes,,٣,", "allowed: expected dollars with at most two decimals"),
    ],
)
def test_days_and_numbers_that_cannot_be(contract, roster, cells, said):
    terms = contract(BUNDLE)
    head = "patient_id,payer,service,date,attended,units,allowed,left_on"
    with pytest.raises(InvalidInput) as caught:
        roster(terms, f"{head}\n{cells}\n")
    assert f"r.csv:2: {said}" in str(caught.value)
