"""Disclosure control: small counts of people are hidden, and so is whatever would give them away.

The rule is that of the fact ``us.cms.cell_suppression.largest_hidden``: counts of 1 to 10 are hidden, zero is
shown. A count that could be worked out from the ones around it is no secret, so further cells are hidden
until no hidden cell is pinned to one value by the shown cells, the totals and the knowledge that a hidden
cell is at least 1. What is protected is one table: whoever prints percentages must leave out what is hidden
here there too, and the same people in several tables or quarters are for `allay.base.releases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue
from allay.base.hiding import hide_cells

FACTS = files("allay.base") / "data" / "facts"
RULE = "us.cms.cell_suppression.largest_hidden"


@cache
def largest_hidden() -> int:
    """Return the largest count that is hidden.

    Examples
    --------
    >>> largest_hidden()
    10
    """
    from allay.base.facts import load_facts

    return int(load_facts(FACTS).get(RULE).latest.number)


@dataclass(frozen=True, slots=True, eq=False)
class SuppressedTable:
    """A table of counts with its margins, and which of its cells must not be shown.

    Attributes
    ----------
    counts : int64 array of shape (rows + 1, columns + 1)
        The last row holds the column totals, the last column the row totals, the corner the grand total.
    hidden : bool array of the same shape
    """

    counts: NDArray[np.int64]
    hidden: NDArray[np.bool_]

    def cell(self, row: int, column: int) -> int | None:
        """Return a count, or None where it is hidden; -1 addresses the totals."""
        return None if self.hidden[row, column] else int(self.counts[row, column])

    def shown(self) -> list[list[int | None]]:
        """Return all cells row by row, hidden ones as None."""
        return [[self.cell(i, j) for j in range(self.counts.shape[1])] for i in range(len(self.counts))]


def suppress(counts: ArrayLike, *, hidden_up_to: int | None = None) -> SuppressedTable:
    """Hide the small counts of a two-way table, and what would reveal them.

    Parameters
    ----------
    counts : integer array of shape (rows, columns)
        Without totals; they are added here.
    hidden_up_to : int, optional
        Largest count to hide; by default that of the sourced rule.

    Returns
    -------
    SuppressedTable
        With margins. As few further cells as a shortest-path search finds; totals only when it must be.

    Raises
    ------
    InvalidValue
        When the counts are not a table of whole numbers of zero or more.

    Examples
    --------
    >>> for row in suppress([[4, 30, 50], [25, 40, 0], [60, 20, 35]]).shown():
    ...     print(row)
    [None, None, 50, 84]
    [None, None, 0, 65]
    [60, 20, 35, 115]
    [89, 90, 85, 264]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or table.size == 0 or not np.issubdtype(table.dtype, np.integer) or table.min() < 0:
        found = f"an array of {table.dtype} of shape {table.shape}"
        raise InvalidValue(expected="a table of whole numbers of zero or more", found=found)
    limit = _limit(hidden_up_to)
    table = np.vstack([table, table.sum(axis=0)]).astype(np.int64)
    table = np.column_stack([table, table.sum(axis=1)])
    return SuppressedTable(table, hide_cells(table, primary=(table > 0) & (table <= limit)))


def suppress_counts(
    counts: Mapping[str, int], *, hidden_up_to: int | None = None
) -> tuple[dict[str, int | None], int | None]:
    """Hide the small counts of one list of groups that is shown with its total.

    Returns
    -------
    groups : dict
        In the given order; None where hidden.
    total : int or None

    Raises
    ------
    InvalidValue
        When a count is not a whole number of zero or more.

    Examples
    --------
    >>> suppress_counts({"Spanish": 7, "English": 210, "other": 12})
    ({'Spanish': None, 'English': 210, 'other': None}, 229)
    """
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 0:
            raise InvalidValue(expected=f"a whole number of zero or more for {name}", found=repr(count))
    limit = _limit(hidden_up_to)
    total = int(sum(counts.values()))
    hidden = {name for name, count in counts.items() if 0 < count <= limit}
    show_total = not 0 < total <= limit
    if hidden and show_total:
        rest = sorted((name for name in counts if counts[name] > limit), key=lambda name: counts[name])
        # Given away: one hidden count alone, or hidden counts that are all 1 because none can be less.
        while len(hidden) < 2 or sum(counts[name] for name in hidden) == len(hidden):
            if not rest:
                show_total = False
                break
            hidden.add(rest.pop(0))
    groups = {name: None if name in hidden else int(count) for name, count in counts.items()}
    return groups, total if show_total else None


def _limit(hidden_up_to: int | None) -> int:
    limit = largest_hidden() if hidden_up_to is None else hidden_up_to
    if limit < 0:
        raise InvalidValue(expected="a largest hidden count of zero or more", found=str(limit))
    return limit
