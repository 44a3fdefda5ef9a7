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
    """Count the groups of a panel, with small numbers hidden.

    Panelists without a group count as one more group when it is worked out what has to be hidden: they are
    what the total leaves over.

    Returns
    -------
    tuple of QuotaRow
        A row for every group, in the order of the protocol; `recruited` is None without a panel, too.

    Examples
    --------
    >>> groups = [PanelGroup(id="patients", name="Patients", quota=6), PanelGroup(id="payers", name="Payers")]
    >>> panel = [Panelist(f"r{n}", "patients" if n < 6 else "payers") for n in range(12)]
    >>> [row.recruited for row in quota_rows(groups, panel, {}, rounds=[], smallest=5)]
    [6, 6]
    """
    group_of = {one.rater: one.group for one in panel}
    recruited = _column(groups, group_of.values(), smallest=smallest)
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
            recruited=recruited[row] if panel else None,
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
