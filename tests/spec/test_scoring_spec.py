"""Scoring: from answers to scores.

What a set of answers gives. A dash is a missing answer; an empty cell means there is no number or no band.
Answers to PROMIS items are the oriented values of their answer codes, so nothing is reversed again; only
Global07 is recoded, in Global-10. T-scores and standard errors are those of the published tables.
"""

from __future__ import annotations

import pytest

from allay.measures.catalog import get
from allay.measures.reference import score_plain
from allay.measures.scoring import score_one

PEG = [
    ("6 7 5", 18, "6", "", 3, "scored"),
    ("7 5 4", 16, "5.3333", "", 3, "scored"),
    ("0 0 0", 0, "0", "", 3, "scored"),
    ("10 10 10", 30, "10", "", 3, "scored"),
    ("6 7 -", 13, None, "", 2, "not_scored"),
    ("- - -", None, None, "", 0, "not_scored"),
]
PHQ9 = [
    ("1 2 1 2 1 1 0 0 1", 9, "9", "mild", 9, "scored"),
    ("3 0 1 2 0 0 1 0 3", 10, "10", "moderate", 9, "scored"),
    ("3 3 3 3 3 3 3 3 3", 27, "27", "severe", 9, "scored"),
    ("1 1 1 1 0 0 0 0 0", 4, "4", "minimal", 9, "scored"),
    ("1 1 1 1 1 0 0 0 0", 5, "5", "mild", 9, "scored"),
    ("2 2 2 2 2 2 2 0 0", 14, "14", "moderate", 9, "scored"),
    ("2 2 2 2 2 2 2 1 0", 15, "15", "moderately_severe", 9, "scored"),
    ("3 3 3 3 3 2 2 0 0", 19, "19", "moderately_severe", 9, "scored"),
    ("3 3 3 3 3 3 2 0 0", 20, "20", "severe", 9, "scored"),
    ("2 2 0 0 0 0 0 0 -", 4, "5", "mild", 8, "prorated"),
    ("1 1 1 1 1 1 1 1 -", 8, "9", "mild", 8, "prorated"),
    ("3 3 3 3 0 0 0 0 -", 12, "14", "moderate", 8, "prorated"),
    ("- 1 1 1 1 1 1 1 -", 7, "9", "mild", 7, "prorated"),
    ("- 3 3 1 0 0 0 0 -", 7, "9", "mild", 7, "prorated"),
    ("- 3 3 3 3 3 3 3 -", 21, "27", "severe", 7, "prorated"),
    ("- - 3 3 3 3 3 3 -", 18, None, "", 6, "not_scored"),
    ("- - - - - - - - -", None, None, "", 0, "not_scored"),
]
GAD7 = [
    ("3 0 1 2 0 0 1", 7, "7", "mild", 7, "scored"),
    ("2 1 2 1 0 1 0", 7, "7", "mild", 7, "scored"),
    ("1 1 1 1 0 0 0", 4, "4", "minimal", 7, "scored"),
    ("2 2 2 2 2 0 0", 10, "10", "moderate", 7, "scored"),
    ("3 3 3 3 3 0 0", 15, "15", "severe", 7, "scored"),
    ("1 1 1 0 0 0 -", 3, "4", "minimal", 6, "prorated"),
    ("2 1 2 0 0 - -", 5, "7", "mild", 5, "prorated"),
    ("3 3 3 3 - - -", 12, None, "", 4, "not_scored"),
]
PROMIS29 = [
    ("social_participation", "5 5 5 5", 20, "64.2", "5.1", "within_normal_limits", 4, "scored"),
    ("social_participation", "1 1 1 1", 4, "27.5", "4.1", "severe", 4, "scored"),
    ("sleep_disturbance", "1 1 1 1", 4, "32.0", "5.2", "within_normal_limits", 4, "scored"),
    ("depression", "5 5 5 5", 20, "79.4", "3.6", "severe", 4, "scored"),
    ("pain_interference", "5 5 5 5", 20, "75.6", "3.7", "severe", 4, "scored"),
    ("pain_interference", "3 3 4 4", 14, "63.8", "1.8", "moderate", 4, "scored"),
    ("anxiety", "2 2 2 2", 8, "55.8", "2.7", "mild", 4, "scored"),
    ("physical_function", "5 5 5 4", 19, "48.3", "3.3", "within_normal_limits", 4, "scored"),
    ("physical_function", "2 2 2 2", 8, "31.9", "2.3", "moderate", 4, "scored"),
    ("fatigue", "3 3 3 -", 9, None, None, "", 3, "not_scored"),
    ("pain_intensity", "6", 6, "6", None, "", 1, "scored"),
    ("pain_intensity", "-", None, None, None, "", 0, "not_scored"),
]
GLOBAL10 = [
    ("gph", "5 5 0 5", 20, "67.7", "5.9", "excellent", 4, "scored"),
    ("gph", "1 1 10 1", 4, "16.2", "4.8", "poor", 4, "scored"),
    ("gph", "3 3 5 3", 12, "39.8", "4.1", "fair", 4, "scored"),
    ("gph", "3 3 3 3", 13, "42.3", "4.2", "good", 4, "scored"),
    ("gph", "2 3 7 2", 9, "32.4", "4.2", "poor", 4, "scored"),
    ("gph", "3 3 - 3", 9, None, None, "", 3, "not_scored"),
    ("gmh", "5 5 5 5", 20, "67.6", "5.3", "excellent", 4, "scored"),
    ("gmh", "4 4 4 5", 17, "56.0", "3.8", "excellent", 4, "scored"),
    ("gmh", "1 1 1 1", 4, "21.2", "4.6", "poor", 4, "scored"),
    ("gmh", "3 3 3 -", 9, None, None, "", 3, "not_scored"),
]
SUMMARY = [
    (36.7, 66.6, 40.5, 60.7, 57.7, 57.3, 59.8, 6, "35.7533", "38.2677"),
    (57.0, 41.6, 64.2, 33.7, 40.3, 41.0, 32.0, 0, "58.6500", "65.5066"),
    (22.5, 75.6, 27.5, 75.8, 81.6, 79.4, 73.3, 10, "20.6356", "20.1078"),
]


