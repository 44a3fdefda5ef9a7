"""Statements of a result as a report shows them: by topic, with every round, change and movement of each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from allay.consensus.rounds.result import (
    CommentRow,
    ExerciseResult,
    MovementRow,
    RuleVerdict,
    StatementChange,
    StatementRow,
)

__all__ = ["RuleSummary", "StatementView", "TopicView", "rule_summaries", "statement_views", "topics"]

NO_TOPIC = "Statements"


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with all that is stored of it.

    Attributes
    ----------
    rows : tuple of StatementRow
        By round; the last one holds its verdict.
    """

    id: str
    rows: tuple[StatementRow, ...]
    changes: tuple[StatementChange, ...]
    movement: tuple[MovementRow, ...]
    comments: int

    @property
    def last(self) -> StatementRow:
        """The row of the last round in which it was rated."""
        return self.rows[-1]

    @property
    def topic(self) -> str:
        """Its topic."""
        return self.last.topic or NO_TOPIC

    @property
    def removed(self) -> StatementChange | None:
        """That it was taken out; None where it was not."""
        return next((one for one in self.changes if one.change == "removed"), None)

    @property
    def flips(self) -> tuple[RuleVerdict, ...]:
        """Rules that decide otherwise than that of the protocol."""
        return tuple(one for one in self.last.sensitivity if one.differs)


@dataclass(frozen=True, slots=True)
class TopicView:
    """Statements of a topic."""

    name: str
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """What a rule makes of all statements, by their last round.

    Attributes
    ----------
    verdicts : dict of str to int
        Statements by verdict.
    differs : tuple of str
        Statements of which it decides otherwise than the rule of the protocol.
    unusable : int
        Statements on which it says nothing.
    why : str, optional
        The first reason for that.
    """

    rule: str
    verdicts: dict[str, int]
    differs: tuple[str, ...]
    unusable: int
    why: str | None = None


def statement_views(result: ExerciseResult) -> tuple[StatementView, ...]:
    """Gather what belongs to each statement, in the order in which they first appear.

    Examples
    --------
    >>> statement_views.__annotations__["result"]
    'ExerciseResult'
    """
    rows: defaultdict[str, list[StatementRow]] = defaultdict(list)
    changes: defaultdict[str, list[StatementChange]] = defaultdict(list)
    movement: defaultdict[str, list[MovementRow]] = defaultdict(list)
    comments: defaultdict[str, list[CommentRow]] = defaultdict(list)
    for row in sorted(result.statements, key=lambda one: one.round):
        rows[row.statement].append(row)
    for change in result.changes:
        changes[change.statement].append(change)
    for moved in result.movement:
        movement[moved.statement].append(moved)
    for comment in result.comments:
        comments[comment.statement].append(comment)
    return tuple(
        StatementView(
            id=name,
            rows=tuple(each),
            changes=tuple(changes[name]),
            movement=tuple(movement[name]),
            comments=len(comments[name]),
        )
        for name, each in rows.items()
    )


def topics(views: tuple[StatementView, ...]) -> tuple[TopicView, ...]:
    """Part statements by topic, in the order in which topics first appear.

    Examples
    --------
    >>> topics(())
    ()
    """
    found: defaultdict[str, list[StatementView]] = defaultdict(list)
    for view in views:
        found[view.topic].append(view)
    return tuple(TopicView(name, tuple(each)) for name, each in found.items())


def rule_summaries(views: tuple[StatementView, ...]) -> tuple[RuleSummary, ...]:
    """Count what each rule of the sensitivity panel says, in the order of the panel.

    Examples
    --------
    >>> rule_summaries(())
    ()
    """
    by_rule: defaultdict[str, list[tuple[str, RuleVerdict]]] = defaultdict(list)
    for view in views:
        for one in view.last.sensitivity:
            by_rule[one.rule].append((view.id, one))
    found = []
    for name, each in by_rule.items():
        verdicts: defaultdict[str, int] = defaultdict(int)
        for _, one in each:
            if one.verdict is not None:
                verdicts[one.verdict] += 1
        differs = tuple(statement for statement, one in each if one.differs)
        unusable = len(views) - sum(verdicts.values())
        why = next((one.why for _, one in each if one.verdict is None and one.why), None)
        found.append(RuleSummary(name, dict(verdicts), differs, unusable, why))
    return tuple(found)
