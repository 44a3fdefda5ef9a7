"""Qualifying diagnoses of ACCESS, as published, are read and looked up by version.

The file is found by ALLAY_DATA and is no part of this project; without it these tests are skipped.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.payment.access.eligibility import AccessCandidate, pre_check
from allay.payment.access.valueset import read_value_set

# As the folder's notes give them.
MSK_CODES, MSK_GROUPS, BH_CODES, BH_GROUPS = 2495, 45, 69, 7


@pytest.fixture(scope="module")
def file(allay_data):
    path = allay_data / "cms_access" / "diagnosis-codes-msk-bh-0.9.12.json"
    if not path.is_file():
        pytest.skip("the value set of ACCESS is absent from the data folder")
    return path


def test_the_musculoskeletal_set(file):
    found = read_value_set(file)
    assert (found.version, len(found.codes)) == ("0.9.12", MSK_CODES)
    assert len({code[:3] for code in found.codes}) == MSK_GROUPS
    assert all(code in found for code in ("M54.50", "M17.11", "G89.4", "R52"))
    assert not any(code in found for code in ("M12.00", "M13.0", "I10", "F32.1"))


def test_the_behavioral_set(file):
    found = read_value_set(file, track="bh")
    assert len(found.codes) == BH_CODES
    assert {code[:3] for code in found.codes} == {"F06", "F32", "F33", "F34", "F40", "F41", "F43"}
    assert len({code[:3] for code in found.codes}) == BH_GROUPS


def test_a_candidate_by_the_published_set(file):
    codes = read_value_set(file)
    for diagnosis, outcome in (("M5450", "holds"), ("I10", "fails")):
        answer = pre_check(
            AccessCandidate(diagnoses=(diagnosis,)), as_of=dt.date(2026, 11, 22), value_set=codes
        )
        assert answer.reasons[-1].outcome == outcome
        assert dict(answer.reasons[-1].values)["value_set"].endswith("|0.9.12")
