"""Decision trees: what each strategy costs and brings, by rolling back, and path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.economics.models.cohortcheck import ADDS_UP, ROUNDING

Array = NDArray[np.float64]
Plan: TypeAlias = Mapping[str, str]
"""Which option is taken at each decision."""

MOST_PLANS, MOST_PATHS, DEEPEST = 1000, 10_000, 200
"""A tree with more strategies, ways or levels is one to cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """What follows a chance or an option: where it leads, and what it costs and brings on the way.

    `probability`, `cost` and `effect` are arrays [draw] or single numbers; an option has the probability 1.
    """

    to: str
    cost: Array
    effect: Array
    probability: Array


@dataclass(frozen=True, slots=True, eq=False)
class TreeNode:
    """A node: a decision between options, a chance of branches, or, without any, an end.

    `cost` and `effect` are what an end is worth.
    """

    branches: Mapping[str, Branch]
    decision: bool = False
    cost: Array | float = 0.0
    effect: Array | float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TreePath:
    """One way through the tree: the names of its branches, its probability, and its full cost and effect."""

    names: tuple[str, ...]
    end: str
    probability: Array
    cost: Array
    effect: Array


@dataclass(frozen=True, slots=True, eq=False)
class DecisionTree:
    """A decision tree of nodes by name; branches may come together again, but not lead back.

    Raises
    ------
    InvalidValue
        When a branch leads back or probabilities are outside 0 to 1 or do not add up to 1.
    NotFound
        When a branch leads to a node there is not.

    Examples
    --------
    >>> def branch(to, p=1.0, cost=0.0):
    ...     return Branch(to, np.array(cost), np.array(0.0), np.array(p))
    >>> tree = DecisionTree(
    ...     {
    ...         "care": TreeNode({"yoga": branch("better?", cost=100.0), "none": branch("ill")}, True),
    ...         "better?": TreeNode({"yes": branch("well", 0.4), "no": branch("ill", 0.6)}),
    ...         "well": TreeNode({}, effect=1.0),
    ...         "ill": TreeNode({}, cost=500.0),
    ...     },
    ...     root="care",
    ... )
    >>> for plan in plans(tree):
    ...     cost, effect = roll_back(tree, plan)
    ...     print(plan_name(plan), float(cost), float(effect))
    yoga 400.0 0.4
    none 500.0 0.0
    """

    nodes: Mapping[str, TreeNode]
    root: str

    def __post_init__(self) -> None:
        for name in (self.root, *(b.to for node in self.nodes.values() for b in node.branches.values())):
            if name not in self.nodes:
                raise NotFound.among("node", name, known=self.nodes)
        _refuse_circles(self)
        for name, node in self.nodes.items():
            if node.branches and not node.decision:
                check_chance(name, node.branches)


def check_chance(name: str, branches: Mapping[str, Branch], *, first_draw: int = 1) -> None:
    """Refuse probabilities of a chance that are outside 0 to 1 or do not add up to 1, naming the draw.

    Parameters
    ----------
    first_draw : int
        The number of the first draw, for messages.

    Raises
    ------
    InvalidValue
    """
    for key, branch in branches.items():
        wrong = ~((branch.probability >= -ROUNDING) & (branch.probability <= 1 + ADDS_UP))
        if wrong.any():
            found = f"{np.atleast_1d(branch.probability)[np.argmax(wrong)]:g} of {key} at {name}"
            found += _draw(wrong, first_draw)
            raise InvalidValue(expected="a probability between 0 and 1", found=found)
    total = np.asarray(sum(branch.probability for branch in branches.values()))
    wrong = ~(np.abs(total - 1) <= ADDS_UP)
    if wrong.any():
        found = f"{np.atleast_1d(total)[np.argmax(wrong)]:.9g} at {name}{_draw(wrong, first_draw)}"
        raise InvalidValue(expected="probabilities that add up to 1", found=found)


