"""Scoring of many assessments: kinds of input, impossible answers, what is left out."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.measures.catalog import get
from allay.measures.scoring import score, score_one

PEG = get("peg")
PHQ9 = get("phq9")
PROMIS29 = get("promis29")


def peg(*rows, dtype=np.int8):
    return np.array(rows, dtype=dtype)


class TestKindsOfInput:
    @pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int64, np.float32, np.float64])
    def test_types_agree(self, dtype):
        found = score(PEG, peg((6, 7, 5), (0, 0, 1), dtype=dtype))["total"]
        assert found.score.tolist() == [6.0, 1 / 3]

    def test_unsigned_and_objects(self):
        assert score(PEG, peg((6, 7, 5), dtype=np.uint8))["total"].score.tolist() == [6.0]
        found = score(PEG, {"peg_1": [6, None], "peg_2": [7.0, 1], "peg_3": [5, 2]})["total"]
        assert found.status.tolist() == ["scored", "not_scored"]

    def test_nan_is_missing(self):
        found = score(PEG, peg((6, np.nan, 5), dtype=np.float64))["total"]
        assert np.isnan(found.score[0])
        assert found.raw.tolist() == [11.0]
        assert found.answered.tolist() == [2]

    def test_a_column_need_not_lie_together(self):
        wide = np.zeros((5, 9), dtype=np.int8)
        wide[:, 4] = 6
        answers = {f"peg_{k}": wide[:, 4] for k in (1, 2, 3)}
        assert score(PEG, answers)["total"].score.tolist() == [6.0] * 5

    def test_input_is_left_as_it_was(self):
        answers = {f"peg_{k}": np.array([1, -1, 11], dtype=np.int8) for k in (1, 2, 3)}
        for column in answers.values():
            column.flags.writeable = False
        score(PEG, answers, on_invalid="flag")
        assert answers["peg_1"].tolist() == [1, -1, 11]

    def test_no_assessments(self):
        found = score(PROMIS29, np.empty((0, 29), dtype=np.int8))
        assert found.n == 0
        assert found["phs"].score.shape == (0,)
        assert found["phs"].status.tolist() == []

    def test_many_blocks(self):
        # More rows than one block: the seams must not show.
        n = 300_001
        answers = np.tile(np.array([[6, 7, 5]], dtype=np.int8), (n, 1))
        answers[131_071:131_073] = -1
        found = score(PEG, answers)["total"]
        assert np.flatnonzero(np.isnan(found.score)).tolist() == [131_071, 131_072]


class TestImpossible:
    @pytest.mark.parametrize(
        ("answers", "found"),
        [
            (peg((1, 2, 11)), "11"),
            (peg((1, 2, -2)), "-2"),
            (peg((1, 2, 300), dtype=np.int64), "300"),
            (peg((1, 2, 1.5), dtype=np.float64), "1.5"),
            (peg((1, 2, -1.0), dtype=np.float64), "-1.0"),
            (peg((1, 2, np.inf), dtype=np.float64), "inf"),
            (peg((1, 2, 255), dtype=np.uint8), "255"),
        ],
    )
    def test_is_refused(self, answers, found):
        with pytest.raises(InvalidInput, match="peg_3: expected a whole number 0 to 10") as caught:
            score(PEG, answers)
        assert (caught.value.problems[0].at, caught.value.problems[0].found) == ("row 0", found)

    def test_zero_is_impossible_where_answers_begin_at_1(self):
        answers = np.full((3, 29), 3, dtype=np.int8)
        answers[1, 0] = 0
        with pytest.raises(InvalidInput, match="row 1: PFA11: expected a whole number 1 to 5"):
            score(PROMIS29, answers)

    def test_all_are_counted_and_fifty_kept(self):
        with pytest.raises(InvalidInput) as caught:
            score(PEG, np.full((40, 3), 99, dtype=np.int8))
        assert (len(caught.value.problems), caught.value.total) == (50, 120)

    def test_flagging(self):
        answers = np.full((2, 29), 3, dtype=np.int8)
        answers[1, 0] = 9
        found = score(PROMIS29, answers, on_invalid="flag")
        assert found["physical_function"].status.tolist() == ["scored", "invalid"]
        assert found["physical_function"].band.tolist() == ["moderate", ""]
        assert np.isnan(found["physical_function"].score[1])
        assert np.isnan(found["physical_function"].se[1])
        assert found["physical_function"].answered.tolist() == [4, 3]
        assert found["phs"].status.tolist() == ["scored", "invalid"]
        assert found["anxiety"].status.tolist() == ["scored", "scored"]
        assert found["anxiety"].reason(1) == ""
        assert found["phs"].reason(1) == "an answer is not permitted"

    def test_an_unscored_item_is_checked_too(self):
        answers = {f"phq9_{k}": np.array([1], dtype=np.int8) for k in range(1, 10)}
        with pytest.raises(InvalidInput, match="phq9_difficulty"):
            score(PHQ9, answers | {"phq9_difficulty": np.array([4], dtype=np.int8)})

    def test_words_are_refused(self):
        with pytest.raises(InvalidInput, match="type"):
            score(PEG, {f"peg_{k}": np.array(["six"]) for k in (1, 2, 3)})
        with pytest.raises(InvalidInput, match="type"):
            score(PEG, {f"peg_{k}": np.array(["six"], dtype=object) for k in (1, 2, 3)})


class TestWhatIsGiven:
    def test_difficulty_may_be_left_out_and_does_not_count(self):
        answers = {f"phq9_{k}": np.array([1], dtype=np.int8) for k in range(1, 10)}
        alone = score(PHQ9, answers)["total"]
        with_it = score(PHQ9, answers | {"phq9_difficulty": np.array([3], dtype=np.int8)})["total"]
        assert alone.score.tolist() == with_it.score.tolist() == [9.0]

    def test_a_whole_scale_may_be_left_out(self):
        items = PROMIS29.scale("sleep_disturbance").items
        found = score(PROMIS29, {item: np.array([1], dtype=np.int8) for item in items})
        assert found["sleep_disturbance"].score.tolist() == [32.0]
        assert found["anxiety"].status.tolist() == ["not_scored"]
        assert found["phs"].reason(0).startswith("not scored: physical_function, pain_intensity")

    def test_part_of_a_scale_is_a_slip(self):
        with pytest.raises(InvalidInput, match="peg_3: expected this item"):
            score(PEG, {"peg_1": [1], "peg_2": [1]})

    def test_unknown_items(self):
        with pytest.raises(InvalidInput, match="peg_4: expected an item of peg"):
            score(PEG, {"peg_1": [1], "peg_2": [1], "peg_3": [1], "peg_4": [1]})

    @pytest.mark.parametrize("answers", [np.zeros((2, 4), np.int8), np.zeros(3, np.int8), {}])
    def test_wrong_shapes(self, answers):
        with pytest.raises(InvalidInput, match="shape"):
            score(PEG, answers)

    def test_columns_of_two_lengths(self):
        with pytest.raises(InvalidInput, match="one length"):
            score(PEG, {"peg_1": [1], "peg_2": [1, 2], "peg_3": [1]})

    def test_unknown_scale(self):
        with pytest.raises(NotFound, match="did you mean 'total'"):
            score(PEG, peg((1, 2, 3)))["totall"]


class TestOne:
    def test_missing_and_none_are_the_same(self):
        short = score_one(PHQ9, {"phq9_1": 1})
        full = score_one(PHQ9, {item: 1 if item == "phq9_1" else None for item in PHQ9.item_ids})
        assert short == full
        assert short[0].reason == "8 of 9 missing; at most 2 may be"

    def test_nothing_answered(self):
        (total,) = score_one(PEG, {})
        assert (total.raw, total.score, total.answered, total.status) == (None, None, 0, "not_scored")

    @pytest.mark.parametrize("value", [True, "1", 1.0, 4, -1])
    def test_impossible(self, value):
        with pytest.raises(InvalidInput, match="phq9_1: expected a whole number 0 to 3"):
            score_one(PHQ9, {"phq9_1": value})

    def test_unknown_item(self):
        with pytest.raises(InvalidInput, match="phq9_10: expected an item of phq9"):
            score_one(PHQ9, {"phq9_10": 1})

    def test_a_rule_from_memory_says_so(self):
        (total,) = score_one(get("gad7"), {f"gad7_{k}": 1 for k in range(1, 7)})
        assert total.status == "prorated"
        assert total.reason == "1 of 7 missing; scaled up from the others (rule: memory)"

    def test_every_scale_of_promis29(self):
        found = score_one(PROMIS29, {item.id: item.minimum for item in PROMIS29.items})
        assert [each.scale.id for each in found] == [scale.id for scale in PROMIS29.scales]
        assert {each.status for each in found} == {"scored"}
        assert [each.items for each in found][-4:] == [1, 29, 29, 29]
