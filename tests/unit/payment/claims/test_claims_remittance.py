"""Remittances: sums that hold and sums that do not, and the plain table."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput
from allay.base.money import Money
from allay.payment.claims.reasons import counts_as, label
from allay.payment.claims.remittance import (
    Adjustment,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from allay.payment.claims.remittancefile import read_remittance_csv, sum_problem


def table(
    *rows, header="claim_id,line,code,modifiers,charge,allowed,paid,patient_responsibility,adjustments,date"
):
    text = "\n".join((header, *rows)) + "\n"
    return read_remittance_csv(io.BytesIO(text.encode()), name="r.csv")


def line(charge, paid, *adjustments):
    made = tuple(Adjustment("CO", "45", Money(each)) for each in adjustments)
    return RemittanceLine("97110", (), Money(charge), Money(paid), made)


def kinds(claim, payment=None):
    return [each.kind for each in Remittance(payment_amount=payment, claims=(claim,)).imbalances()]


def claim(charge, paid, *lines, adjustments=()):
    made = tuple(Adjustment("CO", "45", Money(each)) for each in adjustments)
    return RemittanceClaim("C", "1", Money(charge), Money(paid), adjustments=made, lines=lines)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (claim(100, 60, adjustments=[40]), []),
        (claim(100, 60, adjustments=[30]), ["claim_balance"]),
        (claim(100, 60, line(100, 60, 40)), []),
        (claim(100, 60, line(100, 60, 30)), ["line_balance"]),
        (claim(100, 60, line(100, 60), adjustments=[40]), []),
        (claim(100, 50, line(100, 60, 40), adjustments=[10]), []),
        (claim(100, 50, line(100, 60, 40)), ["claim_balance"]),
        (claim(100, 60, line(100, 70, 40)), ["line_balance"]),
        (claim(100, 60, line(90, 60, 30)), ["claim_balance", "claim_lines"]),
        (claim(-100, -60, line(-100, -60, -40)), []),
    ],
)
def test_sums(made, expected):
    assert kinds(made) == expected


def test_the_payment_is_claims_less_provider_adjustments():
    adjusted = ProviderAdjustment("1777777776", "20261231", "WO", "", Money(500))
    made = claim(10000, 6000, adjustments=[4000])
    whole = Remittance(payment_amount=Money(5500), claims=(made,), provider_adjustments=(adjusted,))
    assert (whole.due, whole.balanced, list(whole.imbalances())) == (Money(5500), True, [])
    short = Remittance(payment_amount=Money(6000), claims=(made,), provider_adjustments=(adjusted,))
    assert [(each.kind, each.expected, each.found) for each in short.imbalances()] == [
        ("payment_balance", Money(5500), Money(6000))
    ]


def test_a_table():
    found = table(
        "C-1,1,97110,GP,100.50,72,60.00,,CO:45:28.50; PR:2:12.00,2026-11-02",
        "C-1,2,97140,GP 59,45.00,,0,,CO:97:45.00,2026-11-02",
        "C-2,,97810,,60,,-60,,OA:23:120,",
    )
    assert [each.claim_id for each in found.claims] == ["C-1", "C-2"]
    first, second = found.claims[0].lines
    assert (first.charge, first.paid, first.allowed) == (Money(10050), Money(6000), Money(7200))
    assert first.adjustments == (Adjustment("CO", "45", Money(2850)), Adjustment("PR", "2", Money(1200)))
    assert (second.modifiers, second.control, second.service_date) == (("GP", "59"), "2", "20261102")
    assert (first.place, second.place, found.claims[1].place) == (2, 3, 4)
    assert list(found.imbalances()) == []
    assert found.payment_amount is None
    assert found.total_paid == Money(0)


def test_a_table_that_names_no_reasons():
    header = "claim_id,code,charge,paid,patient_responsibility"
    found = table("C-1,97110,100,60,15", header=header).claims[0].lines[0]
    assert found.adjustments == (Adjustment("PR", "", Money(1500)), Adjustment("CO", "", Money(2500)))


def test_a_table_that_does_not_add_up():
    found = table("C-1,1,97110,GP,100,,60,,CO:45:30,")
    assert [str(sum_problem(each, name="r.csv")) for each in found.imbalances()] == [
        "r.csv:2: charge: expected payment and adjustments to add up to the charge, 100.00, found 90.00"
    ]


def test_every_wrong_cell_is_named():
    with pytest.raises(InvalidInput) as caught:
        table(
            ",1,97110,,100,,60,,,",
            "C-1,1,,,1O0,x,,,,",
            "C-1,1,97110,,100,,60,,CO-45-30,2026-13-01",
        )
    assert [(each.at, each.field) for each in caught.value.problems] == [
        ("2", "claim_id"),
        ("3", "code"),
        ("3", "charge"),
        ("3", "paid"),
        ("3", "allowed"),
        ("4", "adjustments"),
        ("4", "date"),
    ]
    with pytest.raises(InvalidInput, match="paid: expected this column"):
        table("C-1,97110,1", header="claim_id,code,charge")


def test_labels_are_few_and_marked():
    assert label("2") == "coinsurance"
    assert label("B13") is None
    assert [counts_as(code) for code in ("1", "2", "3", "23", "45")] == [
        "cost_share",
        "cost_share",
        "cost_share",
        "earlier_payer",
        None,
    ]
