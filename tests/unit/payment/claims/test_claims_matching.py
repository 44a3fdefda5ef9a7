"""Claims beside the payer's answer: which line answers which, and the sums."""

from __future__ import annotations

import pytest

from allay.base.money import Money
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.matching import LineOutcome, match_remittance
from allay.payment.claims.matchsheet import match_dict, match_rows, match_text
from allay.payment.claims.remittance import (
    REVERSAL,
    Adjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)


def billed(*lines, claim="C-1"):
    made = tuple(
        BilledLine("SV1", code, modifiers, Money(cents), service_date=day, control=str(number))
        for number, (code, modifiers, cents, day) in enumerate(lines, start=1)
    )
    return BilledClaim(claim, Money.total(each.charge for each in made), made)


def answer(*lines, claim="C-1", status="1", adjustments=(), charge=None, paid=None):
    return RemittanceClaim(
        claim,
        status,
        Money(charge if charge is not None else sum(each.charge.cents for each in lines)),
        Money(paid if paid is not None else sum(each.paid.cents for each in lines)),
        adjustments=adjustments,
        lines=lines,
    )


def paid(code, cents, amount, *adjustments, modifiers=(), day=None, control="", submitted=None):
    made = tuple(Adjustment(group, reason, Money(value)) for group, reason, value in adjustments)
    return RemittanceLine(
        code,
        modifiers,
        Money(cents),
        Money(amount),
        made,
        service_date=day,
        control=control,
        submitted=submitted,
    )


def matched(claims, *answers):
    found = match_remittance(claims, Remittance(payment_amount=None, claims=answers))
    assert found.totals.balanced
    return found


def outcomes(found):
    return [(each.line, each.outcome.value) for each in found.lines]


TWO = billed(("97110", ("GP",), 5000, "20261102"), ("97110", ("GP", "59"), 5000, "20261103"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"control": "2"}, {"control": "1"}),
        ({"modifiers": ("59", "GP")}, {"modifiers": ("GP",)}),
        ({"modifiers": ("GP",), "day": "20261103"}, {"modifiers": ("GP",), "day": "20261102"}),
    ],
)
def test_lines_of_one_code_are_told_apart(first, second):
    if first.get("day"):
        claim = billed(("97110", ("GP",), 5000, "20261102"), ("97110", ("GP",), 5000, "20261103"))
    else:
        claim = TWO
    found = matched(
        [claim],
        answer(paid("97110", 5000, 0, ("CO", "197", 5000), **first), paid("97110", 5000, 5000, **second)),
    )
    assert outcomes(found) == [("1", "matched"), ("2", "denied")]


def test_two_lines_that_nothing_tells_apart_are_answered_one_each():
    claim = billed(("97110", (), 5000, None), ("97110", (), 5000, None))
    found = matched([claim], answer(paid("97110", 5000, 5000), paid("97110", 5000, 5000)))
    assert outcomes(found) == [("1", "matched"), ("2", "matched")]


def test_a_line_under_another_code_is_found_by_the_code_that_was_billed():
    claim = billed(("97110", (), 5000, None))
    found = matched([claim], answer(paid("97112", 5000, 5000, submitted="97110")))
    assert outcomes(found) == [("1", "matched")]
    assert outcomes(matched([claim], answer(paid("97112", 5000, 5000)))) == [
        ("1", "not_found"),
        ("", "extra"),
    ]


def test_what_is_not_answered_and_what_was_not_billed():
    found = matched([TWO], answer(paid("97810", 700, 700), claim="C-9"))
    assert outcomes(found) == [("1", "not_found"), ("2", "not_found"), ("", "extra")]
    assert (found.totals.not_found, found.totals.extra, found.totals.paid) == (
        Money(10000),
        Money(700),
        Money(700),
    )


def test_a_payment_a_reversal_and_a_correction_add_up():
    claim = billed(("97110", (), 5000, None))
    first = answer(paid("97110", 5000, 2000, ("CO", "45", 3000)))
    back = answer(paid("97110", -5000, -2000, ("CO", "45", -3000)), status=REVERSAL)
    again = answer(paid("97110", 5000, 2500, ("CO", "45", 2500)))
    assert outcomes(matched([claim], first, back)) == [("1", "reversed")]
    found = matched([claim], first, back, again)
    assert outcomes(found) == [("1", "matched")]
    assert (found.lines[0].paid, found.lines[0].answered) == (Money(2500), Money(5000))


@pytest.mark.parametrize("again", ["in one answer", "in another answer"])
def test_a_line_that_is_paid_twice_is_answered_once_and_extra_once(again):
    line = paid("97110", 5000, 2343, ("CO", "45", 2657), control="1")
    answers = [answer(line, line)] if again == "in one answer" else [answer(line), answer(line)]
    found = matched([billed(("97110", (), 5000, None))], *answers)
    assert outcomes(found) == [("1", "matched"), ("1", "extra")]
    assert [str(each.answered) for each in found.lines] == ["50.00", "50.00"]
    assert (str(found.totals.extra), str(found.totals.paid)) == ("50.00", "46.86")


