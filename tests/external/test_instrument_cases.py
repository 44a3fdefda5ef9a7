"""All 223 published cases of `instrument_cases.json`: answers in, scores and classes out."""

from __future__ import annotations

import json

import pytest

from allay.measures.catalog import get
from allay.measures.scoring import score_one

CASES = 223
# Source instrument -> (ours, item ids in the order of the source)
SUMS = {
    "phq_4": ("phq4", [f"phq4_{k}" for k in range(1, 5)]),
    "phq_9": ("phq9", [f"phq9_{k}" for k in range(1, 10)]),
    "gad_7": ("gad7", [f"gad7_{k}" for k in range(1, 8)]),
    "pcs": ("pcs", [f"pcs_{k}" for k in range(1, 14)]),
    "promis_10": ("promis-global10", [f"Global{k:02d}" + "r" * (k > 7) for k in range(1, 11)]),
    "oswestry": ("odi", [f"odi_{k}" for k in range(1, 11)]),
    "isi": ("isi", [f"isi_{k}" for k in range(1, 8)]),
    "start_back_screening_tool": ("start-back", [f"startback_{k}" for k in range(1, 10)]),
    "pdi": ("pdi", [f"pdi_{k}" for k in range(1, 8)]),
}
OUTPUTS = {
    "PHQ4_TOTAL_SCORE": ("total", "score"),
    "PHQ4_ANXIETY_SCORE": ("anxiety", "score"),
    "PHQ4_ANXIETY_POSITIVE_SCREENING": ("anxiety", "band"),
    "PHQ4_DEPRESSION_SCORE": ("depression", "score"),
    "PHQ4_DEPRESSION_POSITIVE_SCREENING": ("depression", "band"),
    "PHQ4_TOTAL_SCORE_INTERPRETATION": ("total", "band"),
    "PHQ9_SCORE": ("total", "score"),
    "PHQ9_INTERPRETATION": ("total", "band"),
    "GAD7_SCORE": ("total", "score"),
    "GAD7_INTERPRETATION": ("total", "band"),
    "TOTAL": ("total", "score"),
    "RUMINATION": ("rumination", "score"),
    "MAGNIFICATION": ("magnification", "score"),
    "HELPLESSNESS": ("helplessness", "score"),
    "GLOBAL_PHYSICAL_HEALTH_RAW_SCORE": ("gph", "raw"),
    "GLOBAL_MENTAL_HEALTH_RAW_SCORE": ("gmh", "raw"),
    "GLOBAL_PHYSICAL_HEALTH_T_SCORE": ("gph", "score"),
    "GLOBAL_MENTAL_HEALTH_T_SCORE": ("gmh", "score"),
    "OSWESTRY": ("total", "score"),
    "ISI_TOTAL_SCORE": ("total", "score"),
    "ISI_INTERPRETATION": ("total", "band"),
    "START_BACK_TOTAL": ("total", "score"),
    "START_BACK_SUBSCALE": ("psychosocial", "score"),
    "START_BACK_RISK_CLASSIFICATION": ("risk", "band"),
    "PDI_INDEX": ("total", "score"),
}
BANDS = {
    True: "positive",
    False: "negative",
    "Normal": "normal",
    "Mild": "mild",
    "Moderate": "moderate",
    "Severe": "severe",
    "None/minimal depression": "minimal",
    "Mild depression": "mild",
    "Moderate depression": "moderate",
    "Moderately severe depression": "moderately_severe",
    "Severe depression": "severe",
    "No anxiety": "minimal",
    "Mild anxiety": "mild",
    "Moderate anxiety": "moderate",
    "Severe anxiety": "severe",
    "No clinically significant insomnia": "none",
    "Subthreshold insomnia": "subthreshold",
    "Clinical insomnia (moderate severity)": "moderate",
    "Clinical insomnia (severe)": "severe",
    "Low risk": "low",
    "Medium risk": "medium",
    "High risk": "high",
}


@pytest.fixture(scope="module")
def published(allay_data):
    path = allay_data / "pro_instruments" / "instrument_cases.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is absent from the third-party data")
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_case_of_every_instrument(published):
    assert set(published) == set(SUMS)
    differences, checked = [], 0
    for source, (name, ids) in SUMS.items():
        instrument = get(name)
        ours = dict(zip(published[source]["items"], ids, strict=True))
        for case in published[source]["cases"]:
            answers = {ours[key]: value for key, value in case["answers"].items()}
            found = {each.scale.id: each for each in score_one(instrument, answers)}
            for output, expected in case["expected"].items():
                scale, part = OUTPUTS[output]
                wanted = BANDS[expected] if part == "band" else expected
                if getattr(found[scale], part) != wanted:
                    differences.append((source, case["name"], output, expected, found[scale]))
            checked += 1
    assert differences == []
    assert checked == CASES