def _draw(wrong: NDArray[np.bool_], first: int) -> str:
    return f" in draw {int(np.argmax(wrong)) + first}" if wrong.size > 1 else ""


def _refuse_circles(tree: DecisionTree) -> None:
    open_: list[str] = []
    done: set[str] = set()

    def enter(name: str) -> None:
        if name in open_:
            circle = " -> ".join((*open_[open_.index(name) :], name))
            raise InvalidValue(expected="branches that do not lead back", found=circle)
        if name in done:
            return
        if len(open_) >= DEEPEST:
            raise InvalidValue(expected=f"at most {DEEPEST} levels", found="more")
        open_.append(name)
        for branch in tree.nodes[name].branches.values():
            enter(branch.to)
        open_.pop()
        done.add(name)

    enter(tree.root)


def plans(tree: DecisionTree) -> tuple[Plan, ...]:
    """Return every strategy: one option for each decision that it can come to.

    Raises
    ------
    InvalidValue
        When there are more than `MOST_PLANS`.
    """

    def below(name: str, taken: dict[str, str]) -> Iterator[dict[str, str]]:
        node = tree.nodes[name]
        if node.decision:
            options = [taken[name]] if name in taken else list(node.branches)
            for option in options:
                yield from below(node.branches[option].to, {**taken, name: option})
            return
        found = [taken]
        for branch in node.branches.values():
            found = [further for one in found for further in below(branch.to, one)]
            if len(found) > MOST_PLANS:
                raise InvalidValue(expected=f"at most {MOST_PLANS} strategies", found="more")
        yield from found

    return tuple(below(tree.root, {}))


def plan_name(plan: Plan) -> str:
    """Name a strategy by its options, in the order in which it comes to them."""
    return "/".join(plan.values())


def roll_back(tree: DecisionTree, plan: Plan) -> tuple[Array, Array]:
    """Return the expected cost and effect of a strategy, from the ends back to the root.

    Returns
    -------
    cost, effect : array [draw], or of no axis where nothing is drawn
    """
    known: dict[str, tuple[Array, Array]] = {}

    def worth(name: str) -> tuple[Array, Array]:
        if name not in known:
            node = tree.nodes[name]
            cost, effect = np.asarray(node.cost, dtype=np.float64), np.asarray(node.effect, dtype=np.float64)
            for branch in _followed(node, name, plan).values():
                further = worth(branch.to)
                cost = cost + branch.probability * (branch.cost + further[0])
                effect = effect + branch.probability * (branch.effect + further[1])
            known[name] = cost, effect
        return known[name]

    return worth(tree.root)


def paths(tree: DecisionTree, plan: Plan) -> tuple[TreePath, ...]:
    """List every way through the tree that a strategy can take, each with its probability and worth.

    Expected costs and effects are the sums of probability times worth: the second way to what `roll_back`
    finds.

    Raises
    ------
    InvalidValue
        When there are more than `MOST_PATHS`, as nodes that many branches lead to can make it.
    """

    def walk(name: str, way: TreePath) -> Iterator[TreePath]:
        node = tree.nodes[name]
        if not node.branches:
            yield TreePath(way.names, name, way.probability, way.cost + node.cost, way.effect + node.effect)
        for key, branch in _followed(node, name, plan).items():
            probability = way.probability * branch.probability
            cost, effect = way.cost + branch.cost, way.effect + branch.effect
            yield from walk(branch.to, TreePath((*way.names, key), name, probability, cost, effect))

    nothing = np.array(0.0)
    found = tuple(
        islice(walk(tree.root, TreePath((), tree.root, np.array(1.0), nothing, nothing)), MOST_PATHS + 1)
    )
    if len(found) > MOST_PATHS:
        raise InvalidValue(expected=f"at most {MOST_PATHS} ways through the tree", found="more")
    return found


def _followed(node: TreeNode, name: str, plan: Plan) -> Mapping[str, Branch]:
    return {plan[name]: node.branches[plan[name]]} if node.decision else node.branches