def check(instrument_id: str, scale_id: str, cell: str, **expected: object) -> None:
    """Hold one row against the fast scorer, and the fast scorer against the plain one."""
    instrument = get(instrument_id)
    scale = instrument.scale(scale_id)
    words = zip(scale.items, cell.split(), strict=True)
    answers = {item: None if word == "-" else int(word) for item, word in words}
    (found,) = (each for each in score_one(instrument, answers) if each.scale.id == scale_id)
    assert {
        "raw": found.raw,
        "score": scale.format(found.score) or None,
        "se": None if found.se is None else f"{found.se:.1f}",
        "band": found.band,
        "answered": found.answered,
        "status": found.status,
    } == {"se": None} | expected
    plain = score_plain(instrument, answers)[scale_id]
    assert (found.score, found.se, found.status) == (plain.score, plain.se, plain.status)
    assert (found.raw, found.answered) == (plain.raw, plain.answered)


@pytest.mark.parametrize(("answers", "raw", "score", "band", "answered", "status"), PEG)
def test_peg(answers, raw, score, band, answered, status):
    """PEG: the mean of three answers, 0 to 10. There are no official bands."""
    check("peg", "total", answers, raw=raw, score=score, band=band, answered=answered, status=status)


@pytest.mark.parametrize(("answers", "raw", "score", "band", "answered", "status"), PHQ9)
def test_phq9(answers, raw, score, band, answered, status):
    """PHQ-9: the sum of nine; with one or two missing scaled up to nine and rounded half up."""
    check("phq9", "total", answers, raw=raw, score=score, band=band, answered=answered, status=status)


@pytest.mark.parametrize(("answers", "raw", "score", "band", "answered", "status"), GAD7)
def test_gad7(answers, raw, score, band, answered, status):
    """GAD-7: the sum of seven; missing answers as in the PHQ-9 (this rule is from memory)."""
    check("gad7", "total", answers, raw=raw, score=score, band=band, answered=answered, status=status)


@pytest.mark.parametrize(("scale", "answers", "raw", "score", "se", "band", "answered", "status"), PROMIS29)
def test_promis29(scale, answers, raw, score, se, band, answered, status):
    """PROMIS-29: the sum of four, looked up; no T-score with a gap. A border belongs to the milder band."""
    expected = {"raw": raw, "score": score, "se": se, "band": band, "answered": answered, "status": status}
    check("promis29", scale, answers, **expected)


@pytest.mark.parametrize(("scale", "answers", "raw", "score", "se", "band", "answered", "status"), GLOBAL10)
def test_global10(scale, answers, raw, score, se, band, answered, status):
    """PROMIS Global-10: the sum of four, looked up; the third answer of gph is Global07, 0 to 10."""
    expected = {"raw": raw, "score": score, "se": se, "band": band, "answered": answered, "status": status}
    check("promis-global10", scale, answers, **expected)


@pytest.mark.parametrize(
    (
        "function",
        "interference",
        "participation",
        "fatigue",
        "anxiety",
        "depression",
        "sleep",
        "pain",
        "phs",
        "mhs",
    ),
    SUMMARY,
)
def test_summary_scores(
    function, interference, participation, fatigue, anxiety, depression, sleep, pain, phs, mhs
):
    """PROMIS-29 physical (PHS) and mental (MHS) health summaries, from seven T-scores and pain intensity."""
    instrument = get("promis29")
    given = {
        "physical_function": function,
        "pain_interference": interference,
        "social_participation": participation,
        "fatigue": fatigue,
        "anxiety": anxiety,
        "depression": depression,
        "sleep_disturbance": sleep,
    }
    answers: dict[str, int | None] = {"Global07": pain}
    for scale_id, t in given.items():
        scale = instrument.scale(scale_id)
        each, rest = divmod(scale.table.raw_minimum + scale.table.t.index(t), len(scale.items))
        answers |= {item: each + (position < rest) for position, item in enumerate(scale.items)}
    found = {each.scale.id: each for each in score_one(instrument, answers)}
    for scale_id, expected in (("phs", phs), ("mhs", mhs)):
        assert instrument.scale(scale_id).format(found[scale_id].score) == expected
        assert (found[scale_id].se, found[scale_id].band) == (None, "")
