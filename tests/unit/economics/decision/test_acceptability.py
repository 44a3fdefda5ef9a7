"""Acceptability and expected loss on draws that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.economics.decision.acceptability import acceptability

COSTS = [[0, 10, 20], [0, 30, 20], [0, 10, 40], [0, 10, 20]]
EFFECTS = [[0, 2, 2], [0, 2, 1], [0, 2, 3], [0, 2, 5]]
# Net benefit at 10: (0, 10, 0), (0, -10, -10), (0, 10, -10), (0, 10, 30).


def test_by_hand():
    found = acceptability(COSTS, EFFECTS, wtp=10)
    assert found.expected.tolist() == [[0.0, 5.0, 2.5]]
    assert found.best.tolist() == [1]
    assert found.probability.tolist() == [[0.25, 0.5, 0.25]]
    assert found.best_probability.tolist() == [0.5]
    assert found.expected_loss.tolist() == [[12.5, 7.5, 10.0]]
    assert found.evpi.tolist() == [7.5]
    # Losses of the second strategy: 0, 10, 0, 20.
    assert found.evpi_se[0] == pytest.approx(np.std([0, 10, 0, 20], ddof=1) / 2)


def test_the_strategy_that_is_best_most_often_need_not_be_best():
    found = acceptability([[0, 1], [0, 1], [0, -9]], np.zeros((3, 2)), wtp=0)
    assert found.probability[0, 0] > found.probability[0, 1]
    assert found.best.tolist() == [1]
    assert found.best_probability[0] == pytest.approx(1 / 3)


def test_equals_share_a_draw():
    found = acceptability(np.zeros((5, 4)), np.zeros((5, 4)), wtp=[0, 1])
    assert found.probability.tolist() == [[0.25] * 4] * 2
    assert found.evpi.tolist() == [0.0, 0.0]


def test_one_strategy_leaves_nothing_to_learn():
    found = acceptability([[1.0], [5.0]], [[1.0], [2.0]], wtp=3)
    assert found.evpi.tolist() == [0.0]
    assert found.probability.tolist() == [[1.0]]


@pytest.mark.parametrize("wtp", [-1, [], [np.nan], [[1, 2]], [np.inf]])
def test_thresholds_are_amounts_of_zero_or_more(wtp):
    with pytest.raises(InvalidValue, match="zero or more"):
        acceptability(COSTS, EFFECTS, wtp=wtp)
