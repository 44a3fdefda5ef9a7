"""Small counts in what a program shares.

Before a program shares its profile, results of 1 to 10 people are hidden, and so are percentages that tell of
so few: a percentage of n people is a count of them, and the rest of it is a count too.
"""

from __future__ import annotations

import datetime as dt

import pytest

from allay.programs.repository.profile import ProgramProfile
from allay.programs.repository.small import without_small_counts
from allay.programs.repository.statement import ResultStatement

CASES = [
    (4, "patients", None, "hidden"),
    (0, "patients", None, "0"),
    (11, "patients", None, "11"),
    (4, "weeks", None, "4"),
    (-1.2, "points", 151, "-1.2"),
    (-1.2, "points", 10, "hidden"),
    (60, "%", 15, "hidden"),
    (60, "%", 60, "60"),
    (85, "%", 60, "hidden"),
    (100, "%", 60, "100"),
]


@pytest.mark.parametrize(("value", "unit", "n", "shared"), CASES)
def test_shared_results(value, unit, n, shared):
    """Of 60 people, 85% is 51; the other 9 would be told, so it is hidden. All of them tell of nobody."""
    said = {"as_of": "2026", "source": "own", "status": "verified", "metric": "pain"}
    result = ResultStatement.model_validate({**said, "value": value, "unit": unit, "n": n}, strict=False)
    ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 10, 1), sources={}, results=(result,))
    (after,) = without_small_counts(ours)[0].results
    assert ("hidden" if after.hidden else f"{after.value:g}") == shared
