"""The frontier, where its rules meet."""

from __future__ import annotations

import math

import pytest

from allay.base.errors import InvalidValue
from allay.economics.decision.frontier import frontier


def test_one_strategy_is_the_frontier():
    found = frontier([100], [1])
    assert found.status == ("frontier",)
    assert math.isnan(found.icer[0])
    assert found.compared_with.tolist() == [-1]


def test_equal_effects_leave_the_cheapest():
    found = frontier([3, 1, 2], [5, 5, 5])
    assert found.status == ("dominated", "frontier", "dominated")
    assert found.compared_with.tolist() == [1, -1, 1]


def test_equal_costs_leave_the_most_effective():
    assert frontier([7, 7], [1, 2]).status == ("dominated", "frontier")


def test_equals_stand_together():
    found = frontier([1, 3, 3], [1, 2, 2])
    assert found.status == ("frontier",) * 3
    assert found.icer.tolist()[1:] == [2.0, 2.0]
    assert found.compared_with.tolist() == [-1, 0, 0]


def test_equals_that_are_dominated_both_are():
    assert frontier([1, 3, 3], [4, 2, 2]).status == ("frontier", "dominated", "dominated")


def test_costs_may_be_savings():
    found = frontier([-500, 0, -800], [2, 1, 1.5])
    assert found.status == ("frontier", "dominated", "frontier")
    assert found.icer[0] == 600.0


def test_a_strategy_on_the_line_stays():
    assert frontier([0, 10, 20], [0, 1, 2]).status == ("frontier",) * 3


def test_a_strategy_on_the_line_stays_where_decimals_are_not_exact():
    assert frontier([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]).status == ("frontier",) * 3


def test_a_strategy_just_above_the_line_goes():
    assert frontier([0, 10.001, 20], [0, 1, 2]).status[1] == "extended"


def test_what_only_an_extendedly_dominated_strategy_beats_is_dominated():
    # C is above the line from A to E; D costs more than C and does less, and neither A nor E beats it.
    found = frontier([0, 6, 7, 10], [0, 2, 1.9, 10])
    assert found.status == ("frontier", "extended", "dominated", "frontier")
    assert found.compared_with[2] == 1


def test_extended_dominance_takes_more_than_one_pass():
    # Without the third, the second is still above the line from the first to the last.
    found = frontier([0, 5, 9, 10], [0, 1, 2, 9])
    assert found.status == ("frontier", "extended", "extended", "frontier")


def test_effects_that_hardly_differ_have_no_ratio_worth_a_number():
    assert frontier([0, 1e15], [0, 5e-324]).icer[1] == math.inf


@pytest.mark.parametrize(
    ("costs", "effects", "said"),
    [
        ([1, 2], [1], "an effect for every cost"),
        ([], [], "1 axes"),
        ([[1]], [[1]], "1 axes"),
        ([math.nan], [1], "finite"),
        ([1], [math.inf], "finite"),
    ],
)
def test_what_does_not_fit_is_refused(costs, effects, said):
    with pytest.raises(InvalidValue, match=said):
        frontier(costs, effects)
