"""Change between two time points.

Improvement is positive when better, whatever the direction of the scale. A threshold that is met exactly is
met. Percentages exist for points above 0 only; reliable change needs both standard errors. A combined rule
asks for points and for a move to a better severity band, or a reliable change. Clinically significant change
asks whether the change is beyond the noise of the measure, and on which side of a cutoff it ends.
"""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.status import Status
from allay.measures.catalog import get
from allay.measures.change import change_between
from allay.measures.clinical_change import clinical_change
from allay.measures.derived import Norm
from allay.measures.rules import CombinedRule

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


RULES = [
    # GAD-7 bands: minimal 0-4, mild 5-9, moderate 10-14, severe 15-21. The rule is made up.
    (12.0, 8.0, 4.0, "moderate", "mild", "yes"),
    (14.0, 10.0, 4.0, "moderate", "moderate", "no"),
    (10.0, 9.0, 1.0, "moderate", "mild", "no"),
    (10.0, 14.0, -4.0, "moderate", "moderate", "no"),
    (9.0, 14.0, -5.0, "mild", "moderate", "no"),
    (16.0, 8.0, 8.0, "severe", "mild", "yes"),
    (12.0, None, None, "moderate", "", ""),
]


@pytest.mark.parametrize(("baseline", "followup", "improvement", "band_from", "band_to", "met"), RULES)
def test_combined_rule(baseline, followup, improvement, band_from, band_to, met):
    """An example rule on GAD-7: at least 4 points and a move to a better band."""
    rule = CombinedRule("example", 4, ("band_move",), "made up", "example", Status.SYNTHETIC)
    chosen = get("gad7").scale("total")
    after = float("nan") if followup is None else followup
    found = change_between(chosen, np.array([baseline]), np.array([after]))
    assert improvement is None or found.improvement[0] == improvement
    assert (chosen.band(baseline), chosen.band(followup)) == (band_from, band_to)
    assert WORDS.get(found.met_rule(rule)[0], "") == met


CATEGORIES = [
    (40.0, 60.0, 20.0, "recovered"),
    (40.0, 52.0, 12.0, "improved"),
    (50.0, 56.0, 6.0, "unchanged"),
    (40.0, 40.0, 0.0, "unchanged"),
    (45.0, 36.0, -9.0, "deteriorated"),
    (60.0, 45.0, -15.0, "harmed"),
    (40.0, 48.31, 8.31, "unchanged"),
    (40.0, 48.32, 8.32, "improved"),
]


@pytest.mark.parametrize(("baseline", "followup", "change", "category"), CATEGORIES)
def test_clinical_change(baseline, followup, change, category):
    """Made up: higher is better, measurement error 3, so more than 8.32 is reliable; the cutoff is 53.33."""
    found = clinical_change(
        [baseline],
        [followup],
        direction="higher_better",
        sem=3.0,
        norm=Norm(40, 10),
        functional=Norm(60, 5),
    )
    assert round(found.threshold, 2) == 8.32
    assert round(found.cutoff, 2) == 53.33
    assert round(followup - baseline, 2) == change
    assert found.category[0] == category
