"""Rows of a result: a statement in a round, with its numbers, its verdict and what other rules say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.protocol.statements import Statement
from allay.consensus.ratings.table import Ints
from allay.consensus.rounds.grouprows import group_rows
from allay.consensus.rounds.judging import groups_of_few, judged, rule_verdicts
from allay.consensus.rounds.rated import RatedRound
from allay.consensus.rounds.result import StatementRow
from allay.consensus.rounds.spread import spread_of
from allay.consensus.verdicts.regions import region_counts
from allay.consensus.verdicts.verdict import DIRECTION, VerdictWord

_HIDDEN: dict[str, Any] = {
    "counts": (),
    "median": None,
    "p30": None,
    "p70": None,
    "ipr": None,
    "ai": None,
    "ipras": None,
    "di": None,
    "disagreement": None,
    "share_low": None,
    "share_middle": None,
    "share_high": None,
    "sensitivity": (),
    "groups": (),
}


def statement_rows(
    one: RatedRound, protocol: ConsensusProtocol, *, statements: Mapping[str, Statement]
) -> tuple[StatementRow, ...]:
    """Judge every statement of a round that somebody rated.

    Fewer ratings than `protocol.smallest_group` give their number and a verdict and nothing else, not even
    what other rules say: verdicts by several rules together tell single ratings. For the same reason rules
    that ask each group say nothing beside the protocol's where fewer of a group rated.

    Parameters
    ----------
    statements : mapping of str to Statement
        By id; empty where an exercise has no file of statements.

    Returns
    -------
    tuple of StatementRow
        In the order of the round. Time grows with statements, points of the scale, rules and groups.

    Raises
    ------
    InvalidInput
        Naming every statement that the rule of the protocol cannot judge.

    Examples
    --------
    >>> from allay.consensus.ratings.table import RatingTable
    >>> from allay.consensus.rounds.rated import rated_round
    >>> protocol = ConsensusProtocol(id="a", title="A", question="What?", rounds=({"objective": "Rate"},))
    >>> table = RatingTable("r.csv", ("s1",), tuple("abcdefghi"),
    ...     np.array([[3.0, 3, 3, 7, 7, 7, 8, 8, 8]]), np.ones((1, 9), dtype=int))
    >>> one = rated_round(table, order=["s1"], scale=protocol.scale, smallest=5)
    >>> row, = statement_rows(one, protocol, statements={})
    >>> row.verdict, row.di, [other.rule for other in row.sensitivity if other.differs][0]
    ('appropriate', 0.75, 'ram-nearest-rank')
    """
    rated = np.flatnonzero(one.counts.sum(axis=1) > 0)
    if not rated.size:
        return ()
    counts = one.counts[rated]
    panel = judged(one, protocol, rated=rated)
    numbers = _numbers(counts, protocol)
    groups = group_rows(one, protocol, rated=rated)
    of_few = groups_of_few(one, smallest=protocol.smallest_group)[rated].tolist()
    rows = []
    for row, place in enumerate(rated.tolist()):
        verdict = cast("VerdictWord", str(panel.main[row]))
        shown = int(counts[row].sum()) >= protocol.smallest_group
        known: dict[str, Any] = {name: _plain(column[row]) for name, column in numbers.items()}
        known |= {"counts": tuple(counts[row].tolist())}
        others = rule_verdicts(panel, row, few_of_a_group=of_few[row]) if shown else ()
        known |= {"sensitivity": others, "groups": groups[row]}
        rows.append(
            StatementRow(
                **_wording(one, place, statements.get(one.table.statements[place])),
                round=one.number,
                n=int(counts[row].sum()),
                verdict=verdict,
                decided=DIRECTION[verdict] != 0,
                **(_HIDDEN | known if shown else _HIDDEN),
            )
        )
    return tuple(rows)


def _wording(one: RatedRound, place: int, statement: Statement | None) -> dict[str, Any]:
    name = one.table.statements[place]
    version = one.table.versions[place] if one.table.versions else 1
    if statement is None:
        return {"statement": name, "version": version, "topic": None, "text": name, "sources": ()}
    text = next((each.text for each in statement.versions if each.version == version), name)
    return {
        "statement": name,
        "version": version,
        "topic": statement.topic,
        "text": text,
        "sources": statement.sources,
    }


def _numbers(counts: Ints, protocol: ConsensusProtocol) -> dict[str, Any]:
    """Columns of numbers by the names that they have in a row."""
    spread = spread_of(counts, protocol.rule, protocol.scale)
    names = ("median", "p30", "p70", "ipr", "ai", "ipras", "di", "disagreement")
    found = {name: column for name in names if (column := getattr(spread, name)) is not None}
    return found | _shares(counts, protocol.scale)


def _shares(counts: Ints, scale: RatingScale) -> dict[str, Any]:
    regions = region_counts(counts, scale)
    return {f"share_{name}": getattr(regions, name) / regions.n for name in ("low", "middle", "high")}


def _plain(value: Any) -> bool | float:
    return bool(value) if isinstance(value, np.bool_) else float(value)
