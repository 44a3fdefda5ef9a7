"""What holds for every ACCESS cohort, alignment and set of terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.attainment import EndScores, Outcome, TargetPolicy, attainment
from allay.payment.access.chances import count_distribution, effect_of_each
from allay.payment.access.cohort import Aligned
from allay.payment.access.deadlines import AccessReport, ReportKind, deadlines
from allay.payment.access.earnings import earnings
from allay.payment.access.forecast import forecast
from allay.payment.access.reconciliation import reconciliation
from allay.payment.access.targets import sites, targets
from allay.payment.access.terms import FORMS, PaymentTerm, shipped_terms

# Sums of products of doubles over at most 12 patients.
ROUNDING = 1e-9
BEGINS = dt.date(2026, 7, 5)
DAYS = st.dates(BEGINS, dt.date(2060, 12, 31))
SHARE = st.integers(1, 100).map(lambda percent: Fraction(percent, 100))
SHARES = (
    "outcome_threshold",
    "outcome_cap",
    "substitute_threshold",
    "substitute_cap",
    "discount",
    "patient_share",
)


def term(name, value):
    return PaymentTerm(name, value, Status.SYNTHETIC, "test")


@st.composite
def terms(draw, *, withhold=st.just(Fraction(1, 2)), joint=st.just(Fraction(1, 2))):
    changes = {name: term(name, draw(SHARE)) for name in SHARES}
    changes["withhold"] = term("withhold", draw(withhold))
    changes["adjustment_cap"] = term("adjustment_cap", draw(joint))
    changes["amount"] = term("amount", Fraction(draw(st.integers(1, 100_000)), 100))
    changes["outcome_adjustment"] = term("outcome_adjustment", draw(st.sampled_from(FORMS)))
    for name, choices in (
        ("substitute_adjustment", FORMS[:2]),
        ("schedule", ("monthly", "quarterly")),
        ("prorating", ("by_month", "none")),
    ):
        changes[name] = term(name, draw(st.sampled_from(choices)))
    base = shipped_terms(
        cost_sharing=draw(st.sampled_from(["none", "collect", "forgo"])), multi_track=draw(st.booleans())
    )
    return base.replace(**changes)


@st.composite
def cohorts(draw, outcomes=tuple(Outcome), most=12):
    return [
        Aligned(
            str(n),
            draw(st.sampled_from(outcomes)),
            substitute=draw(st.booleans()),
            months=draw(st.integers(1, 12)),
            multi_track=draw(st.booleans()),
            aligned_on=draw(st.dates(BEGINS, dt.date(2027, 12, 31))),
            p_met=draw(st.floats(0, 1)),
            p_report=draw(st.floats(0, 1)),
        )
        for n in range(draw(st.integers(1, most)))
    ]


@given(cohorts(), terms())
def test_earned_is_between_half_and_all_of_the_gross(members, chosen):
    found = reconciliation(members, terms=chosen)
    assert Fraction(found.gross.cents, 2) - Fraction(1, 2) <= found.earned.cents <= found.gross.cents
    assert found.paid <= found.earned
    assert 0 <= found.adjustment <= Fraction(1, 2)


@given(cohorts(), terms(withhold=SHARE, joint=SHARE))
def test_no_money_is_made_or_lost(members, chosen):
    found = reconciliation(members, terms=chosen)
    assert found.paid + found.release == found.earned == found.medicare + found.patient_share
    assert found.release.cents >= 0
    assert found.patient_collected in (Money(0), found.patient_share)


@given(cohorts(), terms(withhold=SHARE, joint=SHARE), st.data())
def test_one_more_who_met_never_lowers_what_is_earned(members, chosen, data):
    place = data.draw(st.integers(0, len(members) - 1))
    better = list(members)
    better[place] = replace(members[place], outcome=Outcome.MET)
    before, after = (reconciliation(each, terms=chosen) for each in (members, better))
    assert after.earned >= before.earned
    assert after.paid == before.paid


@given(cohorts(), terms(withhold=SHARE, joint=SHARE), st.data())
def test_one_more_substitute_service_never_raises_what_is_earned(members, chosen, data):
    place = data.draw(st.integers(0, len(members) - 1))
    worse = list(members)
    worse[place] = replace(members[place], substitute=True)
    before, after = (reconciliation(each, terms=chosen) for each in (members, worse))
    assert after.earned <= before.earned


@given(cohorts(), terms(withhold=SHARE, joint=SHARE), st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter(members, chosen, random):
    shuffled = list(members)
    random.shuffle(shuffled)
    assert reconciliation(shuffled, terms=chosen) == reconciliation(members, terms=chosen)


@given(cohorts(), terms(withhold=SHARE, joint=SHARE))
def test_the_ledger_adds_up_to_the_cent(members, chosen):
    totals = reconciliation(members, terms=chosen)
    lines = earnings(chosen, members, reconciled_on=dt.date(2029, 1, 1))
    assert all(line.amount.cents > 0 for line in lines)
    assert Money.total(line.amount for line in lines) == totals.earned
    assert Money.total(line.amount for line in lines if line.kind == "part") == totals.paid
    assert Money.total(line.amount for line in lines if line.party == "medicare") == totals.medicare


@pytest.mark.parametrize("cents", [1, 2, 3, 5])
def test_the_ledger_of_a_few_cents_adds_up(cents):
    """Where nothing or a cent is released, a share that rounds otherwise for the whole than for its parts."""
    members = [Aligned(str(n), Outcome.MET, aligned_on=BEGINS, months=n % 11 + 1) for n in range(7)]
    for withhold in range(1, 60, 6):
        for share in range(5, 100, 5):
            chosen = shipped_terms(cost_sharing="collect").replace(
                amount=term("amount", Fraction(cents, 100)),
                withhold=term("withhold", Fraction(withhold, 100)),
                adjustment_cap=term("adjustment_cap", Fraction(withhold, 100)),
                patient_share=term("patient_share", Fraction(share, 100)),
            )
            totals = reconciliation(members, terms=chosen)
            lines = earnings(chosen, members, reconciled_on=dt.date(2029, 1, 1))
            assert all(line.amount.cents > 0 for line in lines)
            assert Money.total(line.amount for line in lines) == totals.earned
            assert Money.total(line.amount for line in lines if line.party == "medicare") == totals.medicare


@given(cohorts(), terms(), st.floats(0, 1))
def test_a_forecast_stays_within_what_can_be(members, chosen, p_report):
    found = forecast(members, terms=chosen, p_report=p_report)
    cent = 1
    for line in found.forms:
        assert found.paid.cents - cent <= line.low.cents <= line.high.cents <= found.gross.cents + cent
        assert found.paid.cents - cent <= line.expected.cents <= found.gross.cents + cent
    assert 0 <= found.p_threshold <= 1
    assert found.rate <= Fraction(found.expected_rate + ROUNDING)
    assert all(each.worth.cents >= 0 for each in found.worth)


@given(cohorts(outcomes=(Outcome.OPEN, Outcome.MET), most=6), terms(), st.data())
def test_a_report_is_worth_what_two_forecasts_differ_by(members, chosen, data):
    members = [*members, Aligned("x", Outcome.OPEN, p_met=0.4, p_report=0.7)]
    waiting = [place for place, each in enumerate(members) if each.outcome is Outcome.OPEN]
    place = data.draw(st.sampled_from(waiting))
    expected = []
    for reported in (1.0, 0.0):
        changed = list(members)
        changed[place] = replace(members[place], p_report=reported)
        expected.append(forecast(changed, terms=chosen, p_report=0.5).forms[0].expected)
    worth = {each.patient_id: each.worth for each in forecast(members, terms=chosen, p_report=0.5).worth}
    cents_of_rounding = 2
    assert (
        abs(worth[members[place].patient_id].cents - (expected[0] - expected[1]).cents) <= cents_of_rounding
    )


@given(st.lists(st.floats(0, 1), max_size=12))
def test_counts_are_a_distribution_with_the_right_mean(chances):
    found = count_distribution(chances)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1, abs=ROUNDING)
    assert found @ np.arange(len(found)) == pytest.approx(sum(chances), abs=ROUNDING)
    assert effect_of_each(chances, np.arange(len(found), dtype=float)) == pytest.approx(
        np.ones(len(chances)), abs=ROUNDING
    )


@given(
    DAYS,
    st.integers(0, 60),
    st.lists(st.integers(70, 110), max_size=4),
    st.sampled_from(["msk", "bh", "ckm"]),
)
def test_windows_are_in_order_in_every_year(aligned, first, gaps, track):
    day = aligned + dt.timedelta(days=first)
    reports = [AccessReport(ReportKind.BASELINE, day)]
    for gap in gaps:
        day += dt.timedelta(days=gap)
        reports.append(AccessReport(ReportKind.QUARTERLY, day))
    found = deadlines(aligned, reports=reports, track=track)
    assert [each.first_day for each in found] == sorted(each.first_day for each in found)
    assert all(aligned <= each.first_day <= each.last_day for each in found)
    quarters = [each for each in found if each.kind == "quarterly"]
    for each, report in zip(quarters, reports, strict=False):
        assert (each.first_day - report.submitted_on).days == 70
        assert (each.last_day - report.submitted_on).days == 110
    assert all(each.sent_on is None or each.first_day <= each.sent_on <= each.last_day for each in found)
    by_kind = {each.kind: each for each in found}
    assert by_kind["baseline"].last_day < by_kind["lock-in"].last_day < by_kind["end-of-period"].first_day
    assert (by_kind["end-of-period"].last_day - aligned).days == 425


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_a_later_submission_never_moves_a_window_forward(aligned, first, second):
    early, late = sorted((first, second))
    windows = []
    for shift in (early, late):
        report = AccessReport(ReportKind.BASELINE, aligned + dt.timedelta(days=shift))
        windows.append([each for each in deadlines(aligned, reports=[report]) if each.kind == "quarterly"][0])
    assert windows[0].first_day <= windows[1].first_day


SCORE = st.one_of(st.none(), st.integers(0, 100).map(Decimal))


@given(st.data(), st.sampled_from(sites()))
def test_any_is_easier_than_two_and_two_than_all(data, site):
    asked = targets(site, on=dt.date(2026, 8, 1))
    scores = [
        EndScores(target.instruments[0], target.scale, data.draw(SCORE), data.draw(SCORE)) for target in asked
    ]
    policies = [TargetPolicy("any"), TargetPolicy("k_of_n", k=2), TargetPolicy("all")]
    met = [attainment(scores, each, targets=asked).outcome is Outcome.MET for each in policies]
    assert met == sorted(met, reverse=True)
    loose = TargetPolicy("all", veto=False)
    if met[2]:
        assert attainment(scores, loose, targets=asked).outcome is Outcome.MET


@given(st.data(), st.sampled_from(sites()), st.sampled_from(["any", "all"]))
def test_losing_an_end_score_never_makes_a_target_met(data, site, rule):
    asked = targets(site, on=dt.date(2026, 8, 1))
    scores = [
        EndScores(target.instruments[0], target.scale, data.draw(SCORE), data.draw(SCORE)) for target in asked
    ]
    place = data.draw(st.integers(0, len(scores) - 1))
    fewer = list(scores)
    fewer[place] = replace(scores[place], end=None)
    policy = TargetPolicy(rule)
    if attainment(fewer, policy, targets=asked).outcome is Outcome.MET:
        assert attainment(scores, replace(policy, veto=False), targets=asked).outcome is Outcome.MET
