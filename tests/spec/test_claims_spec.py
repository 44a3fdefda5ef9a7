"""What became of a billed line.

A claim line is put beside what the payer answered to it. Settled is what it brought: paid, the patient's
share (deductible 1, coinsurance 2, copay 3 in group PR), and the part of an earlier payer (reason 23). A line
that brought nothing is denied, whatever the reasons say. One is underpaid when payment and adjustments leave
part of its charge unexplained, or when it brought less than the plan should allow, where that is known.
Amounts are dollars; an empty cell means none. The labels of reasons are from memory and marked so.
"""

from __future__ import annotations

import pytest

from allay.base.money import Money
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.matching import match_remittance
from allay.payment.claims.remittance import Adjustment, Remittance, RemittanceClaim, RemittanceLine

CASES = [
    ("50.00", "50.00", "", "", "matched", "0.00"),
    ("50.00", "23.43", "CO:45:20.71 PR:2:5.86", "", "matched", "0.00"),
    ("50.00", "0.00", "PR:1:29.29 CO:45:20.71", "", "matched", "0.00"),
    ("50.00", "0.00", "PR:3:30.00 CO:45:20.00", "", "matched", "0.00"),
    ("50.00", "0.00", "OA:23:29.29 CO:45:20.71", "", "matched", "0.00"),
    ("50.00", "0.00", "CO:197:50.00", "", "denied", "0.00"),
    ("50.00", "0.00", "CO:97:50.00", "", "denied", "0.00"),
    ("50.00", "0.00", "PR:96:50.00", "", "denied", "0.00"),
    ("50.00", "0.00", "", "", "denied", "50.00"),
    ("50.00", "20.00", "CO:45:20.71", "", "underpaid", "9.29"),
    ("50.00", "23.43", "CO:45:20.71 PR:2:5.86", "29.29", "matched", "0.00"),
    ("50.00", "20.00", "CO:45:24.14 PR:2:5.86", "29.29", "underpaid", "0.00"),
    ("50.00", "29.29", "CO:45:14.85 PR:2:5.86", "29.29", "matched", "0.00"),
    ("50.00", "", "", "", "not_found", "0.00"),
]


@pytest.mark.parametrize(("charge", "paid", "adjustments", "expected", "outcome", "unexplained"), CASES)
def test_outcomes(charge, paid, adjustments, expected, outcome, unexplained):
    """What a line was charged and answered, and what that makes of it."""
    line = BilledLine(
        "SV1", "97110", ("GP",), Money.parse(charge), expected=Money.parse(expected) if expected else None
    )
    reasons = tuple(
        Adjustment(group, reason, Money.parse(amount))
        for group, reason, amount in (each.split(":") for each in adjustments.split())
    )
    answers = []
    if paid:
        given = RemittanceLine("97110", ("GP",), Money.parse(charge), Money.parse(paid), reasons)
        answers = [RemittanceClaim("C-1", "1", given.charge, given.paid, lines=(given,))]
    claim = BilledClaim("C-1", line.charge, (line,))
    found = match_remittance([claim], Remittance(payment_amount=None, claims=tuple(answers)))
    assert [each.outcome.value for each in found.lines] == [outcome]
    assert str(found.totals.unexplained) == unexplained
    assert found.totals.balanced
