"""Terms, reconciliation and ledger amounts of ACCESS."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.payment.access.cohorts import MET, NOT, TERMS, cohort

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.attainment import TargetPolicy
from allay.payment.access.cohort import Aligned
from allay.payment.access.earnings import earnings
from allay.payment.access.reconciliation import reconciliation, value_of_reports
from allay.payment.access.terms import PaymentTerm, shipped_terms
from allay.payment.access.termsfile import read_terms


def with_number(name, value):
    return TERMS.replace(**{name: PaymentTerm(name, Fraction(value), Status.SYNTHETIC, "test")})


def test_months_are_paid_pro_rata():
    half = cohort(MET, MET, months=6)
    assert reconciliation(half, terms=TERMS).gross == Money(18000)
    whole = replace_choice("prorating", "none")
    assert reconciliation(half, terms=whole).gross == Money(36000)
    assert reconciliation(half, terms=TERMS).status_of("gross") is Status.SECONDARY
    assert reconciliation(cohort(MET), terms=TERMS).status_of("gross") is Status.VERIFIED


def replace_choice(name, value):
    return TERMS.replace(**{name: PaymentTerm(name, value, Status.SYNTHETIC, "test")})


def test_the_discount_is_off_and_says_so():
    both = cohort(MET, MET, multi_track=True)
    assert reconciliation(both, terms=TERMS).gross == Money(36000)
    assert "discount" not in [term.name for term in TERMS.used]
    on = shipped_terms(multi_track=True)
    assert reconciliation(both, terms=on).gross == Money(34200)
    assert on.terms["discount"].status is Status.MEMORY
    assert on.terms["discount"] in on.unconfirmed


@pytest.mark.parametrize(
    ("rate", "form", "lost"),
    [
        ("0.49", "proportional", "0.02"),
        ("0.5", "proportional", "0"),
        ("0.51", "proportional", "0"),
        ("0", "proportional", "0.5"),
        ("0.25", "proportional", "0.5"),
        ("0.49", "points", "0.01"),
        ("0.5", "points", "0"),
        ("0", "points", "0.5"),
        ("0.49", "all_or_nothing", "0.5"),
        ("0.5", "all_or_nothing", "0"),
    ],
)
def test_outcome_adjustment_below_at_and_above_the_threshold(rate, form, lost):
    count = int(Fraction(rate) * 100)
    found = reconciliation(cohort(*[MET] * count, *[NOT] * (100 - count)), terms=TERMS.with_form(form))
    assert found.outcome_adjustment == Fraction(lost)


@pytest.mark.parametrize(("without", "lost"), [(89, "0.01"), (90, "0"), (91, "0"), (10, "0.25")])
def test_substitute_adjustment_below_at_and_above_the_threshold(without, lost):
    members = [Aligned(str(n), MET, substitute=n >= without) for n in range(100)]
    assert reconciliation(members, terms=TERMS).substitute_adjustment == Fraction(lost)


def test_the_other_form_of_the_substitute_adjustment():
    members = [Aligned(str(n), MET, substitute=n >= 81) for n in range(100)]
    other = replace_choice("substitute_adjustment", "proportional")
    assert reconciliation(members, terms=other).substitute_adjustment == Fraction(1, 10)


def test_both_together_are_capped_and_nothing_paid_is_taken_back():
    worst = [Aligned(str(n), NOT, substitute=True) for n in range(10)]
    assert reconciliation(worst, terms=TERMS).release == Money(0)
    looser = with_number("adjustment_cap", 1)
    assert reconciliation(worst, terms=looser).release == Money(0)
    tighter = with_number("adjustment_cap", "0.3")
    assert reconciliation(worst, terms=tighter).earned == Money(126000)


@pytest.mark.parametrize(
    ("election", "medicare", "share", "collected"),
    [("none", 18000, 0, 0), ("collect", 14400, 3600, 3600), ("forgo", 14400, 3600, 0)],
)
def test_cost_sharing(election, medicare, share, collected):
    found = reconciliation(cohort(MET), terms=shipped_terms(cost_sharing=election))
    assert (found.medicare.cents, found.patient_share.cents, found.patient_collected.cents) == (
        medicare,
        share,
        collected,
    )


def test_cohorts_that_nothing_can_be_figured_for():
    with pytest.raises(InvalidValue, match="at least one aligned patient"):
        reconciliation([], terms=TERMS)
    with pytest.raises(InvalidValue, match="each patient once"):
        reconciliation([Aligned("p", MET), Aligned("p", MET)], terms=TERMS)
    with pytest.raises(InvalidValue, match="months from 1 to 12"):
        reconciliation(cohort(MET, months=13), terms=TERMS)
    with pytest.raises(InvalidValue, match="missing reports"):
        value_of_reports(cohort(MET), would_meet=0, terms=TERMS)


@pytest.mark.parametrize("election", ["none", "collect", "forgo"])
@pytest.mark.parametrize("schedule", ["monthly", "quarterly"])
def test_ledger_amounts_add_up(election, schedule):
    terms = replace(replace_choice("schedule", schedule), cost_sharing=election)
    members = [*cohort(MET, MET, NOT), Aligned("x", MET, months=7, aligned_on=dt.date(2026, 10, 31))]
    totals = reconciliation(members, terms=terms)
    lines = earnings(terms, members, reconciled_on=dt.date(2027, 12, 15))
    by_kind = {
        kind: Money.total(line.amount for line in lines if line.kind == kind) for kind in ("part", "release")
    }
    assert by_kind == {"part": totals.paid, "release": totals.release}
    parties = {line.party for line in lines}
    assert (
        parties
        == {"none": {"medicare"}, "collect": {"medicare", "patient"}, "forgo": {"medicare", "forgone"}}[
            election
        ]
    )
    assert Money.total(line.amount for line in lines if line.party == "medicare") == totals.medicare
    first = [line for line in lines if line.patient_id == "0" and line.kind == "part"]
    months = {str(line.month) for line in first}
    assert len(months) == (12 if schedule == "monthly" else 4)
    assert min(months) == ("2026-08-01" if schedule == "monthly" else "2026-10-01")
    monthly = Money.total(line.amount for line in first if line.month == first[0].month)
    assert monthly == Money(750 if schedule == "monthly" else 2250)


def test_a_release_comes_after_the_last_part():
    with pytest.raises(InvalidValue, match="a reconciliation after 2027-07-01"):
        earnings(TERMS, cohort(MET), reconciled_on=dt.date(2027, 6, 30))
    with pytest.raises(InvalidValue, match="the day of alignment"):
        earnings(TERMS, [Aligned("p", MET)], reconciled_on=dt.date(2028, 1, 1))


def test_parts_are_surer_than_releases():
    lines = earnings(shipped_terms(cost_sharing="none"), cohort(MET), reconciled_on=dt.date(2027, 12, 1))
    assert {line.kind: line.status for line in lines} == {"part": Status.VERIFIED, "release": Status.UNKNOWN}


TERMS_FILE = """\
id: ours
on: 2026-08-01
status: contract
source: Participation agreement
policy: {rule: k_of_n, k: 2}
outcome_adjustment: points
cost_sharing: forgo
multi_track_discount: true
numbers:
  outcome_threshold: {value: 0.4, status: contract, source: exhibit B}
