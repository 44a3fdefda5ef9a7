"""Terms, reconciliation, ledger amounts, forecast and eligibility of ACCESS."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.payment.access.attainment import EndScores, Outcome, TargetPolicy, attainment
from allay.payment.access.chances import count_distribution, effect_of_each, posterior_rates
from allay.payment.access.cohort import Aligned
from allay.payment.access.cohortsheet import read_cohort, read_cohort_table
from allay.payment.access.earnings import earnings
from allay.payment.access.eligibility import AccessCandidate, pre_check
from allay.payment.access.forecast import forecast
from allay.payment.access.outcomesheet import read_end_scores, read_outcomes
from allay.payment.access.reconciliation import reconciliation, value_of_reports
from allay.payment.access.substitutes import substitute_trend
from allay.payment.access.targets import targets
from allay.payment.access.terms import PaymentTerm, shipped_terms
from allay.payment.access.termsfile import read_terms
from allay.payment.access.valueset import ValueSet, read_value_set

TERMS = shipped_terms()
AUGUST = dt.date(2026, 8, 1)
# Sums of products of doubles over at most 60 patients.
ROUNDING = 1e-12
# 200 slices of the posterior against its integral.
SLICES = 2e-3


def cohort(*outcomes, **more):
    return [Aligned(str(n), each, aligned_on=AUGUST, **more) for n, each in enumerate(outcomes)]


def with_number(name, value):
    return TERMS.replace(**{name: PaymentTerm(name, Fraction(value), Status.SYNTHETIC, "test")})


MET, NOT, MISSING, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.MISSING, Outcome.OPEN


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


def scores(**ends):
    names = {"pf": ("promis-pf6b", "physical_function"), "pi": ("promis-pi6a", "pain_interference")}
    names |= {"pain": ("pain-nrs", "total"), "cat": ("promis-pf-cat", "physical_function")}
    return [
        EndScores(*names[name], *(None if v is None else Decimal(v) for v in values))
        for name, values in ends.items()
    ]


def test_two_forms_of_a_measure_do_not_mix():
    asked = targets("other", on=AUGUST)
    mixed = scores(pf=("37", None), cat=(None, "45"), pi=("60", "55"), pain=("6", "5"))
    strict, loose = (
        attainment(mixed, TargetPolicy("all", same_instrument=same), targets=asked) for same in (True, False)
    )
    assert (strict.outcome, loose.outcome) == (MISSING, MET)
    assert strict.measures[0].reason == "another instrument at the end than at baseline"


def test_the_guard_can_be_left_out():
    asked = targets("other", on=AUGUST)
    worse = scores(pf=("37", "45"), pi=("60", "55"), pain=("3", "6"))
    found = [attainment(worse, TargetPolicy("all", veto=veto), targets=asked) for veto in (True, False)]
    assert [each.outcome for each in found] == [NOT, MET]
    assert found[0].status is Status.SECONDARY


def test_k_is_at_most_the_measures_of_the_site():
    with pytest.raises(InvalidValue, match="k of at most 2"):
        attainment([], TargetPolicy("k_of_n", k=3), targets=targets("other", on=AUGUST))


def test_behavioral_targets_are_unknown():
    found = attainment(
        [EndScores("phq9", "total", Decimal(15), Decimal(5))],
        TargetPolicy("any"),
        targets=targets("any", on=AUGUST, track="bh"),
    )
    assert found.outcome is Outcome.UNKNOWN
    assert found.measures[0].reason == "what is asked of it is not known"


@pytest.mark.parametrize(
    "chances",
    [[0.5], [0.1, 0.35, 0.35, 0.8, 0.99], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [0.0, 1.0, 0.3]],
    ids=["one", "repeating", "all different", "certain"],
)
def test_counts_against_every_combination(chances):
    expected = np.zeros(len(chances) + 1)
    for met in itertools.product([0, 1], repeat=len(chances)):
        expected[sum(met)] += math.prod(p if m else 1 - p for p, m in zip(chances, met, strict=True))
    assert count_distribution(chances) == pytest.approx(expected, abs=ROUNDING)
    values = np.arange(len(chances) + 1) ** 2.0
    for place, effect in enumerate(effect_of_each(chances, values)):
        with_it, without = list(chances), list(chances)
        with_it[place], without[place] = 1.0, 0.0
        plain = (count_distribution(with_it) - count_distribution(without)) @ values
        assert effect == pytest.approx(plain, abs=ROUNDING)


def test_counts_of_equal_chances_are_binomial():
    assert count_distribution([0.3] * 60) == pytest.approx(binom.pmf(range(61), 60, 0.3), abs=ROUNDING)


def test_a_common_rate_is_beta_binomial():
    rates = posterior_rates(20, 34)
    found = np.mean([count_distribution([rate] * 13) for rate in rates], axis=0)
    assert found == pytest.approx(betabinom.pmf(range(14), 13, 21, 15), abs=SLICES)


def test_chances_that_cannot_be():
    with pytest.raises(InvalidValue, match="chances from 0 to 1"):
        count_distribution([0.5, 1.2])
    with pytest.raises(InvalidValue, match="2 values"):
        effect_of_each([0.5], np.array([1.0]))
    with pytest.raises(InvalidValue, match="met <= reported"):
        posterior_rates(3, 2)


def test_a_forecast_without_open_patients_is_the_reconciliation():
    members = cohort(*[MET] * 4, *[NOT] * 5, MISSING)
    found = forecast(members, terms=TERMS, p_report=0.5)
    for line in found.forms:
        exact = reconciliation(members, terms=TERMS.with_form(line.form))
        assert (line.expected, line.low, line.high) == (exact.earned,) * 3
        assert line.release == exact.release
    assert (found.p_threshold, found.worth) == (0.0, ())
    assert (found.met, found.reported, found.open, found.rate) == (4, 9, 0, Fraction(2, 5))


def test_the_threshold_is_reached_at_it_and_not_below():
    three = [*cohort(MET, MET, NOT, NOT), Aligned("x", OPEN, p_met=1.0), Aligned("y", NOT)]
    assert forecast(three, terms=TERMS, p_report=1.0).p_threshold == 1.0
    assert forecast([*three, Aligned("z", NOT)], terms=TERMS, p_report=1.0).p_threshold == 0.0


def test_reports_that_never_come_count_as_not_met():
    members = [*cohort(MET, NOT), *(Aligned(f"o{n}", OPEN, p_met=0.9) for n in range(4))]
    found = forecast(members, terms=TERMS, p_report=0.0)
    assert found.expected_rate == pytest.approx(1 / 6)
    assert found.worth[0].worth > Money(0)


def test_the_likelier_patient_is_worth_more():
    members = [*cohort(*[NOT] * 4, *[MET] * 3), Aligned("a", OPEN, p_met=0.2), Aligned("b", OPEN, p_met=0.8)]
    found = forecast(members, terms=TERMS, p_report=1.0)
    assert [each.patient_id for each in found.worth] == ["b", "a"]


def test_chances_are_given_for_all_or_for_none():
    members = [Aligned("a", OPEN, p_met=0.2), Aligned("b", OPEN)]
    with pytest.raises(InvalidValue, match="none for b"):
        forecast(members, terms=TERMS, p_report=1.0)


def test_multi_track_effect():
    found = forecast(cohort(MET, MET, multi_track=True), terms=TERMS, p_report=1.0)
    assert (found.gross, found.discount_effect) == (Money(36000), Money(1800))


def test_trend_of_substitute_services():
    members = [
        Aligned("a", OPEN, aligned_on=AUGUST),
        Aligned("b", OPEN, aligned_on=AUGUST, substitute=True, substitute_on=dt.date(2026, 8, 31)),
        Aligned(
            "c", OPEN, aligned_on=dt.date(2026, 9, 1), substitute=True, substitute_on=dt.date(2026, 10, 1)
        ),
    ]
    found = substitute_trend(members, as_of=dt.date(2026, 10, 1), terms=TERMS)
    assert [(each.patients, each.without) for each in found.months] == [(2, 1), (3, 2), (3, 1)]
    pace = 2 / (61 + 30 + 30)
    assert found.expected == pytest.approx(math.exp(-pace * 304) / 3)
    assert substitute_trend([Aligned("a", OPEN)], as_of=AUGUST, terms=TERMS) is None
    unknown_day = [Aligned("a", OPEN, aligned_on=AUGUST, substitute=True)]
    assert substitute_trend(unknown_day, as_of=AUGUST, terms=TERMS) is None


def test_problems_of_a_cohort_sheet():
    rows = b"""patient_id,outcome,substitute,substitute_on,months,tracks,aligned_on,p_met,p_report
