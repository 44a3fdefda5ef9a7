"""A stage: how the effects of rules combine."""

from __future__ import annotations

import pytest
from tests.unit.coverage.decisions.ruling import judged, rule

from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.decisions.stages import Outcome
from allay.coverage.rules.rule import Layer

NEW = {"patient.new": True}
PERMIT = rule("permit", "permit")
DENY = rule("deny", "deny")


def outcomes(result):
    return {one.rule.id.removeprefix("test."): one.outcome for one in result.findings}


def test_nothing_said_is_what_the_stage_says():
    assert judged(without_permit=Verdict.UNKNOWN).verdict is Verdict.UNKNOWN
    assert judged(without_permit=Verdict.YES).verdict is Verdict.YES


def test_one_permit_is_enough():
    other = rule("other", "permit", when=NEW)
    assert judged(PERMIT, other, patient__new=False).verdict is Verdict.YES


def test_one_deny_is_enough():
    assert judged(PERMIT, DENY).verdict is Verdict.NO


def test_a_permit_that_hangs_on_a_missing_fact_is_conditional():
    result = judged(rule("new", "permit", when=NEW))
    assert result.verdict is Verdict.CONDITIONAL
    assert result.missing == ("patient.new",)


def test_a_deny_that_hangs_on_a_missing_fact_is_conditional():
    result = judged(PERMIT, rule("new", "deny", when=NEW))
    assert result.verdict is Verdict.CONDITIONAL
    assert result.missing == ("patient.new",)


def test_a_deny_that_does_not_apply_leaves_no_trace():
    result = judged(PERMIT, rule("new", "deny", when=NEW), patient__new=False)
    assert outcomes(result) == {"permit": Outcome.HOLDS}


@pytest.mark.parametrize(
    ("value", "verdict"), [(True, Verdict.YES), (False, Verdict.NO), (None, Verdict.CONDITIONAL)]
)
def test_a_requirement_asks_that_its_test_holds(value, verdict):
    result = judged(PERMIT, rule("needed", "require", test=NEW), patient__new=value)
    assert result.verdict is verdict


def test_every_reason_is_told_not_only_the_first():
    result = judged(
        PERMIT, DENY, rule("two", "deny"), rule("needed", "require", test=NEW), patient__new=False
    )
    assert [one for one in outcomes(result).values() if one is Outcome.FAILS] == [Outcome.FAILS] * 3


def test_an_unsettled_rule_makes_the_answer_unknown():
    unsettled = rule("unsettled", "deny", status=Status.UNKNOWN)
    assert judged(PERMIT, unsettled).verdict is Verdict.UNKNOWN
    assert judged(PERMIT, unsettled, DENY).verdict is Verdict.NO


@pytest.mark.parametrize(
    ("used", "verdict", "left"),
    [(0, Verdict.YES, 11), (11, Verdict.YES, 0), (12, Verdict.NO, 0), (15, Verdict.NO, 0)],
)
def test_a_limit_counts_the_visit_asked_about(used, verdict, left):
    limit = rule("limit", "limit", value=12, counter="episode.visits_year")
    result = judged(PERMIT, limit, episode__visits_year=used)
    assert (result.verdict, result.findings[1].left) == (verdict, left)


def test_the_smallest_of_several_limits_counts():
    limits = [rule(f"limit_{most}", "limit", value=most, counter="episode.visits_year") for most in (20, 12)]
    assert judged(PERMIT, *limits, episode__visits_year=15).verdict is Verdict.NO


def test_a_limit_without_its_counter_asks_for_it():
    result = judged(PERMIT, rule("limit", "limit", value=12, counter="episode.visits_year"))
    assert (result.verdict, result.missing) == (Verdict.CONDITIONAL, ("episode.visits_year",))


def test_a_plan_cannot_take_away_what_law_permits():
    law = rule("law", "permit", layer=Layer.STATE_LAW)
    result = judged(law, DENY)
    assert result.verdict is Verdict.YES
    assert outcomes(result)["deny"] is Outcome.SET_ASIDE


def test_a_plan_may_be_stricter_where_the_law_lets_it():
    law = rule("law", "permit", layer=Layer.STATE_LAW, derogable=True)
    assert judged(law, DENY).verdict is Verdict.NO


def test_law_is_not_set_aside_by_a_plan():
    law = rule("law", "deny", layer=Layer.STATE_LAW)
    assert judged(law, PERMIT).verdict is Verdict.NO


def test_a_deny_of_the_same_layer_counts():
    assert judged(PERMIT, DENY).verdict is Verdict.NO


def test_a_limit_of_a_lower_layer_only_counts_when_it_is_more_generous():
    law = rule("law", "limit", value=20, counter="episode.visits_year", layer=Layer.STATE_LAW)
    plan = rule("plan", "limit", value=10, counter="episode.visits_year")
    result = judged(PERMIT, law, plan, episode__visits_year=15)
    assert result.verdict is Verdict.YES
    assert outcomes(result)["plan"] is Outcome.SET_ASIDE


def test_what_law_forbids_a_plan_cannot_ask():
    asks = rule("asks", "require", test={"plan.authorization": "approved"})
    forbids = rule("forbids", "forbid", target="prior_auth", layer=Layer.STATE_LAW)
    result = judged(asks, forbids, without_permit=Verdict.YES, plan__authorization="none")
    assert result.verdict is Verdict.YES
    assert outcomes(result) == {"asks": Outcome.SET_ASIDE, "forbids": Outcome.HOLDS}
    assert judged(asks, without_permit=Verdict.YES, plan__authorization="none").verdict is Verdict.NO


def test_an_exception_takes_a_rule_away():
    except_new = rule("deny", "deny", unless=NEW)
    assert judged(PERMIT, except_new, patient__new=True).verdict is Verdict.YES
    assert judged(PERMIT, except_new, patient__new=False).verdict is Verdict.NO
    assert judged(PERMIT, except_new).verdict is Verdict.CONDITIONAL
