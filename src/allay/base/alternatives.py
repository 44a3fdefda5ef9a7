"""Alternatives to the true counts, which a reader cannot tell from them.

Published counts are sums of disjoint smallest groups, each a whole number of people. A reader knows the sums
that are shown and between which bounds the hidden ones lie. Other whole numbers that agree with all of that
are an *alternative*: they may be the truth for all a reader can tell. A sum that differs in some alternative
cannot be worked out, by linear programming or in any other way.

The alternative wanted is the one that changes the fewest shown counts, because those must be hidden for it.
It is looked for as a linear program that charges for every person by whom a count changes; only where that
gives parts of people is it solved again for whole ones. (Complementary suppression by mathematical
programming: Fischetti and Salazar, Management Science 2001 - from memory.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from allay.base.errors import AllayError

Integers = NDArray[np.int64]
Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]

# The solver keeps its equations to about 1e-7; what is asked of it is whole numbers.
WHOLE = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Counts as sums of smallest groups, and what a reader knows of them while they are hidden.

    Attributes
    ----------
    matrix : int64 array of shape (cells, groups)
        1 where a cell counts a group.
    counts : int64 array of shape (cells,)
    least, most : float arrays of shape (cells,)
        Between what a hidden cell lies.
    sizes : int64 array of shape (groups,)
        Some sizes of the groups that give the counts.
    """

    matrix: Integers
    counts: Integers
    least: Reals
    most: Reals
    sizes: Integers


def sizes_that_give(matrix: Integers, counts: Integers) -> Integers | None:
    """Return whole sizes of the smallest groups that add up to the counts, or None where none do.

    Examples
    --------
    >>> everyone_and_women = np.array([[1, 1], [1, 0]])
    >>> sizes_that_give(everyone_and_women, np.array([107, 100])).tolist()
    [100, 7]
    >>> sizes_that_give(everyone_and_women, np.array([107, 120])) is None
    True
    """
    groups = matrix.shape[1]
    found = _solve(
        np.zeros(groups),
        LinearConstraint(matrix, counts, counts),
        Bounds(np.zeros(groups), np.full(groups, np.inf)),
        whole=np.ones(groups),
    )
    return None if found is None else np.asarray(np.round(found), dtype=np.int64)


def cheapest_change(sums: Sums, target: Integers, *, fixed: Mask, costs: Reals) -> Integers | None:
    """Return an alternative for one target sum, as the change of each smallest group from its size.

    Parameters
    ----------
    sums : Sums
    target : int64 array of shape (groups,)
        1 for the groups whose sum must change.
    fixed : bool array of shape (cells,)
        Cells that keep their count.
    costs : float array of shape (cells,)
        What changing any other cell costs; 0 for those hidden already.

    Returns
    -------
    int64 array of shape (groups,) or None
        None where the fixed cells and the bounds leave the target one value.
    """
    found: list[tuple[float, Integers]] = []
    for sign in (1, -1):
        change = _change(sums, sign * target, fixed=fixed, costs=costs)
        if change is not None:
            cost = float(costs[(sums.matrix @ change) != 0].sum())
            if cost == 0:
                return change
            found.append((cost, change))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _change(sums: Sums, target: Integers, *, fixed: Mask, costs: Reals) -> Integers | None:
    cells, groups = sums.matrix.shape
    paid = np.flatnonzero(~fixed & (costs > 0))
    changes = np.vstack([sums.matrix, target])
    low = np.append(np.where(fixed, 0, sums.least - sums.counts), 1)
    high = np.append(np.where(fixed, 0, sums.most - sums.counts), np.inf)
    # One more unknown for each cell that costs: by how many people it changes, up or down. (Building these
    # rows as sparse arrays takes longer than the solver does.)
    part, people = changes[paid], np.eye(len(paid))
    rows = np.block([[changes, np.zeros((cells + 1, len(paid)))], [part, people], [-part, people]])
    free = np.zeros(2 * len(paid))
    constraint = LinearConstraint(rows, np.append(low, free), np.append(high, free + np.inf))
    least = np.concatenate([-sums.sizes, np.zeros(len(paid))])
    aim = np.concatenate([np.zeros(groups), costs[paid]])
    for whole in (0, 1):
        kinds = np.concatenate([np.full(groups, whole), np.zeros(len(paid))])
        answer = _solve(aim, constraint, Bounds(least, np.full(len(least), np.inf)), whole=kinds)
        if answer is None:
            return None
        change = np.asarray(np.round(answer[:groups]), dtype=np.int64)
        moved = np.append(sums.matrix @ change, target @ change)
        if (sums.sizes + change >= 0).all() and (moved >= low).all() and (moved <= high).all():
            return change  # exact: whole numbers were checked, not the solver's
    return None


