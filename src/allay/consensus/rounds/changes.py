"""Changes of statements: added, edited, split off, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allay.consensus.protocol.statements import Statement
from allay.consensus.rounds.result import StatementChange


def statement_changes(statements: Iterable[Statement]) -> tuple[StatementChange, ...]:
    """List what changed, by round: the first in which a new wording is rated, the last before a removal.

    Examples
    --------
    >>> one = Statement(id="s1", versions=({"version": 1, "from_round": 1, "text": "Care is by a team."},),
    ...     removed_after=1, removed_because="Said by s2")
    >>> [(change.round, change.change, change.reason) for change in statement_changes([one])]
    [(1, 'removed', 'Said by s2')]
    """
    known = {one.id: one for one in statements}
    found = [change for one in known.values() for change in _changes(one, known)]
    return tuple(sorted(found, key=lambda change: change.round))


def _changes(one: Statement, known: dict[str, Statement]) -> Iterator[StatementChange]:
    first = one.versions[0]
    parent = known.get(one.parent) if one.parent else None
    if parent is not None or first.from_round > 1:
        before = _text(parent, first.from_round - 1) if parent else None
        yield StatementChange(
            statement=one.id,
            round=first.from_round,
            change="split" if parent else "added",
            version=first.version,
            before=before,
            after=first.text,
            reason=first.reason,
        )
    for earlier, later in zip(one.versions, one.versions[1:], strict=False):
        yield StatementChange(
            statement=one.id,
            round=later.from_round,
            change="edited",
            version=later.version,
            before=earlier.text,
            after=later.text,
            reason=later.reason,
        )
    if one.removed_after is not None:
        yield StatementChange(
            statement=one.id,
            round=one.removed_after,
            change="removed",
            version=None,
            before=_text(one, one.removed_after),
            after=None,
            reason=one.removed_because,
        )


def _text(one: Statement, number: int) -> str:
    """Its wording in a round; its first one where it has none in that round."""
    return (one.in_round(max(number, 1)) or one.versions[0]).text
