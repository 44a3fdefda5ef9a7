"""Published and wrong: values that circulate, each beside ours."""

from __future__ import annotations

import pytest

from allay.base.errors import NotPermitted
from allay.measures.catalog import get
from allay.measures.scoring import score_one

# PROMIS-29: domain, raw sum, T of the official table, wrong T-scores of a national data set's examples.
WRONG_T = [
    ("physical_function", 13, 37.9, {42.6}),
    ("anxiety", 9, 57.7, {56.8}),
    ("fatigue", 15, 62.7, {64.9}),
    ("sleep_disturbance", 11, 52.4, {53.6}),
    ("social_participation", 11, 42.3, {39.7}),
    ("pain_interference", 11, 59.9, {60.9}),
    ("pain_interference", 20, 75.6, {75.8}),  # three public scoring scripts
]


@pytest.mark.parametrize(("domain", "raw", "right", "wrong"), WRONG_T)
def test_promis29_t_scores(domain, raw, right, wrong):
    scale = get("promis29").scale(domain)
    ours = scale.table.t[raw - scale.table.raw_minimum]
    assert ours == right
    assert ours not in wrong


def test_depression_standard_error_at_the_top():
    table = get("promis29").scale("depression").table
    assert table.se[20 - table.raw_minimum] == 3.6  # three public scripts print 2.6
    assert table.se[20 - table.raw_minimum] != 2.6


def test_participation_is_turned_once():
    """All four participation items arrive turned; one public implementation forgets SRPPER23."""
    scale = get("promis29").scale("social_participation")
    assert scale.recode == {}
    best = dict.fromkeys(scale.items, 5)
    found = {each.scale.id: each for each in score_one(get("promis29"), best)}
    assert found["social_participation"].score == 64.2
    forgotten = {item: 1 if "SRPPER23" in item else 5 for item in scale.items}
    found = {each.scale.id: each for each in score_one(get("promis29"), forgotten)}
    assert found["social_participation"].score == 51.9  # what the forgetful one gives the same person


def test_phq9_example_total():
    """A guide's example response holds answers that add to 10 and a stored total of 13."""
    answers = {f"phq9_{k}": value for k, value in enumerate([3, 0, 1, 2, 0, 0, 1, 0, 3], start=1)}
    (total,) = score_one(get("phq9"), answers)
    assert total.score == 10
    assert total.score != 13


def test_phq9_partial_form_has_no_plausible_total():
    """Adding up what was answered gives 9 of a form with four gaps: it looks complete, and is no score."""
    answers = dict.fromkeys([f"phq9_{k}" for k in range(1, 6)], 2) | {"phq9_5": 1}
    (total,) = score_one(get("phq9"), answers)
    assert (total.raw, total.score, total.status) == (9, None, "not_scored")


def test_promis10_partial_form_has_no_score():
    """A public scorer adds up a scale with a missing item; the table holds for complete forms only."""
    found = {
        each.scale.id: each for each in score_one(get("promis-global10"), {"Global02": 3, "Global04": 3})
    }
    assert (found["gmh"].raw, found["gmh"].score) == (6, None)


def test_global_mental_health_at_the_bottom():
    """One document prints 21.1 for the lowest sum; every other source prints 21.2."""
    assert get("promis-global10").scale("gmh").table.t[0] == 21.2


def test_physical_function_6b_is_not_scored_with_another_table():
    """A public example uses the Global Physical Health table: raw 17 is 36.8 and 47.7 in one file."""
    with pytest.raises(NotPermitted, match="not found in a trustworthy source"):
        score_one(get("promis-pf6b"), {})


def test_difficulty_codes_are_not_in_the_order_of_severity():
    """Sorting by LOINC answer code would turn 'very' and 'extremely' around."""
    item = get("phq9").item("phq9_difficulty")
    assert [item.value_of(code) for code in ("LA6572-7", "LA6573-5", "LA6574-3", "LA6575-0")] == [0, 1, 3, 2]
