"""Ratings of groups, in rows from which no small group can be made out."""

from __future__ import annotations

import numpy as np

from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.ratings.counts import counts_of
from allay.consensus.ratings.groups import shown_rows
from allay.consensus.ratings.table import Ints
from allay.consensus.rounds.rated import RatedRound
from allay.consensus.rounds.result import GroupRow
from allay.consensus.verdicts.percentiles import cumulated, median_halves
from allay.consensus.verdicts.regions import region_counts


def group_rows(
    one: RatedRound, protocol: ConsensusProtocol, *, rated: Ints
) -> tuple[tuple[GroupRow, ...], ...]:
    """Count each statement by group, small groups taken together as for the whole round.

    Where fewer of a group rated a statement than may be shown, its row is left out, together with the
    smallest other one, because the row of the whole panel gives the difference.

    Parameters
    ----------
    rated : int64 array
        Rows of the round to count.

    Returns
    -------
    tuple of tuple of GroupRow
        For each of `rated`; in the order of the protocol's groups. Time grows with statements and groups.

    Examples
    --------
    >>> from allay.consensus.protocol.panel import Panelist
    >>> from allay.consensus.ratings.table import RatingTable
    >>> from allay.consensus.rounds.rated import rated_round
    >>> protocol = ConsensusProtocol(id="a", title="A", question="What?", rounds=({"objective": "Rate"},),
    ...     groups=({"id": "p", "name": "Patients"}, {"id": "q", "name": "Payers"}))
    >>> values, lines = np.full((1, 7), 8.0), np.ones((1, 7), dtype=int)
    >>> table = RatingTable("r.csv", ("s1",), tuple("abcdefg"), values, lines)
    >>> panel = [Panelist(code, "p" if code < "f" else "q") for code in "abcdefg"]
    >>> one = rated_round(
    ...     table, order=["s1"], scale=protocol.scale, groups=protocol.groups, panel=panel, smallest=5)
    >>> [(row.label, row.n, row.median) for row in group_rows(one, protocol, rated=np.array([0]))[0]]
    [('Patients and Payers', 7, 8.0)]
    """
    if not one.labels:
        return ((),) * len(rated)
    by_label = {label: _counts(one, protocol, together)[rated] for label, together in one.labels.items()}
    sizes = np.array([counts.sum(axis=1) for counts in by_label.values()])
    shown = shown_rows(sizes, smallest=protocol.smallest_group)
    return tuple(
        tuple(
            _row(label, one.labels[label], counts[row : row + 1], protocol)
            for place, (label, counts) in enumerate(by_label.items())
            if shown[place, row]
        )
        for row in range(len(rated))
    )


def _counts(one: RatedRound, protocol: ConsensusProtocol, together: tuple[str, ...]) -> Ints:
    mask = np.any([one.members[name] for name in together], axis=0)
    return counts_of(one.table, protocol.scale, mask)


def _row(label: str, together: tuple[str, ...], counts: Ints, protocol: ConsensusProtocol) -> GroupRow:
    regions = region_counts(counts, protocol.scale)
    n = int(regions.n[0])
    return GroupRow(
        label=label,
        groups=together,
        n=n,
        counts=tuple(counts[0].tolist()),
        median=float(median_halves(cumulated(counts))[0] / 2 + protocol.scale.minimum),
        share_low=int(regions.low[0]) / n,
        share_high=int(regions.high[0]) / n,
    )
