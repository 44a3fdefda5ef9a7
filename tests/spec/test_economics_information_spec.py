"""What information is worth.

Two options: to go on as now, with a net benefit of 0, or a program whose net benefit is normal. Deciding now,
one takes the better mean. With perfect information one takes the better option each time; the gain is the
expected value of perfect information (EVPI). Where only part of the spread comes from a parameter, the same
with that part is the value of knowing the parameter (EVPPI). Nothing is to be gained where nothing is
uncertain, and most where the options are close.
"""

from __future__ import annotations

import pytest

from allay.economics.decision.information import normal_evpi


@pytest.mark.parametrize(
    ("mean", "standard_deviation", "value"),
    [
        (0, 0, 0.0),
        (0, 1000, 398.94),
        (500, 0, 0.0),
        (500, 1000, 197.8),
        (-500, 1000, 197.8),
        (2000, 1000, 8.49),
        (500, 2000, 572.69),
    ],
)
def test_value(mean, standard_deviation, value):
    """Mean and standard deviation of the program's net benefit, and what knowing it would be worth."""
    assert round(normal_evpi(mean, standard_deviation), 2) == value
