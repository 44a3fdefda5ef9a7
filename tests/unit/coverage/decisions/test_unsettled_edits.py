"""What is not settled counts where something hangs on it: edits a line meets, codes of what is billed."""

from __future__ import annotations

from tests.spec.deciding import decided

from allay.base.status import Status
from allay.coverage.answers import Verdict

WASHINGTON = "linked-massage-washington"
PAIR = '[{"code": "97124", "minutes": 15}, {"code": "97140", "minutes": 15}]'  # never together in Medicare


def test_no_edit_met_leaves_the_confidence_alone():
    decision = decided(WASHINGTON)
    assert decision.bill is Verdict.YES
    assert decision.confidence is Status.MEMORY  # the weakest: how license and units are counted
    assert any(reason.rule.startswith("plan.edits.pairs@") for reason in decision.reasons)


def test_an_edit_met_makes_the_line_and_the_confidence_unknown():
    decision = decided(WASHINGTON, f"services.0.codes = {PAIR}")
    assert sorted(line.bill for line in decision.lines) == [Verdict.UNKNOWN, Verdict.YES]
    assert decision.confidence is Status.UNKNOWN
    assert decision.alternatives == ("other_day", "other_biller")


def test_no_code_for_what_is_no_benefit_leaves_the_confidence_alone():
    assert decided("yoga-oregon-medicaid").confidence is Status.MEMORY  # of where licenses are tested
    assert decided("yoga-oregon-medicaid", "waiver.pays_service = true").confidence is Status.UNKNOWN
