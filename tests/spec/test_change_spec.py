"""Change between two time points.

Improvement is positive when better, whatever the direction of the scale. A threshold that is met exactly is
met. Percentages exist for points above 0 only; reliable change needs both standard errors.
"""

from __future__ import annotations

import numpy as np
import pytest

from allay.measures.catalog import get
from allay.measures.change import change_between

CASES = [
    # The interference pair changes by 5.0; 1.96 * sqrt(1.8^2 + 1.8^2) is 4.99.
    ("promis29", "pain_interference", 66.6, 61.6, 1.8, 5.0, "chronic_pain_high", "yes", "yes", "", ""),
    ("promis29", "pain_interference", 66.6, 61.7, 1.8, 4.9, "chronic_pain_high", "yes", "no", "", ""),
    ("promis29", "pain_interference", 66.6, 63.6, 1.8, 3.0, "chronic_pain_high", "yes", "no", "", ""),
    ("promis29", "pain_interference", 66.6, 71.6, 1.8, -5.0, "chronic_pain_high", "no", "yes", "", ""),
    ("promis29", "physical_function", 36.7, 38.7, None, 2.0, "generic_low", "yes", "", "", ""),
    ("promis29", "physical_function", 36.7, 34.7, None, -2.0, "generic_low", "no", "", "", ""),
    ("promis29", "pain_intensity", 6.0, 4.0, None, 2.0, "nrs_moderate", "yes", "", "yes", "no"),
    ("promis29", "pain_intensity", 6.0, 3.0, None, 3.0, "nrs_moderate", "yes", "", "yes", "yes"),
    ("promis29", "pain_intensity", 0.0, 1.0, None, -1.0, "nrs_moderate", "no", "", "", ""),
    ("peg", "total", 10.0, 7.0, None, 3.0, "typical", "yes", "", "yes", "no"),
    ("peg", "total", 6.0, 5.1, None, 0.9, "typical", "no", "", "no", "no"),
    ("phq9", "total", 14.0, 7.0, None, 7.0, "individual", "yes", "", "yes", "yes"),
    ("gad7", "total", 12.0, 8.0, None, 4.0, "individual", "yes", "", "yes", "no"),
]
WORDS = {1.0: "yes", 0.0: "no"}


@pytest.mark.parametrize(
    (
        "instrument",
        "scale",
        "baseline",
        "followup",
        "se",
        "improvement",
        "threshold",
        "met",
        "reliable",
        "responder_30",
        "responder_50",
    ),
    CASES,
)
def test_change(
    instrument,
    scale,
    baseline,
    followup,
    se,
    improvement,
    threshold,
    met,
    reliable,
    responder_30,
    responder_50,
):
    """What a pair of scores says; an empty cell means that the question has no answer."""
    chosen = get(instrument).scale(scale)
    errors = None if se is None else np.array([se])
    found = change_between(
        chosen, np.array([baseline]), np.array([followup]), baseline_se=errors, followup_se=errors
    )
    limit = next(each for each in chosen.thresholds if each.id == threshold)
    assert found.improvement[0] == improvement
    assert WORDS.get(found.met(limit)[0], "") == met
    assert WORDS.get(found.reliable[0], "") == reliable
    assert WORDS.get(found.responder_30[0], "") == responder_30
    assert WORDS.get(found.responder_50[0], "") == responder_50
