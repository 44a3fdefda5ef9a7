"""Targets of ACCESS: policies, missing scores, and the sheets they are judged from."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from tests.unit.payment.access.cohorts import AUGUST, MET, MISSING, NOT, TERMS

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.status import Status
from allay.payment.access.attainment import EndScores, Outcome, TargetPolicy, attainment
from allay.payment.access.cohortsheet import read_cohort, read_cohort_table
from allay.payment.access.outcomesheet import read_end_scores, read_outcomes
from allay.payment.access.targets import targets


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


def test_a_score_outside_its_scale_is_refused():
    head = b"patient_id,instrument,scale,timepoint,score\n"
    with pytest.raises(InvalidInput, match="expected for odi total a score from 0 to 100, found 99999"):
        read_end_scores(io.BytesIO(head + b"p,odi,total,end,99999\n"))
