"""Scoring: the field's other instruments.

What a set of answers gives. A dash is a missing answer; an empty cell means there is no number or no band.
Answers are given as they stand on the form: items that count the other way are turned by the scorer.
"""

from __future__ import annotations

import numpy as np
import pytest

from allay.measures.catalog import get
from allay.measures.preference import preference_model
from allay.measures.reference import score_plain
from allay.measures.scoring import score_one

PCS = [
    ("0 1 2 3 0 0 1 4 2 1 3 0 4", 10, 5, 6, 21, "below"),
    ("2 2 2 2 2 2 2 2 2 2 2 2 2", 8, 6, 12, 26, "below"),
    ("3 3 3 3 3 3 3 3 3 3 3 3 3", 12, 9, 18, 39, "clinically_relevant"),
    ("4 4 4 4 4 4 4 4 4 4 4 4 4", 16, 12, 24, 52, "clinically_relevant"),
    ("- 3 3 3 3 3 3 3 3 3 3 3 3", 12, 9, None, None, ""),
]
# Published test data of another scorer; its subscales are after reversal, its total is the mean of 26 items.
SCS = [
    ("1 2 5 1 4 1 1 1 5 1 1 4 1 3 4 1 4 1 4 1 1 4 4 2 3 3", 3.8, 5.0, 2.75, 4.5, 4.0, 4.5, 4.115385),
    ("4 3 4 2 3 2 4 3 5 3 2 4 3 5 4 1 5 2 3 1 3 5 5 2 4 4", 3.8, 3.4, 3.75, 3.25, 5.0, 4.0, 3.846154),
    ("3 3 4 2 3 4 4 3 4 4 2 3 2 5 5 3 4 3 3 3 3 4 3 3 2 4", 3.2, 3.2, 4.25, 3.75, 4.25, 2.75, 3.538462),
    ("2 5 4 4 4 4 3 4 4 4 3 3 5 5 5 3 4 4 3 4 3 4 3 3 3 3", 3.2, 3.0, 4.0, 2.0, 4.25, 2.0, 3.076923),
    ("5 4 4 2 3 4 2 4 5 2 4 4 2 4 2 4 5 4 3 4 3 3 4 5 4 3", 3.4, 2.0, 2.5, 3.0, 4.25, 1.75, 2.807692),
    ("5 3 5 4 1 2 3 3 5 2 2 1 4 3 3 3 4 5 2 1 2 2 2 1 4 2", 1.6, 3.0, 3.25, 1.75, 3.5, 4.25, 2.846154),
]
ODI = [
    ("5 5 5 5 5 5 5 5 5 5", 50, "100", "scored"),
    ("2 2 2 2 2 3 3 3 3 3", 25, "50", "scored"),
    ("3 2 1 0 0 3 3 3 0 -", 15, "33", "prorated"),
    ("4 1 1 5 0 2 1 5 - 4", 23, "51", "prorated"),
    ("3 2 1 0 0 3 3 3 - -", 15, None, "not_scored"),
]
START_BACK = [
    ("1 1 1 1 1 1 1 1 4", 9, 5, "high"),
    ("1 1 1 1 0 0 0 0 0", 4, 0, "medium"),
    ("0 0 0 0 1 1 0 1 2", 3, 3, "low"),
    ("1 1 0 1 1 1 1 0 2", 6, 3, "medium"),
    ("0 0 0 1 1 1 0 1 4", 5, 4, "high"),
    ("0 0 0 0 0 0 0 0 -", None, None, ""),
]
OTHERS = [
    ("ndi", "total", "2 2 2 2 2 2 2 2 2 2", "40", ""),
    ("quickdash", "total", "3 3 3 3 3 3 3 3 3 3 3", "50", ""),
    ("quickdash", "total", "1 1 1 1 1 1 1 1 1 1 -", "0", ""),
    ("quickdash", "total", "1 1 1 1 1 1 1 1 1 - -", None, ""),
    ("whodas12", "total", "1 1 1 1 1 1 1 1 1 1 1 1", "12", ""),
    ("phq4", "total", "0 1 3 1", "5", "mild"),
    ("phq4", "depression", "3 1", "4", "positive"),
    ("isi", "total", "2 2 2 2 2 2 2", "14", "subthreshold"),
    ("isi", "total", "3 2 2 2 2 2 2", "15", "moderate"),
    ("pdi", "total", "1 4 3 2 0 0 10", "20", ""),
    ("dvprs", "pain", "4", "4", "mild"),
    ("dvprs", "pain", "5", "5", "moderate"),
    ("dvprs", "pain", "7", "7", "severe"),
    ("pseq", "total", "2 2 2 2 2 2 2 2 2 2", "20", "moderate"),
    ("pseq", "total", "2 2 2 2 2 2 2 2 2 1", "19", "severe"),
    ("pss10", "total", "4 4 4 0 0 4 0 0 4 4", "40", ""),
    ("pss10", "total", "0 0 0 4 4 0 4 4 0 0", "0", ""),
    ("brs", "total", "5 1 5 1 5 1", "5", ""),
    ("brs", "total", "3 3 3 3 3 2", "3.1667", ""),
    ("dass21", "depression", "3 3 3 3 3 3 3", "42", "extremely_severe"),
    ("dass21", "stress", "1 1 1 1 1 1 1", "14", "normal"),
    ("bpi", "severity", "6 2 5 4", "4.25", ""),
    ("scs-sf", "total", "1 5 5 1 5 5 5 1 1 5 1 1", "5", "high"),
    ("sfi", "flourish", "10 9 8 7 6 5 4 3 2 1", "5.5", ""),
    ("prs@14.0.0", "behavioral_perseverance", "4 4 4 4 3", "19", ""),
    ("nps", "total", "6", "6", "detractor"),
    ("nps", "total", "8", "8", "passive"),
    ("nps", "total", "9", "9", "promoter"),
    ("promis-cognition2a", "cognition", "5 5", "61.2", "within_normal_limits"),
]
# T-scores as the reference program takes them; an empty cell for cognition means that it is filled.
PROPR = [
    (50, 50, 50, 50, 50, 50, 50, None, None, "0.518"),
    (57.0, 41.0, 33.7, 41.6, 32.0, 64.2, 61.2, None, None, "0.954"),
    (22.5, 79.4, 75.8, 75.6, 73.3, 27.5, 29.5, None, None, "-0.022"),
    (36.7, 57.3, 60.7, 66.6, 59.8, 40.5, None, 57.7, 6, "0.143"),
    (45.5, 51.8, 51.0, 57.1, 50.5, 51.9, None, 51.2, 3, "0.420"),
    (40, 60, 60, 60, 60, 40, 40, None, None, "0.166"),
]


