"""What is asked and what is not: facts given or not, permits that settle a stage, lists of alternatives."""

from __future__ import annotations

import pytest
from tests.unit.coverage.decisions.ruling import judged, rule

from allay.coverage.answers import Verdict

COPAY_SAID = {"benefit.copay": {"given": True}}
COPAY_NOT_SAID = {"benefit.copay": {"given": False}}


@pytest.mark.parametrize(
    ("when", "copay", "verdict"),
    [
        (COPAY_SAID, 20, Verdict.YES),
        (COPAY_SAID, 0, Verdict.YES),
        (COPAY_SAID, None, Verdict.NO),
        (COPAY_NOT_SAID, 20, Verdict.NO),
        (COPAY_NOT_SAID, None, Verdict.YES),
    ],
)
def test_a_fact_given_or_not_is_never_asked_for(when, copay, verdict):
    result = judged(rule("said", "permit", when=when), without_permit=Verdict.NO, benefit__copay=copay)
    assert result.verdict is verdict
    assert result.missing == ()


def test_a_permit_that_holds_spares_the_questions_of_others():
    other = rule("other", "permit", when={"benefit.covered": True})
    assert judged(rule("permit", "permit"), other).missing == ()
    assert judged(other).missing == ("benefit.covered",)


def test_a_permit_does_not_spare_the_questions_of_what_may_stop():
    result = judged(rule("permit", "permit"), rule("stop", "deny", when={"benefit.covered": False}))
    assert result.missing == ("benefit.covered",)


def test_what_nobody_said_and_nobody_asks_is_not_missing():
    asking = rule("asking", "permit", when={"plan.network": "contracted", "episode.worse": {"said": True}})
    assert judged(asking).missing == ()
    open_rule = rule(
        "open", "permit", when={"plan.network": "contracted"}, unless={"episode.worse": {"said": True}}
    )
    assert judged(open_rule).missing == ("plan.network",)


@pytest.mark.parametrize(
    ("network", "standards", "missing"),
    [
        ("contracted", None, ("patient.new",)),
        ("out_of_network", None, ("patient.new", "plan.accepts_standards")),
        (None, None, ("patient.new", "plan.network", "plan.accepts_standards")),
        ("out_of_network", False, ()),
    ],
)
def test_of_a_list_only_what_leaves_it_open_is_asked(network, standards, missing):
    either = [{"plan.network": "contracted"}, {"plan.accepts_standards": True}]
    asking = rule("asking", "permit", when={"patient.new": True, "any_of": either})
    assert judged(asking, plan__network=network, plan__accepts_standards=standards).missing == missing