"""


def test_a_terms_file_replaces_what_it_names():
    terms = read_terms(io.BytesIO(TERMS_FILE.encode()), name="t.yaml")
    assert terms.terms["outcome_threshold"].number == Fraction(2, 5)
    assert terms.terms["outcome_threshold"].source == "exhibit B"
    assert terms.choice("outcome_adjustment") == "points"
    assert terms.policy == TargetPolicy("k_of_n", k=2)
    assert terms.terms["policy"].status is Status.CONTRACT
    assert terms.number("withhold") == Fraction(1, 2)
    assert (terms.cost_sharing, terms.multi_track, terms.until) == ("forgo", True, dt.date(2028, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "value: 0.4",
            "value: 1.4",
            "t.yaml:10: /numbers/outcome_threshold/value: expected outcome_threshold as a share",
        ),
        ("value: 0.4", "value: 0.0", "outcome_threshold above 0"),
        (
            "outcome_threshold:",
            "outcome_treshold:",
            "t.yaml:10: /numbers/outcome_treshold: expected one of amount",
        ),
        ("k: 2", "k: 0", "t.yaml:5: /policy: expected k of at least 1"),
        (", k: 2", "", "k with k_of_n"),
        ("points", "linear", "t.yaml:6: /outcome_adjustment"),
        ("2026-08-01", "2026-07-04", "t.yaml:2: /on: expected a day with known rates"),
        ("2026-08-01", "2028-01-01", "is unknown on 2028-01-01"),
        ("status: contract\nsource", "source", "t.yaml:1: /status"),
        ("cost_sharing: forgo", "cost_shared: forgo", "did you mean 'cost_sharing'"),
    ],
)
def test_terms_files_that_cannot_be(old, new, said):
    assert old in TERMS_FILE
    with pytest.raises(InvalidInput) as caught:
        read_terms(io.BytesIO(TERMS_FILE.replace(old, new, 1).encode()), name="t.yaml")
    assert said in str(caught.value)


def test_rates_after_2027_can_be_given():
    given = {
        name: PaymentTerm(name, term.value, Status.CONTRACT, "ours") for name, term in TERMS.terms.items()
    }
    with pytest.raises(NotFound, match="unknown on 2028-01-01"):
        shipped_terms(on=dt.date(2028, 1, 1))
    assert shipped_terms(on=dt.date(2028, 1, 1), given=given).until is None