def possible_groups(sums: Sums, *, shown: Mask) -> Mask:
    """Return which smallest groups may have anybody in them, for all a reader can tell.

    Solved for any multiple of the sizes, so that a part of a person weighs as much as many people. Unknowns:
    the multiplied sizes, for each group 1 if it may have somebody, and the multiplier.
    """
    cells, groups = sums.matrix.shape
    least = np.where(shown, sums.counts, sums.least)
    most = np.where(shown, sums.counts, sums.most)
    upper = np.flatnonzero(np.isfinite(most))
    matrix, one = sums.matrix, np.eye(groups)
    rows = np.block(
        [
            [matrix, np.zeros((cells, groups)), -least[:, None]],
            [-matrix[upper], np.zeros((len(upper), groups)), most[upper, None]],
            [one, -one, np.zeros((groups, 1))],
        ]
    )
    aim = np.concatenate([np.zeros(groups), -np.ones(groups), [0]])
    bounds = Bounds(
        np.append(np.zeros(2 * groups), 1),
        np.concatenate([np.full(groups, np.inf), np.ones(groups), [np.inf]]),
    )
    answer = _solve(aim, LinearConstraint(rows, 0, np.inf), bounds, whole=np.zeros(len(aim)))
    if answer is None:
        raise AllayError("the counts that were found to fit together do not; please report it")
    return np.asarray(answer[groups : 2 * groups] > WHOLE)


def small_combination(
    sums: Sums, *, shown: Mask, hidden_up_to: int, other_than: list[Integers]
) -> tuple[Integers, Reals] | None:
    """Find smallest groups whose sum is small and follows from the shown cells by adding and subtracting.

    Returns
    -------
    target : int64 array of shape (groups,)
        1 for the groups in the sum; different from all `other_than`.
    weights : float array of shape (cells,)
        How often each cell is added (or, below zero, subtracted).
    """
    possible, cells = possible_groups(sums, shown=shown), np.flatnonzero(shown)
    if not len(cells):
        return None
    matrix = sums.matrix[np.ix_(cells, possible)].T
    groups = matrix.shape[0]
    constraints = [
        LinearConstraint(np.hstack([matrix, -np.eye(groups)]), 0, 0),
        LinearConstraint(np.append(sums.counts[cells], np.zeros(groups)), 1, hidden_up_to),
    ]
    for known in other_than:
        differs = np.append(np.zeros(len(cells)), 1.0 - 2.0 * known[possible])
        constraints.append(LinearConstraint(differs, 1 - known[possible].sum(), np.inf))
    bounds = Bounds(
        np.append(np.full(len(cells), -np.inf), np.zeros(groups)),
        np.append(np.full(len(cells), np.inf), np.ones(groups)),
    )
    kinds = np.append(np.zeros(len(cells)), np.ones(groups))
    answer = _solve(np.zeros(len(kinds)), constraints, bounds, whole=kinds)
    if answer is None:
        return None
    target = np.zeros(sums.matrix.shape[1], dtype=np.int64)
    target[possible] = np.round(answer[len(cells) :])
    weights = np.zeros(len(shown))
    weights[cells] = answer[: len(cells)]
    return target, weights


def _solve(
    aim: Reals, constraints: LinearConstraint | list[LinearConstraint], bounds: Bounds, *, whole: Reals
) -> Reals | None:
    """Return the unknowns that make the aim least, or None where nothing satisfies the constraints."""
    answer = milp(aim, constraints=constraints, bounds=bounds, integrality=whole)
    if answer.status not in (0, 2):
        raise AllayError(f"expected an answer whether counts can be worked out, found: {answer.message}")
    return None if answer.x is None else np.asarray(answer.x, dtype=np.float64)