def found_in(instrument_id: str, cell: str, items: tuple[str, ...] | None = None):
    """Score one row, and hold the fast scorer against the plain one."""
    instrument = get(instrument_id)
    words = zip(items or instrument.item_ids, cell.split(), strict=True)
    answers = {item: None if word == "-" else int(word) for item, word in words}
    found = {each.scale.id: each for each in score_one(instrument, answers)}
    for scale_id, plain in score_plain(instrument, answers).items():
        same = (found[scale_id].status, found[scale_id].raw)
        assert same == (plain.status, plain.raw)
        if plain.score is not None:
            assert found[scale_id].score == pytest.approx(plain.score, abs=1e-9)
    return found


@pytest.mark.parametrize(("answers", "rumination", "magnification", "helplessness", "total", "band"), PCS)
def test_pcs(answers, rumination, magnification, helplessness, total, band):
    """Pain Catastrophizing Scale: three subscales and the sum of thirteen; 30 is the clinical cut."""
    found = found_in("pcs", answers)
    scores = [found[each].score for each in ("rumination", "magnification", "helplessness", "total")]
    assert scores == [rumination, magnification, helplessness, total]
    assert found["total"].band == band


@pytest.mark.parametrize(
    (
        "answers",
        "kindness",
        "judgment",
        "humanity",
        "isolation",
        "mindfulness",
        "over_identification",
        "mean_of_26",
    ),
    SCS,
)
def test_scs(answers, kindness, judgment, humanity, isolation, mindfulness, over_identification, mean_of_26):
    """Self-Compassion Scale: six subscales after reversal, and both published totals."""
    found = found_in("scs", answers)
    six = [kindness, judgment, humanity, isolation, mindfulness, over_identification]
    names = [
        "self_kindness",
        "self_judgment",
        "common_humanity",
        "isolation",
        "mindfulness",
        "over_identification",
    ]
    assert [found[name].score for name in names] == pytest.approx(six, abs=1e-9)
    assert found["total"].score == pytest.approx(sum(six) / 6, abs=1e-9)
    assert get("scs").scale("total_26").format(found["total_26"].score) == str(mean_of_26)
    # Reported alone, a negative subscale is not turned: 6 minus the turned mean.
    assert found["isolation_as_answered"].score == pytest.approx(6 - isolation, abs=1e-9)


@pytest.mark.parametrize(("answers", "raw", "score", "status"), ODI)
def test_odi(answers, raw, score, status):
    """Oswestry Disability Index: percent of the sections answered, whole; one section may be missing."""
    (total,) = found_in("odi", answers).values()
    assert (total.raw, total.scale.format(total.score) or None, total.status) == (raw, score, status)


@pytest.mark.parametrize(("answers", "total", "psychosocial", "risk"), START_BACK)
def test_start_back(answers, total, psychosocial, risk):
    """STarT Back: a total up to 3 is low risk; else a subscale from 4 is high, and the rest medium."""
    found = found_in("start-back", answers)
    assert (found["total"].score, found["psychosocial"].score) == (total, psychosocial)
    assert found["risk"].band == risk


@pytest.mark.parametrize(("instrument", "scale", "answers", "score", "band"), OTHERS)
def test_others(instrument, scale, answers, score, band):
    """The answers are those of the scale's items, in their order."""
    one = get(instrument).scale(scale)
    found = found_in(instrument, answers, one.items)[scale]
    assert (one.format(found.score) or None, found.band) == (score, band)


@pytest.mark.parametrize(
    (
        "function",
        "depression",
        "fatigue",
        "interference",
        "sleep",
        "participation",
        "cognition",
        "anxiety",
        "pain",
        "propr",
    ),
    PROPR,
)
def test_propr(
    function, depression, fatigue, interference, sleep, participation, cognition, anxiety, pain, propr
):
    """PROPr preference score from T-scores; without cognition the published regression fills it."""
    given = {
        "physical_function": function,
        "depression": depression,
        "fatigue": fatigue,
        "pain_interference": interference,
        "sleep_disturbance": sleep,
        "social_participation": participation,
        "cognition": cognition,
        "anxiety": anxiety,
        "pain_intensity": pain,
    }
    scores = {domain: np.array([float(value)]) for domain, value in given.items() if value is not None}
    assert f"{preference_model('propr').utility(scores)[0]:.3f}" == propr
