"""Which sums to hide so that neither a hidden nor a small one can be worked out from those that are shown.

A search of three steps. For every sum that must stay unknown an alternative is looked for that changes as few
shown counts as it can, and those are hidden too. Then small sums that follow from the shown counts by adding
and subtracting are looked for, until there are none. Last, counts are shown again, the dearest first, where
everything is safe without hiding them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allay.base.alternatives import Integers, Mask, Reals, Sums, cheapest_change, small_combination

# Sums that earlier releases give away beyond repair: after so many, more of them help nobody.
MOST_EXPOSED = 20
# Exchanging cells takes as many steps as there are cells, each as long as showing cells again.
EXCHANGED = 40


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A sum that must not be worked out.

    Attributes
    ----------
    groups : int64 array of shape (groups,)
        1 for the smallest groups in it.
    weights : float array of shape (cells,)
        The cells that make it: 1 for a cell itself; 1 and -1 for a difference of two.
    """

    groups: Integers
    weights: Reals


class Hiding:
    """The search for what to hide.

    Parameters
    ----------
    sums : Sums
        Of nonzero cells, no two of which count the same groups.
    copies : int64 array of shape (cells,)
        How many published cells each stands for.
    must, fixed : bool arrays of shape (cells,)
        Cells that are hidden in any case; cells that are shown in any case. What is both is exposed.
    hidden_up_to : int
        Largest sum that counts as small.
    """

    def __init__(self, sums: Sums, *, copies: Integers, must: Mask, fixed: Mask, hidden_up_to: int) -> None:
        self._sums, self._must, self._fixed, self._limit = sums, must & ~fixed, fixed, hidden_up_to
        self.hidden = self._must.copy()
        cells, groups = sums.matrix.shape
        self._cells = [Target(row, unit) for row, unit in zip(sums.matrix, np.eye(cells), strict=True)]
        given_away = fixed & (must | (sums.counts <= hidden_up_to))
        self.exposed = [self._cells[cell] for cell in np.flatnonzero(given_away)]
        self._differences, self._found = self._small_differences(), list[Target]()
        self._copies, self._costs = copies, self._cost(copies)
        self._differences = list({one.groups.tobytes(): one for one in self._differences}.values())
        self._changes = np.zeros((0, groups), dtype=np.int64)  # the alternatives that are known
        self._reasons: dict[int, Target] = {}  # what each further cell was hidden for

    def run(self) -> None:
        """Search; the result is in `hidden` and `exposed`."""
        self._settle()
        settled = False
        while not settled:
            before = self.hidden
            for cell in self._further():
                self._try_to_show(cell)
            settled = self.hidden is before
            if not settled:
                self._settle()
        if len(self._cells) <= EXCHANGED:
            while self._exchange():
                self._settle()

    def _settle(self) -> None:
        """Hide until nothing that must not be known can be worked out."""
        self._hide()
        while self._combination():
            self._hide()

    def _further(self) -> list[int]:
        """Return the cells that are hidden only to protect others, the dearest first."""
        cells = np.flatnonzero(self.hidden & ~self._must).tolist()
        return sorted(cells, key=lambda cell: -float(self._costs[cell]))

    def _small_differences(self) -> list[Target]:
        """Return the small amounts by which a cell exceeds a part of it, such as a quarter's new people."""
        matrix, counts = self._sums.matrix, self._sums.counts
        by = counts[:, None] - counts
        found = []
        for large, small in np.argwhere((by >= 1) & (by <= self._limit)):
            if (matrix[small] <= matrix[large]).all():
                weights = np.zeros(len(counts))
                weights[large], weights[small] = 1, -1
                found.append(Target(matrix[large] - matrix[small], weights))
        return found

    def _cost(self, copies: Integers) -> Reals:
        """Return what hiding costs: one a copy, more for large cells, less for those in many differences.

        The two amounts decide between equals; a larger one would buy a large cell with two small ones.
        """
        uses = sum((target.weights != 0 for target in self._differences), np.zeros(len(copies)))
        counts = self._sums.counts
        return np.asarray(copies * (1 + 0.5 * counts / counts.max() - 0.4 * uses / max(uses.max(), 1)))

    def _open(self, hidden: Mask, changes: Integers) -> list[Target]:
        """Return the targets that no known alternative protects."""
        targets = [self._cells[cell] for cell in np.flatnonzero(hidden)] + self._differences + self._found
        targets = [target for target in targets if target not in self.exposed]
        if not targets:
            return []
        safe = ((np.array([target.groups for target in targets]) @ changes.T) != 0).any(axis=1)
        return [target for target, is_safe in zip(targets, safe, strict=True) if not is_safe]

    def _hide(self) -> None:
        while targets := self._open(self.hidden, self._changes):
            costs = np.where(self.hidden, 0, self._costs)
            change = cheapest_change(self._sums, targets[0].groups, fixed=self._fixed, costs=costs)
            if change is None:
                self.exposed.append(targets[0])
                continue
            self._changes = np.vstack([self._changes, change])
            more = ((self._sums.matrix @ change) != 0) & ~self.hidden
            self.hidden = self.hidden | more
            self._reasons |= dict.fromkeys(np.flatnonzero(more).tolist(), targets[0])

    def _combination(self) -> bool:
        """Take in one more small sum that the shown cells give away; return whether there was one."""
        if sum(target in self._found for target in self.exposed) >= MOST_EXPOSED:
            return False
        known = [target.groups for target in self._found + self.exposed]
        pair = small_combination(self._sums, shown=~self.hidden, hidden_up_to=self._limit, other_than=known)
        if pair is None:
            return False
        self._found.append(Target(*pair))
        return True

    def _exchange(self) -> bool:
        """Hide one cell for several that may then be shown; return whether there was such a cell."""
        before, number = (self.hidden, self._changes), self._number()
        for cell in np.flatnonzero(~self.hidden & ~self._fixed & (self._copies < number)).tolist():
            others = self._further()
            self.hidden = self.hidden.copy()
            self.hidden[cell] = True
            for other in others:
                self._try_to_show(other)
            if self._number() < number:
                return True
            self.hidden, self._changes = before
        return False

    def _number(self) -> int:
        return int(self._copies[self.hidden & ~self._must].sum())

    def _try_to_show(self, cell: int) -> None:
        hidden = self.hidden.copy()
        hidden[cell] = False
        changes = self._changes[(self._changes @ self._sums.matrix[cell]) == 0]
        reason, nothing = self._reasons.get(cell), np.zeros(len(hidden))
        while targets := self._open(hidden, changes):
            # What the cell was hidden for is the first to be given away, so it is asked for first.
            target = reason if reason in targets else targets[0]
            change = cheapest_change(self._sums, target.groups, fixed=~hidden, costs=nothing)
            if change is None:
                self._reasons[cell] = target
                return
            changes = np.vstack([changes, change])
        self.hidden, self._changes = hidden, changes
