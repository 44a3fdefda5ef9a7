"""Comments and interests in a report: what was said, in an order that says nothing about who said it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from allay.consensus.protocol.panel import PanelComment
from allay.consensus.protocol.record import InterestStatement
from allay.consensus.rounds.result import CommentRow, Interests


def shuffled_key(text: str) -> tuple[str, str]:
    """Sort key by hash: an order that does not depend on who wrote what, nor on the order of a file.

    Examples
    --------
    >>> sorted(["a", "b", "c"], key=shuffled_key)
    ['c', 'b', 'a']
    """
    return hashlib.sha256(text.encode()).hexdigest(), text


def comment_rows(
    comments: Iterable[PanelComment],
    *,
    order: Sequence[str],
    labels: Mapping[int, Mapping[str, str]],
    shown: AbstractSet[int],
) -> tuple[CommentRow, ...]:
    """Make rows of a report out of comments.

    Parameters
    ----------
    order : sequence of str
        Statements in the order of the report.
    labels : mapping of int to (mapping of str to str)
        By round, under which label each group may be shown. A group without a label is left out of the row.
    shown : set of int
        Rounds that enough raters answered; comments on others are left out.

    Examples
    --------
    >>> comments = [PanelComment(1, "s1", "Too long", "payers"), PanelComment(2, "s1", "Fine")]
    >>> row, = comment_rows(comments, order=["s1"], labels={1: {}}, shown={1})
    >>> row.text, row.group
    ('Too long', None)
    """
    place = {statement: row for row, statement in enumerate(order)}
    rows = [
        CommentRow(
            round=one.round,
            statement=one.statement,
            text=one.text,
            group=labels.get(one.round, {}).get(one.group) if one.group else None,
        )
        for one in comments
        if one.round in shown
    ]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.round,
                place.get(row.statement, len(place)),
                row.statement,
                shuffled_key(row.text),
                row.group or "",
            ),
        )
    )


def interests_of(statements: Iterable[InterestStatement], *, asked: int) -> Interests:
    """Count declarations of interest, and say what was declared but not by whom.

    A rater counts as having declared an interest when any of the statements made names one.

    Examples
    --------
    >>> import datetime as dt
    >>> day = dt.date(2026, 1, 5)
    >>> found = interests_of(
    ...     [InterestStatement(rater="a", on=day, declared="Owns a clinic", managed="Did not rate s4"),
    ...      InterestStatement(rater="b", on=day)], asked=3)
    >>> found.declared, found.none, found.rows
    (1, 1, (('Owns a clinic', 'Did not rate s4'),))
    """
    made = list(statements)
    declared = {one.rater for one in made if one.declared is not None}
    rows = [(one.declared, one.managed) for one in made if one.declared is not None]
    return Interests(
        asked=asked,
        declared=len(declared),
        none=len({one.rater for one in made} - declared),
        rows=tuple(sorted(rows, key=lambda row: (shuffled_key(row[0]), row[1] or ""))),
    )
