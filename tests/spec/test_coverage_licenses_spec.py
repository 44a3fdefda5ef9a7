"""Coverage decisions: licenses and privileges, tested where the patient is.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars; what plans
allow and ask as a copay is made up.
"""

from __future__ import annotations

import pytest
from tests.spec.deciding import answer

COMPACT = "psychologist-compact"

CASE_22 = [
    (
        "as stated, patient in Idaho",
        "",
        "deliver is yes; bill is yes; as is own; lines is 90834 x1; allowed is 103.19; share is 20.00",
    ),
    ("by audio", 'setting.mode = "audio"', "deliver is unknown; bill is unknown"),
    ("privilege none", "practitioners.0.compacts = []", "deliver is no; bill is no"),
    (
        "as stated, patient in Oregon",
        'patient.state = "OR"',
        "deliver is no; bill is no; mlr is not_applicable; offer is licensed_in_state, in_person",
    ),
    (
        "in Oregon, with a license of Oregon",
        'patient.state = "OR"; practitioners.0.licenses.0.state = "OR"',
        "deliver is yes; bill is yes",
    ),
    ("in Oregon, in person", 'patient.state = "OR"; setting.mode = "in_person"', "deliver is no; bill is no"),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_22)
def test_case_22(what, changes, expected):
    """Case 22: a PSYPACT privilege serves a patient by video in a member state, and Oregon is none."""
    assert answer(COMPACT, changes, expected) == expected


LICENSES = [
    (
        "Kansas, which licenses no massage therapists",
        "linked-massage-washington",
        'patient.state = "KS"; practitioners.0.licenses = []',
        "deliver is conditional; missing is practitioner.in_scope",
    ),
    (
        "Washington, which licenses massage therapists, and no license held",
        "linked-massage-washington",
        "practitioners.0.licenses = []; practitioners.0.in_scope = true",
        "deliver is no; bill is no; missing is none",
    ),
    (
        "Washington, licenses not said",
        "linked-massage-washington",
        "practitioners.0.licenses-",
        "deliver is conditional; missing is practitioner.licensed",
    ),
    (
        "Washington, the license restricted",
        "linked-massage-washington",
        'practitioners.0.licenses.0.status = "restricted"',
        "deliver is conditional; missing is practitioner.in_scope",
    ),
    (
        "Washington, a yoga teacher, whom the license map does not know",
        "linked-massage-washington",
        'practitioners.0 = {"id": "x", "profession": "yoga_teacher", "licenses": []}',
        "deliver is conditional; missing is practitioner.in_scope, plan.authorization",
    ),
    (
        "Washington, a yoga teacher, within what state law lets the person do",
        "linked-massage-washington",
        'practitioners.0 = {"id": "x", "profession": "yoga_teacher", "licenses": [], "in_scope": true}',
        "deliver is yes",
    ),
    (
        "Kansas, within what state law lets the person do",
        "linked-massage-washington",
        'patient.state = "KS"; practitioners.0.licenses = []; practitioners.0.in_scope = true',
        "deliver is yes; bill is yes",
    ),
    (
        "Washington naturopath, outside the scope of the license",
        "naturopath-washington",
        "practitioners.0.in_scope = false",
        "deliver is no; bill is no; mlr is not_applicable; offer is other_profession",
    ),
]


@pytest.mark.parametrize(("what", "case", "changes", "expected"), LICENSES)
def test_licenses(what, case, changes, expected):
    """Whom a state licenses needs a license; elsewhere state law says what the person may do."""
    assert answer(case, changes, expected) == expected
