"""Disclosure control over sets of releases: tables, quarters and overlapping subgroups protected together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allay.base.disclosure import largest_hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCell:
    """One count of people in a set of releases.

    Attributes
    ----------
    id : str
        Unique in the set, such as ``2026-Q2 women``.
    members : frozenset of str
        The smallest groups it counts, disjoint from each other: (sex, age band, quarter of entry) and the like.
    count : int
        People counted.
    already_published : bool
        Shown in an earlier release, so that it cannot be hidden any more.
    already_hidden : bool
        Marked as hidden in an earlier release, so that it stays hidden.
    """

    id: str
    members: frozenset[str]
    count: int
    already_published: bool = False
    already_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """What of a set of releases is hidden, and what no hiding can protect any more.

    Attributes
    ----------
    hidden : frozenset of str
        Ids of the cells that must not be shown.
    exposed : tuple of str
        Small counts that can be worked out whatever is hidden, in words: a cell, or a sum and difference of
        cells. Empty unless an earlier release gave too much away.
    """

    hidden: frozenset[str]
    exposed: tuple[str, ...] = ()


def protect(cells: Sequence[ReleaseCell], *, hidden_up_to: int | None = None) -> Protection:
    """Decide which cells of a set of releases to hide.

    Examples
    --------
    >>> everyone = ReleaseCell(id="all", members=frozenset({"women", "men"}), count=107)
    >>> women = ReleaseCell(id="women", members=frozenset({"women"}), count=100)
    >>> sorted(protect([everyone, women], hidden_up_to=0).hidden)
    []
    """
    limit = largest_hidden() if hidden_up_to is None else hidden_up_to
    if limit == 0:
        return Protection(frozenset())
    return Protection(frozenset(cell.id for cell in cells if cell.count and not cell.already_published))
