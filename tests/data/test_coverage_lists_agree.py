"""Lists of professions that are made of one another name the same people."""

from __future__ import annotations

import pytest

from allay.base.facts import load_facts
from allay.coverage.credentials.dated import FOLDER

# The whole, and the parts it is made of.
MADE_OF = [
    ("us.medicare.incident_to.supervisors", ("us.medicare.physicians", "us.medicare.npps")),
    (
        "us.medicare.fqhc.visit_professions",
        ("us.medicare.fqhc.medical_professions", "us.medicare.fqhc.mental_professions"),
    ),
]


@pytest.mark.parametrize(("whole", "parts"), MADE_OF)
def test_a_list_is_made_of_its_parts(whole, parts):
    facts = load_facts(FOLDER)
    members = {name for part in parts for name in facts.get(part).latest.texts}
    assert set(facts.get(whole).latest.texts) == members
    for row in facts.get(whole).values:
        assert set(row.texts) <= members, row.version
