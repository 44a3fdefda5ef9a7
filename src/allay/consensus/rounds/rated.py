"""A round as it is reported: statements in the order of the exercise, raters in no order at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allay.consensus.protocol.panel import NOT_REPORTED, Panelist
from allay.consensus.protocol.protocol import PanelGroup
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.counts import counts_of
from allay.consensus.ratings.groups import shown_groups
from allay.consensus.ratings.table import Ints, RatingTable


@dataclass(frozen=True, slots=True, eq=False)
class RatedRound:
    """Ratings of a round, ready to be counted.

    Attributes
    ----------
    table : RatingTable
        Columns are sorted by what stands in them: neither codes nor the order of a file can matter to a sum.
    counts : int64 array of shape (statements, points)
    group_counts : dict of str to int64 array of the same shape
        By id of every group of the protocol, those nobody of whom rated included.
    answered : frozenset of str
        Codes of raters with at least one rating.
    labels : dict of str to tuple of str
        Groups that may be shown, by label, with the names of the groups in it (`shown_groups`).
    members : dict of str to bool array of shape (raters,)
        Raters by name of group.
    """

    table: RatingTable
    counts: Ints
    group_counts: dict[str, Ints]
    answered: frozenset[str]
    labels: dict[str, tuple[str, ...]]
    members: dict[str, NDArray[np.bool_]]

    @property
    def number(self) -> int:
        """Of the round."""
        return self.table.round


def rated_round(
    table: RatingTable,
    *,
    order: Sequence[str],
    scale: RatingScale,
    groups: Sequence[PanelGroup] = (),
    panel: Iterable[Panelist] = (),
    smallest: int,
) -> RatedRound:
    """Put a round in order and count it.

    Parameters
    ----------
    order : sequence of str
        Every statement of the table, and maybe others.

    Returns
    -------
    RatedRound
        Time grows with statements times raters.

    Examples
    --------
    >>> table = RatingTable("r.csv", ("s2", "s1"), ("a", "b"), np.array([[7.0, np.nan], [3, 2]]),
    ...     np.zeros((2, 2), dtype=int), versions=(1, 4))
    >>> found = rated_round(table, order=["s1", "s2"], scale=RatingScale(), smallest=5)
    >>> found.table.raters, found.table.values.tolist(), found.table.versions
    (('b', 'a'), [[2.0, 3.0], [nan, 7.0]], (4, 1))
    """
    placed = _placed(table, order)
    group_of = {one.rater: one.group for one in panel}
    ids = np.array([group_of.get(rater) or "" for rater in placed.raters], dtype=object)
    names = names_of(groups)
    members = {names[group.id]: ids == group.id for group in groups}
    if groups:
        members[NOT_REPORTED] = ~np.isin(ids, [group.id for group in groups])
    came = np.asarray(placed.answered.any(axis=0))
    sizes = {name: int((mask & came).sum()) for name, mask in members.items()}
    return RatedRound(
        table=placed,
        counts=counts_of(placed, scale),
        group_counts={group.id: counts_of(placed, scale, members[names[group.id]]) for group in groups},
        answered=frozenset(rater for rater, here in zip(placed.raters, came.tolist(), strict=True) if here),
        labels=shown_groups(sizes, smallest=smallest),
        members=members,
    )


def names_of(groups: Sequence[PanelGroup]) -> dict[str, str]:
    """Name of each group by its id; with the id where two groups have one name.

    Examples
    --------
    >>> names_of([PanelGroup(id="a", name="Payers"), PanelGroup(id="b", name="Payers")])
    {'a': 'Payers (a)', 'b': 'Payers (b)'}
    """
    given = [NOT_REPORTED, *(group.name for group in groups)]
    return {
        group.id: group.name if given.count(group.name) == 1 else f"{group.name} ({group.id})"
        for group in groups
    }


def label_by_group(one: RatedRound, groups: Sequence[PanelGroup]) -> dict[str, str]:
    """Under which label each group, by its id, may be shown in a round; without those that may not.

    Examples
    --------
    >>> values, lines = np.full((1, 5), 7.0), np.ones((1, 5), dtype=int)
    >>> table = RatingTable("r.csv", ("s1",), tuple("abcde"), values, lines)
    >>> payers = [PanelGroup(id="p", name="Payers")]
    >>> panel = [Panelist(code, "p") for code in "abcde"]
    >>> found = rated_round(
    ...     table, order=["s1"], scale=RatingScale(), groups=payers, panel=panel, smallest=5)
    >>> label_by_group(found, payers)
    {'p': 'Payers'}
    """
    names = names_of(groups)
    label = {name: label for label, together in one.labels.items() for name in together}
    return {group.id: label[names[group.id]] for group in groups if names[group.id] in label}


def natural_order(statements: Iterable[str]) -> tuple[str, ...]:
    """Statements without a file that orders them: s2 before s10.

    Examples
    --------
    >>> natural_order(["s10", "s2", "S1"])
    ('S1', 's2', 's10')
    """
    return tuple(sorted(set(statements), key=_natural))


def _natural(text: str) -> tuple[list[tuple[int, str]], str]:
    """Text and digits by turns; digits by their number, which is first of all how many there are."""
    parts = re.split(r"([0-9]+)", text.casefold())
    digits = (part.lstrip("0") for part in parts[1::2])
    return [
        (0, part) if place % 2 == 0 else (len(number := next(digits)), number)
        for place, part in enumerate(parts)
    ], text


def _placed(table: RatingTable, order: Sequence[str]) -> RatingTable:
    place: Mapping[str, int] = {statement: row for row, statement in enumerate(order)}
    rows = sorted(range(len(table.statements)), key=lambda row: place[table.statements[row]])
    values, lines = table.values[rows], table.lines[rows]
    columns = (
        np.lexsort(np.nan_to_num(values, nan=-np.inf)[::-1]) if values.size else np.arange(values.shape[1])
    )
    return replace(
        table,
        statements=tuple(table.statements[row] for row in rows),
        raters=tuple(table.raters[column] for column in columns),
        values=values[:, columns],
        lines=lines[:, columns],
        versions=tuple(table.versions[row] for row in rows) if table.versions else (),
    )