def test_a_denial_and_a_later_payment_of_one_line():
    denial = answer(paid("97110", 5000, 0, ("CO", "197", 5000)), status="4")
    later = answer(paid("97110", 5000, 2343, ("CO", "45", 2657)))
    for answers in ([denial, later], [later, denial]):
        found = matched([billed(("97110", (), 5000, None))], *answers)
        assert [each.outcome.value for each in found.lines] == ["matched", "extra"]
        assert str(found.lines[0].paid) == "23.43"


def test_parts_of_a_line_are_one_answer():
    parts = [paid("97110", 3000, 1500, ("CO", "45", 1500)), paid("97110", 2000, 900, ("CO", "45", 1100))]
    found = matched([billed(("97110", (), 5000, None))], answer(*parts))
    assert outcomes(found) == [("1", "matched")]
    assert str(found.totals.paid) == "24.00"


def test_a_table_takes_a_payment_back_without_a_status():
    line = paid("97110", 5000, 2343, ("CO", "45", 2657))
    back = paid("97110", -5000, -2343, ("CO", "45", -2657))
    found = matched([billed(("97110", (), 5000, None))], answer(line, back, status=""))
    assert outcomes(found) == [("1", "reversed")]
    assert str(found.totals.paid) == "0.00"


def test_a_claim_that_is_answered_as_a_whole():
    why = (Adjustment("CO", "45", Money(4000)),)
    found = matched([TWO], answer(adjustments=why, charge=10000, paid=6000))
    assert outcomes(found) == [("", "matched")]
    none = (Adjustment("CO", "29", Money(10000)),)
    assert outcomes(matched([TWO], answer(adjustments=none, charge=10000, paid=0))) == [("", "denied")]
    short = matched([TWO], answer(charge=10000, paid=6000))
    assert outcomes(short) == [("", "underpaid")]


def test_adjustments_of_the_claim_explain_what_its_lines_leave_open():
    claim = billed(("97110", (), 80000, None))
    line = paid("97110", 80000, 45000, ("PR", "1", 30000))
    why = (Adjustment("CO", "A2", Money(5000)),)
    found = matched([claim], answer(line, adjustments=why))
    assert outcomes(found) == [("1", "matched"), ("", "claim_level")]
    assert found.totals.unexplained == Money(0)
    less = matched([claim], answer(line, adjustments=(Adjustment("CO", "A2", Money(4000)),)))
    assert outcomes(less) == [("1", "underpaid"), ("", "claim_level")]


def test_adjustments_of_the_claim_may_take_from_what_its_lines_paid():
    claim = billed(("97110", (), 80000, None))
    line = paid("97110", 80000, 50000, ("PR", "1", 30000))
    why = (Adjustment("CO", "A2", Money(5000)),)
    found = matched([claim], answer(line, adjustments=why, paid=45000))
    assert outcomes(found) == [("1", "matched"), ("", "claim_level")]
    assert (found.totals.paid, found.totals.unexplained) == (Money(45000), Money(0))


def test_a_charge_that_the_payer_changed():
    claim = billed(("97110", (), 5000, None))
    found = matched([claim], answer(paid("97110", 4000, 4000)))
    assert found.totals.changed == Money(-1000)


def test_as_rows_data_and_words():
    line = paid("97110", 5000, 2000, ("CO", "45", 1000), ("PR", "2", 500), ("PI", "B7", 500))
    claim = billed(("97110", ("GP",), 5000, None))
    found = matched([claim], answer(line))
    row = match_rows(found).to_dicts()[0]
    assert row["outcome"] == "underpaid"
    assert row["adjustments"] == "CO:45:10.00; PR:2:5.00; PI:B7:5.00"
    assert (row["unexplained"], row["patient_share"]) == ("10.00", "5.00")
    data = match_dict(found, Remittance(payment_amount=Money(2000), claims=(answer(line),)))
    assert data["labels"]["status"] == "memory"
    assert [each["label"] for each in data["lines"][0]["adjustments"]] == [
        "above the allowed amount",
        "coinsurance",
        None,
    ]
    assert data["counts"]["underpaid"] == found.count(LineOutcome.UNDERPAID) == 1
    assert data["totals"]["balanced"] is True
    assert data["payment"]["balanced"] is True
    text = match_text(found)
    assert "answered 50.00 = paid 20.00 + CO 10.00 + PI 5.00 + PR 5.00 + unexplained 10.00" in text
    assert "2: coinsurance [memory]" in text
