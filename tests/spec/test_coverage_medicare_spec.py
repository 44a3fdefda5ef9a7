"""Coverage decisions: Original Medicare.

Each table takes a case, changes some of its facts and states the answer. Amounts are dollars, half up for
each line.
"""

from __future__ import annotations

import pytest

from tests.spec.deciding import answer

ACUPUNCTURE = "medicare-acupuncture"
IMPROVED = 'outcomes = [{"instrument": "peg", "baseline": 7, "latest": 5}]'

CASE_1 = [
    (
        "as stated",
        "",
        "deliver is yes; bill is yes; as is incident_to(md); lines is 97810 x1 + 97811 x1; allowed is 65.26; "
        "share is 13.05; left is 11, 19; prior auth is none",
    ),
    ("minutes 29", "services.0.minutes = 29", "lines is 97810 x1; allowed is 37.52; share is 7.50"),
    ("pain for 11 weeks", "patient.pain_weeks = 11", "deliver is yes; bill is no"),
]


@pytest.mark.parametrize(("what", "changes", "expected"), CASE_1)
def test_case_1(what, changes, expected):
    """Medicare pays acupuncture for chronic low back pain by a supervised acupuncturist under the physician."""
    assert answer(ACUPUNCTURE, changes, expected) == expected
