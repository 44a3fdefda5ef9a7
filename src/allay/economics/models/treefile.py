"""Decision trees in YAML: checking them, and working them out strategy by strategy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.tables import Document, Strict
from allay.economics.models.modelfile import (
    REST,
    ChanceEntry,
    DecisionEntry,
    NodeEntry,
    TreeFile,
    head_check,
    head_doubts,
    refuse,
    set_doubts,
)
from allay.economics.models.tree import (
    Branch,
    DecisionTree,
    Plan,
    TreeNode,
    check_chance,
    plan_name,
    plans,
)
from allay.economics.models.worked import known_parameters, worked
from allay.economics.uncertainty.sheetcheck import Doubt, SheetCheck, near
from allay.economics.uncertainty.sheetfile import Formula
from allay.economics.uncertainty.units import NUMBER, Unit

Array = NDArray[np.float64]
TreeDocument = Document[TreeFile]
_NOTHING = np.array(0.0)


def check_tree(document: TreeDocument) -> None:
    """Refuse a decision tree that does not hold together.

    Raises
    ------
    InvalidInput
        Naming line and field of everything found.
    """
    model = document.value
    check = head_check(document)
    doubts = [*head_doubts(model, check)]
    units: dict[str, Unit] = {}
    for name in ("cost", "effect"):
        try:
            units[name] = Unit.named(getattr(model.units, name))
        except InvalidValue as wrong:
            doubts.append((("units", name), wrong.expected, wrong.found))
    if model.root not in model.nodes:
        doubts.append((("root",), f"one of the nodes{near(model.root, model.nodes)}", model.root))
    for name, node in model.nodes.items():
        doubts += _node(model, ("nodes", name), node, check, units)
    refuse(document, doubts or [*check.circles()])
    refuse(document, [*_structure(model)])


def _node(
    model: TreeFile, keys: tuple[str, ...], node: NodeEntry, check: SheetCheck, units: Mapping[str, Unit]
) -> Iterator[Doubt]:
    worths: list[tuple[tuple[str, ...], Strict]] = []
    if isinstance(node, DecisionEntry):
        for name, option in node.options.items():
            yield from set_doubts(option, (*keys, "options", name), check, model.sheet)
            worths.append(((*keys, "options", name), option))
    elif isinstance(node, ChanceEntry):
        for name, branch in node.branches.items():
            worths.append(((*keys, "branches", name), branch))
            if branch.probability != REST:
                place = (*keys, "branches", name, "probability")
                yield from check.formula(place, branch.probability, unit=NUMBER)
        if [branch.probability for branch in node.branches.values()].count(REST) > 1:
            yield (*keys, "branches"), f"{REST} once at most", "it more often"
    else:
        worths.append((keys, node))
    for place, entry in worths:
        for outcome in ("cost", "effect"):
            yield from check.formula((*place, outcome), getattr(entry, outcome), unit=units.get(outcome))
        to = getattr(entry, "to", None)
        if to is not None and to not in model.nodes:
            yield (*place, "to"), f"one of the nodes{near(to, model.nodes)}", to


def _structure(model: TreeFile) -> Iterator[Doubt]:
    """Check what leads where: no circle, no node left out, and strategies with names of their own."""
    bare = {
        name: TreeNode(_bare(node), isinstance(node, DecisionEntry)) for name, node in model.nodes.items()
    }
    try:
        tree = DecisionTree(bare, model.root)
        names = [plan_name(plan) for plan in plans(tree)]
    except InvalidValue as wrong:
        yield ("nodes",), wrong.expected, wrong.found
        return
    reached, waiting = set[str](), [model.root]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [branch.to for branch in bare[name].branches.values()]
    for name in (name for name in model.nodes if name not in reached):
        yield ("nodes", name), "a node that something leads to", "nothing leading there"
    if model.comparator not in names or len(set(names)) < len(names):
        shown = ", ".join(names[:12]) or "none"
        yield (
            ("comparator",),
            f"one of the strategies {shown}{near(model.comparator, names)}",
            model.comparator,
        )


def _bare(node: NodeEntry) -> dict[str, Branch]:
    """The branches without their numbers, each as probable as the others."""
    further: Mapping[str, object] = {}
    if isinstance(node, DecisionEntry):
        further = node.options
    elif isinstance(node, ChanceEntry):
        further = node.branches
    share = np.array(1 / max(1, len(further)))
    return {name: Branch(getattr(entry, "to"), _NOTHING, _NOTHING, share) for name, entry in further.items()}  # noqa: B009


def strategies_of(document: TreeDocument) -> dict[str, Plan]:
    """Return the strategies of a checked tree by name."""
    model = document.value
    bare = {
        name: TreeNode(_bare(node), isinstance(node, DecisionEntry)) for name, node in model.nodes.items()
    }
    return {plan_name(plan): plan for plan in plans(DecisionTree(bare, model.root))}


def build_tree(
    document: TreeDocument, sampled: Mapping[str, Array], plan: Plan, *, first_draw: int = 1
) -> DecisionTree:
    """Work the numbers of a checked tree out for one strategy: its options may set parameters otherwise.

    Parameters
    ----------
    document : Document of TreeFile
    sampled : mapping of str to array [draw]
    plan : mapping of decision to option
    first_draw : int
        The number of the first draw, for messages.

    Raises
    ------
    InvalidInput
        When probabilities do not add up to 1, or an expression is no number, with the line of the node.
    """
    model = document.value
    taken: dict[str, Formula] = {}
    for name, option in plan.items():
        node = model.nodes[name]
        if isinstance(node, DecisionEntry):
            taken |= node.options[option].set
    known = known_parameters(document, sampled, replaced=taken, given={})
    nodes: dict[str, TreeNode] = {}
    for name, node in model.nodes.items():
        keys = ("nodes", name)
        if isinstance(node, DecisionEntry):
            nodes[name] = TreeNode(_options(document, node, known, keys), decision=True)
        elif isinstance(node, ChanceEntry):
            branches = _branches(document, node, known, keys)
            _check(document, name, branches, first_draw)
            nodes[name] = TreeNode(branches)
        else:
            cost, effect = (
                worked(document, getattr(node, key), known, *keys, key) for key in ("cost", "effect")
            )
            nodes[name] = TreeNode({}, cost=cost, effect=effect)
    return DecisionTree(nodes, model.root)


def _check(document: TreeDocument, name: str, branches: Mapping[str, Branch], first_draw: int) -> None:
    try:
        check_chance(name, branches, first_draw=first_draw)
    except InvalidValue as wrong:
        problem = document.problem("nodes", name, "branches", expected=wrong.expected, found=wrong.found)
        raise InvalidInput(problem) from None


def _options(
    document: TreeDocument, node: DecisionEntry, known: Mapping[str, Array], keys: tuple[str, ...]
) -> dict[str, Branch]:
    found = {}
    for name, option in node.options.items():
        place = (*keys, "options", name)
        cost = worked(document, option.cost, known, *place, "cost")
        effect = worked(document, option.effect, known, *place, "effect")
        found[name] = Branch(option.to, cost, effect, np.array(1.0))
    return found


def _branches(
    document: TreeDocument, node: ChanceEntry, known: Mapping[str, Array], keys: tuple[str, ...]
) -> dict[str, Branch]:
    shares: dict[str, Array] = {}
    for name, branch in node.branches.items():
        if branch.probability != REST:
            place = (*keys, "branches", name, "probability")
            shares[name] = worked(document, branch.probability, known, *place)
    rest = 1 - np.asarray(sum(shares.values(), start=_NOTHING))
    found = {}
    for name, branch in node.branches.items():
        place = (*keys, "branches", name)
        cost = worked(document, branch.cost, known, *place, "cost")
        effect = worked(document, branch.effect, known, *place, "effect")
        found[name] = Branch(branch.to, cost, effect, shares.get(name, rest))
    return found
