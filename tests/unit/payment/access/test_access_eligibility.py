"""The first look at eligibility for ACCESS, and value sets."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.payment.access.eligibility import AccessCandidate, pre_check
from allay.payment.access.valueset import ValueSet, read_value_set

AUGUST = dt.date(2026, 8, 1)

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
