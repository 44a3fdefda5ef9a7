"""Feedback to raters: each one's own ratings beside the panel's, and what is rated next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from allay.base.errors import NotFound
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.frozen import refuse_changed_protocol
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.protocol.statements import Statement
from allay.consensus.ratings.ratingcheck import check_ratings, with_versions
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.comments import comment_rows
from allay.consensus.rounds.course import ExerciseCourse, course_of, rated_rounds
from allay.consensus.rounds.masking import CodeMask
from allay.consensus.rounds.rated import RatedRound
from allay.consensus.rounds.result import StatementRow
from allay.consensus.rounds.statementstate import Standing


@dataclass(frozen=True, slots=True)
class FeedbackItem:
    """A statement of the round in a feedback.

    Attributes
    ----------
    own : int, optional
        The rater's own rating; None where there is none.
    n : int
        Ratings of the panel.
    counts : tuple of int
        Ratings by point of the scale, lowest first; empty where fewer rated than may be shown.
    median : float, optional
        Also None there.
    comments : tuple of str
        Of the panel, in an order that says nothing about who wrote them.
    """

    statement: str
    topic: str | None
    text: str
    own: int | None
    n: int
    counts: tuple[int, ...]
    median: float | None
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextItem:
    """A statement of the next round.

    Attributes
    ----------
    change : {"same", "edited", "added", "split"}
        What changed since the round of the feedback.
    before : str, optional
        The wording before, or that of the statement it was split off from.
    reason : str, optional
    """

    statement: str
    topic: str | None
    text: str
    change: Literal["same", "edited", "added", "split"]
    before: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FeedbackSheet:
    """What a rater is given after a round.

    Attributes
    ----------
    rater : str
        Code of the rater: the sheet is for nobody else.
    answered : int
        Raters of the round.
    smallest : int
        Where fewer rated, nothing of the panel is shown.
    next_round : int, optional
        None after the last planned one.
    """

    rater: str
    title: str
    question: str
    synthetic: bool
    round: int
    answered: int
    smallest: int
    scale: RatingScale
    items: tuple[FeedbackItem, ...]
    next_round: int | None
    next_items: tuple[NextItem, ...]

    @property
    def rated(self) -> int:
        """How many statements the rater rated."""
        return sum(item.own is not None for item in self.items)


def feedback(exercise: Exercise, tables: Sequence[RatingTable], *, number: int) -> tuple[FeedbackSheet, ...]:
    """Make the feedback on a round for each rater who answered it.

    Distribution and median are those of the whole panel; where fewer than `smallest_group` rated a statement,
    only the own rating is shown. Comments are shown once enough raters answered the round.

    Parameters
    ----------
    tables : sequence of RatingTable
        Rounds up to `number` at least; later ones are not looked at.

    Returns
    -------
    tuple of FeedbackSheet
        By code. Time and memory grow with statements times raters.

    Raises
    ------
    NotFound
        When nobody rated in the round.
    InvalidInput
        As `run_exercise`.

    Examples
    --------
    >>> import io, tempfile
    >>> from pathlib import Path
    >>> from allay.consensus.protocol.reading import read_exercise
    >>> from allay.consensus.ratings.reading import read_ratings
    >>> text = "id: a\\ntitle: A\\nquestion: What?\\nrounds: [{objective: Rate}, {objective: Rate again}]\\n"
    >>> rows = "statement,rater,rating\\n" + "".join(f"s1,r{n},{n}\\n" for n in range(5, 10))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(text)
    ...     exercise = read_exercise(folder)
    >>> sheet = feedback(exercise, read_ratings(io.BytesIO(rows.encode())), number=1)[0]
    >>> sheet.rater, sheet.items[0].own, sheet.items[0].median, [one.change for one in sheet.next_items]
    ('r5', 5, 7.0, ['same'])
    """
    refuse_changed_protocol(exercise)
    check_ratings(exercise, tables)
    versioned = [table for table in with_versions(exercise, tables) if table.round <= number]
    if not any(table.round == number and table.answered.any() for table in versioned):
        raise NotFound(f"nobody rated in round {number}: there is nothing to give back")
    rated = rated_rounds(exercise, versioned)
    course = course_of(exercise, rated)
    rows = {row.statement: row for row in course.statements if row.round == number}
    mask = CodeMask({one.rater for one in exercise.panel}.union(*course.answered.values()))
    comments = _comments(exercise, course, number, mask)
    next_items = tuple(
        replace(item, reason=mask.text(item.reason)) if item.reason else item
        for item in _next(exercise, course.standing, rows, number)
    )
    one, protocol = rated[number], exercise.protocol
    return tuple(
        FeedbackSheet(
            rater=rater,
            title=protocol.title,
            question=protocol.question,
            synthetic=protocol.synthetic,
            round=number,
            answered=len(one.answered),
            smallest=protocol.smallest_group,
            scale=protocol.scale,
            items=_items(one, rows, comments, rater),
            next_round=number + 1 if number < len(protocol.rounds) else None,
            next_items=next_items,
        )
        for rater in sorted(one.answered)
    )


def _items(
    one: RatedRound, rows: Mapping[str, StatementRow], comments: Mapping[str, tuple[str, ...]], rater: str
) -> tuple[FeedbackItem, ...]:
    own = one.table.values[:, one.table.raters.index(rater)].tolist()
    given = zip(one.table.statements, own, strict=True)
    mine = {name: int(value) for name, value in given if not math.isnan(value)}
    return tuple(
        FeedbackItem(
            statement=name,
            topic=row.topic,
            text=row.text,
            own=mine.get(name),
            n=row.n,
            counts=row.counts,
            median=row.median,
            comments=comments.get(name, ()) if row.counts else (),
        )
        for name, row in rows.items()
    )


def _comments(
    exercise: Exercise, course: ExerciseCourse, number: int, mask: CodeMask
) -> dict[str, tuple[str, ...]]:
    enough = len(course.answered[number]) >= exercise.protocol.smallest_group
    of_round = [one for one in exercise.comments if one.round == number]
    found: dict[str, tuple[str, ...]] = {}
    for row in comment_rows(of_round, order=(), labels={}, shown={number} if enough else set()):
        found[row.statement] = (*found.get(row.statement, ()), mask.text(row.text))
    return found


def _next(
    exercise: Exercise, standing: Mapping[str, Standing], rows: Mapping[str, StatementRow], number: int
) -> tuple[NextItem, ...]:
    """Statements of the next round; without a file of statements, those of this one."""
    protocol, following = exercise.protocol, number + 1
    if following > len(protocol.rounds):
        return ()
    only_undecided = protocol.rounds[number].statements == "undecided"
    if not exercise.statements:
        kept = [row for row in rows.values() if not (only_undecided and row.decided)]
        return tuple(NextItem(row.statement, row.topic, row.text, "same") for row in kept)
    known = {one.id: one for one in exercise.statements}
    items = []
    for one in exercise.statements:
        version = one.in_round(following)
        done = version is not None and standing.get(one.id) == Standing(version.version, decided=True)
        if version is not None and not (only_undecided and done):
            items.append(_next_item(one, known, number))
    return tuple(items)


def _next_item(one: Statement, known: Mapping[str, Statement], number: int) -> NextItem:
    now, before = one.in_round(number + 1), one.in_round(number)
    if now is None:
        raise AssertionError("a statement of the next round has a wording there")
    if before is not None:
        edited = before.version != now.version
        return NextItem(
            one.id,
            one.topic,
            now.text,
            "edited" if edited else "same",
            before.text if edited else None,
            now.reason if edited else None,
        )
    parent = known.get(one.parent) if one.parent else None
    old = parent.in_round(number) if parent else None
    return NextItem(
        one.id, one.topic, now.text, "split" if parent else "added", old.text if old else None, now.reason
    )