p1,met,no,,,,,,
p1,met,no,,,,,,
p2,yes,perhaps,,13,knee,2026-07-01,1.5,x
p3,,,2026-09-01,0,bh,2028-01-01,,
p4,met,no,2026-09-01,,,2026-08-01,,
p5,met,yes,2026-07-31,,,2026-08-01,,
"""
    with pytest.raises(InvalidInput) as caught:
        read_cohort(read_cohort_table(io.BytesIO(rows), name="c.csv"), terms=TERMS)
    assert [f"{each.at} {each.field}" for each in caught.value.problems] == [
        "3 patient_id",
        "4 outcome",
        "4 months",
        "4 aligned_on",
        "4 substitute",
        "4 tracks",
        "4 p_met",
        "4 p_report",
        "5 outcome",
        "5 months",
        "5 aligned_on",
        "5 substitute",
        "5 tracks",
        "6 substitute",
        "7 patient_id",
    ]
    with pytest.raises(InvalidInput) as caught:
        read_cohort_table(io.BytesIO(b"patient_id\np1\n"), name="c.csv")
    assert [each.field for each in caught.value.problems] == ["outcome", "substitute"]


@pytest.mark.parametrize(
    ("day", "outcome"), [("2027-09-29", "open"), ("2027-09-30", "open"), ("2027-10-01", "missing")]
)
def test_what_is_missing_stays_open_until_the_last_day(day, outcome):
    people = io.BytesIO(b"patient_id,site,aligned_on,group\np1,knee,2026-08-01,A\n")
    (found,) = read_outcomes(people, {}, terms=TERMS, as_of=dt.date.fromisoformat(day))
    assert (found.cells["outcome"], found.cells["group"]) == (outcome, "A")


def test_problems_of_scores_and_patients():
    head = b"patient_id,instrument,scale,timepoint,score\n"
    with pytest.raises(InvalidInput) as caught:
        read_end_scores(io.BytesIO(head + b"p,odi,total,end,x\np,odi,total,end,3\n,odi,total,end,3\n"))
    assert [f"{each.at} {each.field}" for each in caught.value.problems] == [
        "2 score",
        "3 score",
        "4 patient_id",
    ]
    people = b"patient_id,site,aligned_on,outcome\np,foot,2026-08-01,\n"
    with pytest.raises(InvalidInput, match="a column that the result does not write"):
        read_outcomes(io.BytesIO(people), {}, terms=TERMS, as_of=AUGUST)
    people = b"patient_id,site,aligned_on\np,foot,2026-08-01\nq,knee,2026-07-04\nq,knee,2026-08-02\n"
    with pytest.raises(InvalidInput) as caught:
        read_outcomes(io.BytesIO(people), {}, terms=TERMS, as_of=AUGUST)
    assert [f"{each.at} {each.field}" for each in caught.value.problems] == [
        "2 site",
        "3 aligned_on",
        "4 patient_id",
        "4 aligned_on",
    ]


CODES = ValueSet("https://example.org/msk", "0.0.1", frozenset({"M54.50", "M17.11"}))
GOOD = AccessCandidate(
    part_a=True,
    part_b=True,
    medicare_primary=True,
    medicare_advantage=False,
    hospice=False,
    esrd=False,
    pace=False,
    control_group=False,
    aligned_elsewhere=False,
    perisurgical=False,
    consent=True,
    pain_since=dt.date(2026, 4, 30),
    diagnoses=("M5450", "I10"),
)


def check(candidate, *, codes=CODES, as_of=AUGUST):
    return pre_check(candidate, as_of=as_of, value_set=codes)


@pytest.mark.parametrize(
    ("change", "verdict", "missing"),
    [
        ({}, Verdict.YES, ()),
        ({"part_a": False}, Verdict.NO, ()),
        ({"medicare_primary": False}, Verdict.NO, ()),
        ({"medicare_advantage": True}, Verdict.NO, ()),
        ({"hospice": True}, Verdict.NO, ()),
        ({"esrd": True}, Verdict.NO, ()),
        ({"pace": True}, Verdict.NO, ()),
        ({"control_group": True}, Verdict.NO, ()),
        ({"perisurgical": True}, Verdict.NO, ()),
        ({"consent": False}, Verdict.NO, ()),
        ({"diagnoses": ("I10",)}, Verdict.NO, ()),
        ({"diagnoses": ()}, Verdict.NO, ()),
        ({"aligned_elsewhere": True}, Verdict.CONDITIONAL, ("switch_attestation",)),
        ({"pace": None}, Verdict.CONDITIONAL, ("pace",)),
        ({"diagnoses": None, "pain_since": None}, Verdict.CONDITIONAL, ("pain_since", "diagnoses")),
    ],
)
def test_eligibility(change, verdict, missing):
    answer = check(replace(GOOD, **change))
    assert (answer.verdict, answer.missing) == (verdict, missing)
    assert len(answer.reasons) == 13


@pytest.mark.parametrize(
    ("since", "verdict"), [("2026-04-30", "yes"), ("2026-05-01", "no"), ("2026-05-02", "no")]
)
def test_pain_must_have_lasted_longer_than_three_months(since, verdict):
    assert check(replace(GOOD, pain_since=dt.date.fromisoformat(since))).verdict == verdict


def test_without_a_value_set_nobody_is_answered_yes():
    answer = check(GOOD, codes=None)
    assert (answer.verdict, answer.missing) == (Verdict.UNKNOWN, ("value_set",))
    assert answer.confidence is Status.UNKNOWN
    assert check(replace(GOOD, hospice=True), codes=None).verdict is Verdict.NO


def test_an_answer_is_no_surer_than_its_rules():
    assert check(GOOD).confidence is Status.SECONDARY
    with pytest.raises(InvalidValue, match="ICD-10-CM"):
        check(replace(GOOD, diagnoses=("M54.50", "back pain")))
    with pytest.raises(InvalidValue, match="pain that began by"):
        check(replace(GOOD, pain_since=dt.date(2026, 8, 2)))
    with pytest.raises(NotFound):
        check(GOOD, as_of=dt.date(2026, 7, 4))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"count": 2', '"count": 3', "expected 3 codes, found 2 codes"),
        ("icd-10-cm", "icd-9-cm", "expected http://hl7.org/fhir/sid/icd-10-cm"),
        ("M17.11", "M54.50", "each code once"),
        ("M17.11", "knee", "/tracks/MSK/codes/1"),
        ('"MSK"', '"BH"', "there is no track 'MSK'"),
    ],
)
def test_value_sets_that_cannot_be(old, new, said):
    text = """{"system": "http://hl7.org/fhir/sid/icd-10-cm", "valueSetVersion": "0.0.1", "tracks": {"MSK":
      {"valueSet": "https://example.org/msk", "count": 2, "codes": ["M54.50", "M17.11"]}}}"""
    assert read_value_set(io.BytesIO(text.encode()), name="v.json").codes == CODES.codes
    with pytest.raises(InvalidInput) as caught:
        read_value_set(io.BytesIO(text.replace(old, new).encode()), name="v.json")
    assert said in str(caught.value)
