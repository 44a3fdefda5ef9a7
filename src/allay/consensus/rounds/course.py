"""The course of an exercise: round after round, what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.findings import response_findings, statement_findings
from allay.consensus.rounds.movement import movement
from allay.consensus.rounds.rated import RatedRound, label_by_group, natural_order, rated_round
from allay.consensus.rounds.reminders import stray_reminders
from allay.consensus.rounds.result import MovementRow, RoundRow, StabilityRow, StatementRow
from allay.consensus.rounds.roundagreement import round_agreement
from allay.consensus.rounds.roundrows import responses, round_row
from allay.consensus.rounds.stability import round_stability
from allay.consensus.rounds.statementrows import statement_rows
from allay.consensus.rounds.statementstate import Standing, after_round, decided_in, standing_in
from allay.consensus.rounds.stopping import stop_of


@dataclass(slots=True)
class ExerciseCourse:
    """What a run has made of the rounds so far.

    Attributes
    ----------
    rounds, statements, movement, stability, findings : list
        Rows of the result.
    standing : dict of str to Standing
        How each statement stands.
    answered : dict of int to frozenset of str
        By round, codes of raters with at least one rating.
    labels : dict of int to (dict of str to str)
        By round, under which label each group may be shown.
    """

    rounds: list[RoundRow] = field(default_factory=list)
    statements: list[StatementRow] = field(default_factory=list)
    movement: list[MovementRow] = field(default_factory=list)
    stability: list[StabilityRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    answered: dict[int, frozenset[str]] = field(default_factory=dict)
    labels: dict[int, dict[str, str]] = field(default_factory=dict)


def rated_rounds(exercise: Exercise, tables: Sequence[RatingTable]) -> dict[int, RatedRound]:
    """Ratings by round, in the order of the exercise, with its groups."""
    order = statement_order(exercise, tables)
    protocol = exercise.protocol
    return {
        table.round: rated_round(
            table,
            order=order,
            scale=protocol.scale,
            groups=protocol.groups,
            panel=exercise.panel,
            smallest=protocol.smallest_group,
        )
        for table in tables
    }


def statement_order(exercise: Exercise, tables: Sequence[RatingTable]) -> tuple[str, ...]:
    """Statements in the order of their file; without one, in their natural order."""
    if exercise.statements:
        return tuple(one.id for one in exercise.statements)
    return natural_order(name for table in tables for name in table.statements)


def course_of(exercise: Exercise, rated: Mapping[int, RatedRound]) -> ExerciseCourse:
    """Go through the rounds in order: those that were rated, opened or invited to.

    Parameters
    ----------
    rated : mapping of int to RatedRound
        Of `rated_rounds`.

    Raises
    ------
    InvalidInput
        For statements the rule cannot judge.
    """
    course = ExerciseCourse()
    held = {one.number for one in exercise.record.rounds} | {one.round for one in exercise.invitations}
    last: RatedRound | None = None
    for number in sorted(held | set(rated)):
        one = rated.get(number)
        _take(course, exercise, number, one, last)
        last = one or last
    return course


def _take(
    course: ExerciseCourse, exercise: Exercise, number: int, one: RatedRound | None, last: RatedRound | None
) -> None:
    """Add a round to the course."""
    protocol, record = exercise.protocol, exercise.record
    known = {each.id: each for each in exercise.statements}
    rows = statement_rows(one, protocol, statements=known) if one else ()
    moved = _movement(last, one, course.statements, rows, exercise) if one and last else ()
    answered = one.answered if one else frozenset()
    came = responses(exercise.invitations, answered, number=number)
    held = next((each for each in record.rounds if each.number == number), None)
    closed = held.closed if held else None
    stray = stray_reminders(exercise.invitations, answered, number=number, closed=closed)
    course.findings += response_findings(number, came, stray=len(stray))
    if one:
        few = [row.statement for row in rows if row.n < protocol.smallest_group]
        course.findings += statement_findings(one, exercise, before=course.standing, few=few)
        course.labels[number] = label_by_group(one, protocol.groups)
    standing = standing_in(exercise.statements, number, seen=one.table.statements if one else ())
    # What was listed and nobody rated stays without a decision in later rounds, too.
    listed = {name: Standing(version, decided=False) for name, version in standing.items()}
    course.standing = after_round(listed | course.standing, rows)
    decided = decided_in(standing, course.standing, listed=bool(exercise.statements))
    course.answered[number] = answered
    course.statements += rows
    course.movement += moved
    if one and last:
        course.stability.append(round_stability(last.table, one.table, smallest=protocol.smallest_group))
    course.rounds.append(
        round_row(
            number,
            protocol,
            came=came,
            held=held,
            recruited=recruited_of(exercise),
            statements=rows,
            agreement=round_agreement(one, protocol.scale, smallest=protocol.smallest_group) if one else {},
            stop=stop_of(number, protocol, decided=decided, movement=moved) if rows else None,
        )
    )


def recruited_of(exercise: Exercise) -> int | None:
    """How many were recruited: as recorded, else the rows of the panel; None where neither is there."""
    recorded = exercise.record.recruited
    return recorded if recorded is not None else len(exercise.panel) or None


def _movement(
    before: RatedRound,
    after: RatedRound,
    earlier: Sequence[StatementRow],
    later: Sequence[StatementRow],
    exercise: Exercise,
) -> tuple[MovementRow, ...]:
    was = {row.statement: row.verdict for row in earlier if row.round == before.number}
    now = {row.statement: row.verdict for row in later}
    rows = []
    protocol = exercise.protocol
    for one in movement(before.table, after.table, smallest=protocol.smallest_group, scale=protocol.scale):
        if one.statement in was and one.statement in now:
            kept = {name: value for name, value in asdict(one).items() if name in MovementRow.model_fields}
            rows.append(MovementRow(**kept, verdict_from=was[one.statement], verdict_to=now[one.statement]))
    return tuple(rows)
