"""Margins of a panel: who was recruited, invited and answered by one thing at a time, such as the region."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from allay.consensus.protocol.panel import NOT_REPORTED
from allay.consensus.ratings.groups import shown_groups
from allay.consensus.rounds.participation import KindTally, added, hidden_by_round
from allay.consensus.rounds.result import ParticipationRow

Dimension = Literal["type", "setting", "region"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


def shown_margins(counted: Sequence[KindTally], *, smallest: int) -> tuple[ParticipationRow, ...]:
    """Make rows of a report out of exact counts: by type, then by setting, then by region.

    Kinds with fewer than `smallest` panelists are taken together as small groups of raters are
    (`allay.consensus.ratings.groups.shown_groups`), and named all. Of a small panel that leaves more to read
    than kinds that are the same in all three things. Of the numbers by round, small ones are hidden together
    with what would give them away.

    The rows of one dimension protect each other; side by side, two dimensions can still narrow down of which
    kind somebody who did not answer is. That tells who took part, which panels publish, and no rating.

    Parameters
    ----------
    counted : sequence of KindTally
        From `tallies`.

    Returns
    -------
    tuple of ParticipationRow
        Those of each dimension add up to the panel; empty for a panel smaller than `smallest`. Time grows
        with the kinds.

    Examples
    --------
    >>> kinds = (("payer", 6), ("government", 1), ("researcher", 4), ("not reported", 1))
    >>> counted = [KindTally(type, "any", "west", n, (n,), (n,)) for type, n in kinds]
    >>> [(row.label, row.recruited) for row in shown_margins(counted, smallest=5) if row.dimension == "type"]
    [('government, researcher and not reported', 6), ('payer', 6)]
    """
    return tuple(
        row for dimension in DIMENSIONS for row in _of_dimension(counted, dimension, smallest=smallest)
    )


def _of_dimension(
    counted: Sequence[KindTally], dimension: Dimension, *, smallest: int
) -> Iterator[ParticipationRow]:
    names = sorted(
        {getattr(one, dimension) for one in counted}, key=lambda name: (name == NOT_REPORTED, name)
    )
    by_name = {name: [one for one in counted if getattr(one, dimension) == name] for name in names}
    sizes = {name: sum(one.recruited for one in each) for name, each in by_name.items()}
    together = shown_groups(sizes, smallest=smallest)
    sums = [added([one for name in each for one in by_name[name]]) for each in together.values()]
    shown = hidden_by_round(sums, smallest=smallest)
    for (label, kinds), total, (invited, answered) in zip(together.items(), sums, shown, strict=True):
        yield ParticipationRow(
            dimension=dimension,
            label=label,
            kinds=kinds,
            recruited=total.recruited,
            invited=invited,
            answered=answered,
        )
