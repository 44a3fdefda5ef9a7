"""Scores made elsewhere: checked, banded, brought into the long form; and nothing scored that cannot be."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput, NotPermitted
from allay.measures.answersheet import read_answers
from allay.measures.catalog import get
from allay.measures.importsheet import read_scores
from allay.measures.reference import score_plain
from allay.measures.scoring import score, score_one


def imported(name, text):
    return read_scores(io.BytesIO(text.encode()), get(name), name="s.csv")


def refused(name, text):
    with pytest.raises(InvalidInput) as caught:
        imported(name, text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("score", "level"),
    [("0", 1), ("47.0", 1), ("47.1", 2), ("55.1", 2), ("55.2", 3), ("72.4", 3), ("72.5", 4), ("100", 4)],
)
def test_levels_of_the_pam_at_their_borders(score, level):
    row = imported("pam", f"patient_id,total,total_band\nA,{score},{level}\n").row(0, named=True)
    assert (row["band"], row["status"]) == (f"level_{level}", "imported")
    assert float(row["score"]) == float(score)


def test_a_level_without_a_score():
    rows = imported("pam", "patient_id,date,total,total_band\nA,2026-01-05,,Level 3\nB,2026-01-05,,\n")
    assert rows.select("patient_id", "date", "score", "band", "status", "reason").rows() == [
        ("A", "2026-01-05", None, "level_3", "imported", None),
        ("B", "2026-01-05", None, None, "not_scored", "no score was given"),
    ]


def test_several_scales_and_standard_errors():
    text = "id,physical_function,fatigue,fatigue_se\nA,41.2,55,2.5\n"
    rows = imported("promis29", text).select("id", "scale", "score", "se", "band").rows()
    assert rows == [
        ("A", "physical_function", "41.2", None, "mild"),
        ("A", "fatigue", "55.0", "2.5", "within_normal_limits"),
    ]


def test_every_problem_is_named():
    text = "id,total,total_band\nA,101,4\nB,x,\nC,60.1,2\nD,,5\n"
    assert refused("pam", text) == [
        "s.csv:2: total: expected a score of PAM score from 0 to 100, found '101'",
        "s.csv:3: total: expected a number or blank, found 'x'",
        "s.csv:4: total_band: expected the band in which the score lies, found '2'",
        "s.csv:5: total_band: expected level_1, level_2, level_3, level_4, found '5'",
    ]


def test_columns_that_do_not_fit():
    assert refused("pam", "id,points\nA,3\n") == [
        "s.csv:1: (header): expected a column of scores (total), found id, points"
    ]
    (problem,) = refused("promis29", "id,fatigue,anxiety_se\nA,50,3\n")
    assert problem == "s.csv:1: anxiety_se: expected the column anxiety too, found nothing"
    (problem,) = refused("pam", "status,total\nA,50\n")
    assert problem.endswith("expected another name, as the result has this column, found 'status'")


@pytest.mark.parametrize("name", ["pam", "koos-jr", "promis-pi6a", "prs@12.0.0"])
def test_import_only_is_never_scored(name):
    instrument = get(name)
    for attempt in (
        lambda: score(instrument, {}),
        lambda: score_one(instrument, {}),
        lambda: read_answers(io.BytesIO(b"id\nA\n"), instrument),
    ):
        with pytest.raises(NotPermitted, match=f"allay measures import {instrument.reference}"):
            attempt()
    with pytest.raises(NotPermitted, match="only its scores are imported"):
        instrument.wording_for("en")
    assert score_plain(instrument, {}) is not None
