"""Decision trees: two ways to the same expectation, decisions within decisions, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.economics.models.tree import Branch, DecisionTree, TreeNode, paths, plan_name, plans, roll_back

# Probabilities times worths, added in another order.
CLOSE = 1e-12


def to(name, probability=1.0, cost=0.0, effect=0.0):
    return Branch(name, *(np.asarray(each, dtype=float) for each in (cost, effect, probability)))


def nested(p):
    return DecisionTree(
        {
            "test?": TreeNode({"test": to("result", cost=10), "no test": to("treat?")}, decision=True),
            "result": TreeNode({"high": to("treat?", p), "low": to("end", 1 - p)}),
            "treat?": TreeNode({"treat": to("end", cost=100, effect=0.5), "wait": to("end")}, decision=True),
            "end": TreeNode({}, effect=1.0),
        },
        root="test?",
    )


def test_every_combination_of_decisions_is_a_strategy():
    names = [plan_name(plan) for plan in plans(nested(np.array(0.3)))]
    assert names == ["test/treat", "test/wait", "no test/treat", "no test/wait"]


def test_rolling_back_agrees_with_the_paths():
    tree = nested(np.array([0.1, 0.3, 1.0]))
    for plan in plans(tree):
        cost, effect = roll_back(tree, plan)
        listed = paths(tree, plan)
        assert np.abs(sum(path.probability * path.cost for path in listed) - cost).max() < CLOSE
        assert np.abs(sum(path.probability * path.effect for path in listed) - effect).max() < CLOSE
        assert np.abs(sum(path.probability for path in listed) - 1).max() < CLOSE
    cost, effect = roll_back(tree, plans(tree)[0])
    assert cost.tolist() == pytest.approx([20, 40, 110])
    assert effect.tolist() == pytest.approx([1.05, 1.15, 1.5])


def test_what_is_no_tree_is_refused():
    with pytest.raises(InvalidValue, match="a -> b -> a"):
        DecisionTree({"a": TreeNode({"x": to("b")}), "b": TreeNode({"y": to("a")})}, root="a")
    with pytest.raises(NotFound, match="did you mean 'ending'"):
        DecisionTree({"a": TreeNode({"x": to("endin")}), "ending": TreeNode({})}, root="a")
    with pytest.raises(InvalidValue, match=r"add up to 1, found 0.9 at a in draw 2"):
        DecisionTree({"a": TreeNode({"x": to("b", [1.0, 0.9])}), "b": TreeNode({})}, root="a")
    with pytest.raises(InvalidValue, match=r"between 0 and 1, found 1.5 of x at a"):
        DecisionTree({"a": TreeNode({"x": to("b", 1.5), "y": to("b", -0.5)}), "b": TreeNode({})}, root="a")
    chain = {str(n): TreeNode({"x": to(str(n + 1))}) for n in range(300)} | {"300": TreeNode({})}
    with pytest.raises(InvalidValue, match="at most 200 levels"):
        DecisionTree(chain, root="0")


def test_too_many_ways_are_rolled_back_but_not_listed():
    """Every node leads to the next by two branches: 2 ** 20 ways, 20 steps."""
    nodes = {
        str(n): TreeNode({"x": to(str(n + 1), 0.5, cost=1), "y": to(str(n + 1), 0.5)}) for n in range(20)
    }
    tree = DecisionTree(nodes | {"20": TreeNode({})}, root="0")
    assert roll_back(tree, {})[0] == 10
    with pytest.raises(InvalidValue, match="at most 10000 ways"):
        paths(tree, {})


def test_too_many_strategies_are_refused():
    nodes = {str(n): TreeNode({"x": to(str(n + 1)), "y": to(str(n + 1))}, decision=True) for n in range(12)}
    tree = DecisionTree(
        {"0c": TreeNode({"l": to("0", 0.5), "r": to("0", 0.5)})} | nodes | {"12": TreeNode({})}, root="0c"
    )
    with pytest.raises(InvalidValue, match="at most 1000 strategies"):
        plans(tree)
