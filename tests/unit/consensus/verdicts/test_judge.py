"""Rules of percentages: core outcome sets, percent agreement, two steps, each group by itself."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.consensus.protocol.rule import AppropriatenessRule, PercentRule, ThresholdRule
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.verdicts.judge import directions, judge, words_of
from allay.consensus.verdicts.shares import least_reaching, most_within

FIVE = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4)


def regions(low, middle, high):
    return np.array([[low, 0, 0, middle, 0, 0, 0, high, 0]])


@pytest.mark.parametrize(
    ("low", "middle", "high", "a", "b"),
    [
        (2, 4, 14, "in", "in"),  # 70% high, 10% low
        (3, 3, 14, "none", "none"),  # 15.0% low is not below 15
        (2, 5, 13, "none", "none"),  # 65% high
        (14, 4, 2, "out", "out"),
        (14, 3, 3, "none", "out"),  # the mirror image fails as well at 15.0%
        (3, 7, 10, "none", "out"),  # 50.0% high is at most 50
        (3, 6, 11, "none", "none"),
    ],
)
def test_core_outcome_sets(low, middle, high, a, b):
    found = [judge(regions(low, middle, high), ThresholdRule(exclusion=each)).item() for each in ("a", "b")]
    assert found == [a, b]


def test_groups_each_by_itself():
    patients, payers = regions(1, 5, 14), regions(1, 6, 13)
    together = patients + payers
    rule = ThresholdRule(high_share=65, each_group=True)
    groups = {"patients": patients, "payers": payers}
    assert judge(together, rule, group_counts=groups).item() == "in"
    # Patients 70%, payers 65%: not in every group at 70%.
    assert judge(together, ThresholdRule(each_group=True), group_counts=groups).item() == "none"
    assert judge(together, ThresholdRule(high_share=67), group_counts=groups).item() == "in"


@pytest.mark.parametrize(("other", "b"), [((0, 11, 9), "out"), ((0, 9, 11), "none")])
def test_out_has_to_hold_in_every_group(other, b):
    groups = {"patients": regions(5, 10, 5), "payers": regions(*other)}
    rule = ThresholdRule(exclusion="b", each_group=True)
    assert judge(sum(groups.values()), rule, group_counts=groups).item() == b


def test_percent_agreement():
    rule = PercentRule(share=75)
    assert judge(regions(5, 0, 15), rule).item() == "in"
    assert judge(regions(15, 0, 5), rule).item() == "out"
    assert judge(regions(6, 0, 14), rule).item() == "none"
    assert judge(regions(0, 20, 0), rule).item() == "none"


def test_two_steps():
    rule = PercentRule(share=70, first_round=50)
    given = regions(4, 4, 12)
    assert [judge(given, rule, round=number).item() for number in (1, 2, 3)] == ["in", "none", "none"]
    assert judge(regions(3, 3, 14), rule, round=2).item() == "in"


def test_a_rule_that_says_both_decides_nothing():
    half = PercentRule(share=70, first_round=50)
    assert judge(regions(10, 0, 10), half, round=1).item() == "none"
    generous = ThresholdRule(high_share=50, exclusion="b")
    assert judge(regions(0, 10, 10), generous).item() == "none"


def test_thresholds_are_taken_as_written():
    # 0.7 x 30 is 20.999999999999996 in floats, and 66.6% of 500 is 333 exactly.
    assert least_reaching(np.array([30, 500, 500]), 66.6).tolist() == [20, 333, 333]
    assert least_reaching(np.array([30]), 70).tolist() == [21]
    assert most_within(np.array([500, 1]), 66.6).tolist() == [333, 0]
    for n in range(1, 200):
        for percent in (15, 50, 70, 75, 80):
            least = least_reaching(np.array([n]), percent).item()
            assert 100 * least >= percent * n > 100 * (least - 1)
            most = most_within(np.array([n]), percent).item()
            assert 100 * most <= percent * n < 100 * (most + 1)


def test_another_scale():
    given = np.array([[0, 1, 1, 4, 14]])
    assert judge(given, PercentRule(share=90), FIVE).item() == "in"
    with pytest.raises(InvalidValue, match="scale 1 to 9"):
        judge(given, AppropriatenessRule(), FIVE)
    with pytest.raises(InvalidValue, match="shape"):
        judge(given, PercentRule())


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (None, "no groups"),
        ({}, "no groups"),
        ({"patients": regions(1, 1, 9), "payers": regions(0, 0, 0)}, "none of 'payers' for statement 1"),
        ({"patients": np.zeros((2, 9), dtype=int)}, "counts of 1 statements"),
    ],
)
def test_groups_that_are_not_there(groups, said):
    with pytest.raises(InvalidValue, match=said):
        judge(regions(1, 1, 9), PercentRule(each_group=True), group_counts=groups)


@pytest.mark.parametrize("rule", [PercentRule(), ThresholdRule(), AppropriatenessRule()])
def test_a_statement_nobody_rated(rule):
    with pytest.raises(InvalidValue, match="none of statement 2 of 2"):
        judge(np.concatenate([regions(1, 1, 1), regions(0, 0, 0)]), rule)


def test_words_and_directions_go_together():
    given = np.concatenate([regions(20, 0, 0), regions(0, 20, 0), regions(0, 0, 20)])
    for rule in (PercentRule(), ThresholdRule(), ThresholdRule(exclusion="a"), AppropriatenessRule()):
        assert judge(given, rule).tolist() == list(words_of(rule))
        assert directions(given, rule).tolist() == [-1, 0, 1]
