"""Quotas: groups of the panel beside what was wanted of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from allay.consensus.protocol.panel import Panelist
from allay.consensus.protocol.protocol import PanelGroup
from allay.consensus.rounds.hiding import hidden_counts
from allay.consensus.rounds.participation import Answered
from allay.consensus.rounds.result import QuotaRow


def quota_rows(
    groups: Sequence[PanelGroup],
    panel: Sequence[Panelist],
    answered: Answered,
    *,
    rounds: Sequence[int],
    smallest: int,
) -> tuple[QuotaRow, ...]:
    """Count the groups of a panel: who was recruited exactly, who answered with small numbers hidden.

    How many were recruited of a group is no secret: panels publish whom they asked (ACCORD asks for it), it
    is fixed before anybody rates, and ratings of groups that are taken together are never shown apart, so
    nothing can be subtracted from them by knowing how many of each there are.

    How many answered a round is another matter. Where a few leave between two rounds and nobody else changes
    a rating of a statement, the two distributions differ by just their ratings; exact numbers by round would
    say that these are ratings of a group of, say, two. So small numbers stay hidden there. Panelists without
    a group count as one more group when it is worked out what has to be hidden: they are what the total
    leaves over.

    Returns
    -------
    tuple of QuotaRow
        A row for every group, in the order of the protocol; without a panel nothing is known of it.

    Examples
    --------
    >>> groups = [PanelGroup(id="p", name="Patients", quota=6), PanelGroup(id="q", name="Payers", quota=4)]
    >>> panel = [Panelist(f"r{n}", "p" if n < 6 else "q") for n in range(9)]
    >>> rows = quota_rows(groups, panel, {1: {one.rater for one in panel}}, rounds=[1], smallest=5)
    >>> [(row.recruited, row.met, row.answered) for row in rows]
    [(6, True, (None,)), (3, False, (None,))]
    """
    group_of = {one.rater: one.group for one in panel}
    recruited = Counter(group_of.values())
    by_round = [
        _column(
            groups, [group_of[one] for one in answered.get(number, ()) if one in group_of], smallest=smallest
        )
        for number in rounds
    ]
    return tuple(
        QuotaRow(
            group=group.id,
            name=group.name,
            quota=group.quota,
            recruited=recruited[group.id] if panel else None,
            met=recruited[group.id] >= group.quota if panel else None,
            answered=tuple(column[row] if panel else None for column in by_round),
        )
        for row, group in enumerate(groups)
    )


def below_quota(groups: Sequence[PanelGroup], panel: Iterable[Panelist]) -> tuple[PanelGroup, ...]:
    """Groups of which fewer were recruited than wanted.

    Examples
    --------
    >>> [one.id for one in below_quota([PanelGroup(id="payers", name="Payers", quota=1)], [])]
    ['payers']
    """
    counted = Counter(one.group for one in panel)
    return tuple(group for group in groups if counted[group.id] < group.quota)


def _column(
    groups: Sequence[PanelGroup], members: Iterable[str | None], *, smallest: int
) -> tuple[int | None, ...]:
    counted = Counter(members)
    known = [counted[group.id] for group in groups]
    return hidden_counts([*known, counted.total() - sum(known)], smallest=smallest)
