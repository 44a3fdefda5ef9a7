"""Disclosure control over sets of releases: tables, quarters and overlapping subgroups protected together.

Every count is a sum over disjoint smallest groups of people, such as women under 40 who entered in the second
quarter. A reader of all releases knows the counts that are shown, and is taken to know even which hidden
counts are small (1 to the largest hidden count) and which are hidden only to protect others (more than that).
What `protect` promises against that reader is

- that no small count is shown; a zero is, unless beside earlier releases it gives a count away;
- that for every hidden count there are other whole numbers of people, in agreement with all that the reader
  knows, in which that count is another: so neither bounds by linear programming, nor trying all numbers, nor
  subtracting one quarter or subgroup from another gives it away;
- the same for every small difference between a count and one that is part of it, printed or not: the new
  people of a quarter, or the men where everyone and the women are shown;
- that no small sum of smallest groups follows from the shown counts by adding and subtracting them.

It does not promise wide bounds: a reader may learn that a hidden count is 3 or 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allay.base.alternatives import Sums, sizes_that_give
from allay.base.disclosure import largest_hidden
from allay.base.errors import InvalidValue
from allay.base.release_hiding import Hiding, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCell:
    """One count of people in a set of releases.

    Attributes
    ----------
    id : str
        Unique in the set, such as ``2026-Q2 women``.
    members : frozenset of str
        The smallest groups it counts. Nobody is in two of them; what they are called is for the caller.
    count : int
        People counted.
    already_published : bool
        Shown in an earlier release, so that it cannot be hidden any more.
    already_hidden : bool
        Marked as hidden in an earlier release, so that it stays hidden.

    Raises
    ------
    InvalidValue
        When the count is not a whole number of zero or more, people are counted in no group, or a cell was
        both shown and hidden.
    """

    id: str
    members: frozenset[str]
    count: int
    already_published: bool = False
    already_hidden: bool = False

    def __post_init__(self) -> None:
        whole = isinstance(self.count, int | np.integer) and not isinstance(self.count, bool)
        if not whole or self.count < 0:
            raise InvalidValue(
                expected=f"a whole number of zero or more for {self.id}", found=repr(self.count)
            )
        if self.count and not self.members:
            raise InvalidValue(expected=f"the groups that {self.id} counts", found="none")
        if self.already_published and self.already_hidden:
            raise InvalidValue(expected=f"{self.id} shown or hidden earlier", found="both")


@dataclass(frozen=True, slots=True)
class Protection:
    """What of a set of releases is hidden, and what no hiding can protect any more.

    Attributes
    ----------
    hidden : frozenset of str
        Ids of the cells that must not be shown.
    exposed : tuple of str
        Counts that can be worked out whatever is hidden, in words: a cell, or a sum and difference of
        cells. Empty unless an earlier release gave too much away, or unless a small cell consists of so many
        hidden ones that each must be 1. Where it is not empty, publish fewer cells; after 20 sums no more of
        them are looked for.
    """

    hidden: frozenset[str]
    exposed: tuple[str, ...] = ()


def protect(cells: Sequence[ReleaseCell], *, hidden_up_to: int | None = None) -> Protection:
    """Decide which cells of a set of releases to hide.

    Parameters
    ----------
    cells : sequence of ReleaseCell
        All that is or will be public about the same people, earlier releases included.
    hidden_up_to : int, optional
        Largest count to hide; by default that of the sourced rule.

    Returns
    -------
    Protection
        As few cells as the search finds; not always the fewest there are.

    Raises
    ------
    InvalidValue
        When an id is repeated, or when no numbers of people give the counts: then somebody is counted in two
        groups that were called disjoint, or missing from one.

    Notes
    -----
    The search solves a linear program for every hidden cell that an alternative found earlier does not cover,
    and for every cell it tries to show again; one program grows with cells times smallest groups. Measured on
    one core: 15 cells 0.04 s, 120 cells (8 quarters of sex by 4 ages) 1 s, 240 cells 3 s, 480 cells 60 s:
    time grows with about the third power, and later faster, of the number of cells.

    Examples
    --------
    Quarter by quarter a total grows by 4, which the two totals would tell:

    >>> before = ReleaseCell(id="Q1", members=frozenset({"first"}), count=41, already_published=True)
    >>> after = ReleaseCell(id="Q2", members=frozenset({"first", "second"}), count=45)
    >>> sorted(protect([before, after]).hidden)
    ['Q2']
    """
    limit = largest_hidden() if hidden_up_to is None else hidden_up_to
    if limit < 0:
        raise InvalidValue(expected="a largest hidden count of zero or more", found=str(limit))
    twice = [name for name, times in Counter(cell.id for cell in cells).items() if times > 1]
    if twice:
        raise InvalidValue(expected="one cell for each id", found=", ".join(sorted(twice)) + " repeated")
    result = _protect(cells, limit)
    return _without_zeros(cells, limit, result) if result.exposed else result


def _protect(cells: Sequence[ReleaseCell], limit: int, unsaid: frozenset[str] = frozenset()) -> Protection:
    """Protect cells of which the `unsaid` zeros are hidden, too."""
    hidden = unsaid | {cell.id for cell in cells if cell.already_hidden or _must_hide(cell, limit)}
    alike = _alike([cell for cell in cells if cell.count or cell.id not in hidden])
    if not alike or not limit:
        return Protection(hidden)
    copies = list(alike.values())
    shown = np.array([any(cell.already_published for cell in same) for same in copies])
    must = np.array([any(cell.id in hidden for cell in same) for same in copies])
    search = Hiding(
        _sums(alike, limit),
        copies=np.array([len(same) for same in copies]),
        must=must,
        fixed=shown,
        hidden_up_to=limit,
    )
    search.run()
    hidden |= {cell.id for i in np.flatnonzero(search.hidden) for cell in copies[i]}
    names = [max(same, key=lambda cell: cell.already_hidden).id for same in copies]
    return Protection(hidden, tuple(_in_words(target, names) for target in search.exposed))


def _without_zeros(cells: Sequence[ReleaseCell], limit: int, result: Protection) -> Protection:
    """Hide those new zeros that, beside an earlier release, would give something away.

    An earlier release may have shown a sum with a group that it did not list; saying now that this group is
    empty tells the rest of the sum.
    """
    zeros = [cell.id for cell in cells if not (cell.count or cell.already_published or cell.already_hidden)]
    unsaid = frozenset(zeros)
    best = _protect(cells, limit, unsaid)
    if len(best.exposed) >= len(result.exposed):
        return result
    for zero in zeros:
        trial = _protect(cells, limit, unsaid - {zero})
        if len(trial.exposed) <= len(best.exposed):
            best, unsaid = trial, unsaid - {zero}
    return best


def _must_hide(cell: ReleaseCell, limit: int) -> bool:
    return 0 < cell.count <= limit and not cell.already_published


def _alike(cells: Sequence[ReleaseCell]) -> dict[frozenset[str], list[ReleaseCell]]:
    """Return the cells with people by what they count.

    Groups of zeros that are shown are known to be empty and make no difference between two cells.
    """
    empty = frozenset[str]().union(*(cell.members for cell in cells if cell.count == 0))
    found: dict[frozenset[str], list[ReleaseCell]] = {}
    for cell in cells:
        if cell.count:
            found.setdefault(cell.members - empty, []).append(cell)
    for members, same in found.items():
        if not members:
            raise _misfit(f"{same[0].id} of {same[0].count} where all its groups are empty elsewhere")
        for cell in same:
            if cell.count != same[0].count:
                raise _misfit(
                    f"{same[0].id} of {same[0].count} and {cell.id} of {cell.count}, the same groups"
                )
    return found


def _sums(alike: dict[frozenset[str], list[ReleaseCell]], limit: int) -> Sums:
    groups = sorted(frozenset[str]().union(*alike))
    matrix = np.array([[group in members for group in groups] for members in alike], dtype=np.int64)
    matrix = np.unique(matrix, axis=1)  # groups that are always counted together are one group
    counts = np.array([same[0].count for same in alike.values()], dtype=np.int64)
    sizes = sizes_that_give(matrix, counts)
    if sizes is None:
        raise _misfit("counts that no numbers of people in these groups give")
    small = counts <= limit
    least, most = np.where(small, 1.0, limit + 1.0), np.where(small, float(limit), np.inf)
    return Sums(matrix, counts, least, most, sizes)


def _misfit(found: str) -> InvalidValue:
    return InvalidValue(
        expected="counts that fit together, each person in exactly one smallest group", found=found
    )


def _in_words(target: Target, names: list[str]) -> str:
    parts = []
    for cell in np.argsort(-target.weights, kind="stable"):
        weight = round(float(target.weights[cell]), 3)
        if weight:
            times = "" if abs(weight) == 1 else f"{abs(weight):g} × "
            parts.append(f"{'-' if weight < 0 else '+'} {times}{names[cell]}")
    return " ".join(parts).removeprefix("+ ")
