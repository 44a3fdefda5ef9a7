"""A run: everything there is to report of an exercise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from allay.consensus.checklists.answers import answer_checklists
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.frozen import refuse_changed_protocol
from allay.consensus.ratings.ratingcheck import check_ratings, with_versions
from allay.consensus.ratings.table import RatingTable
from allay.consensus.rounds.changes import statement_changes
from allay.consensus.rounds.comments import comment_rows, interests_of
from allay.consensus.rounds.course import ExerciseCourse, course_of, rated_rounds, recruited_of
from allay.consensus.rounds.findings import exercise_findings, round_findings
from allay.consensus.rounds.margins import shown_margins
from allay.consensus.rounds.masking import CodeMask
from allay.consensus.rounds.participation import shown_participation, tallies
from allay.consensus.rounds.quotas import quota_rows
from allay.consensus.rounds.result import ExerciseResult, MeetingRow
from allay.consensus.verdicts.conventions import conventions


def run_exercise(
    exercise: Exercise,
    tables: Sequence[RatingTable],
    *,
    allay_version: str,
    inputs: Mapping[str, str] | None = None,
) -> ExerciseResult:
    """Work out everything there is to report of an exercise.

    Parameters
    ----------
    exercise : Exercise
        From `read_exercise`.
    tables : sequence of RatingTable
        From `read_ratings`, one for each round.
    allay_version : str
    inputs : mapping of str to str, optional
        SHA-256 of files that hold nothing of single people, by their names; kept with the result.

    Returns
    -------
    ExerciseResult
        The same for the same ratings, in whatever order they come and whatever raters are called. Time grows
        with statements times raters, and with statements times rules.

    Raises
    ------
    InvalidInput
        For a protocol that is not the frozen one, with where it differs; for ratings that do not belong to
        the exercise; for statements the rule cannot judge.

    Examples
    --------
    >>> import io, tempfile
    >>> from pathlib import Path
    >>> from allay.consensus.protocol.reading import read_exercise
    >>> from allay.consensus.ratings.reading import read_ratings
    >>> text = "id: a\\ntitle: A\\nquestion: What is it?\\nrounds: [{objective: Rate}]\\n"
    >>> rows = "statement,rater,rating\\n" + "".join(f"s1,r{n},{n}\\n" for n in range(5, 10))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "protocol.yaml").write_text(text)
    ...     exercise = read_exercise(folder)
    >>> result = run_exercise(exercise, read_ratings(io.BytesIO(rows.encode())), allay_version="0")
    >>> [(row.statement, row.median, row.verdict) for row in result.statements]
    [('s1', 7.0, 'appropriate')]
    """
    refuse_changed_protocol(exercise)
    found = check_ratings(exercise, tables)
    versioned = sorted(with_versions(exercise, tables), key=lambda table: table.round)
    course = course_of(exercise, rated_rounds(exercise, versioned))
    ratings = versioned[0].name if versioned else ""
    findings = (
        *exercise_findings(exercise, ratings=ratings, found=found),
        *course.findings,
        *round_findings(course.rounds),
    )
    raters = {one.rater for one in exercise.panel}.union(*(table.raters for table in versioned))
    return _result(
        exercise, course, findings, raters=raters, allay_version=allay_version, inputs=dict(inputs or {})
    )


def _result(
    exercise: Exercise,
    course: ExerciseCourse,
    findings: tuple[Finding, ...],
    *,
    raters: set[str],
    allay_version: str,
    inputs: dict[str, str],
) -> ExerciseResult:
    protocol, record = exercise.protocol, exercise.record
    smallest, numbers = protocol.smallest_group, [row.number for row in course.rounds]
    counted = tallies(exercise.panel, exercise.invitations, course.answered, rounds=numbers)
    enough = {row.number for row in course.rounds if row.answered >= smallest}
    order = tuple(dict.fromkeys(row.statement for row in course.statements))
    result = ExerciseResult(
        allay_version=allay_version,
        facts=_facts(protocol.rule.method),
        inputs=inputs,
        synthetic=protocol.synthetic,
        protocol=json.loads(protocol.canonical()),
        protocol_sha256=protocol.sha256(),
        freezing=exercise.freezing,
        recruited=recruited_of(exercise),
        quotas=quota_rows(
            protocol.groups, exercise.panel, course.answered, rounds=numbers, smallest=smallest
        ),
        participation=shown_participation(counted, smallest=smallest),
        participation_by=shown_margins(counted, smallest=smallest),
        rounds=tuple(course.rounds),
        statements=tuple(course.statements),
        movement=tuple(course.movement),
        stability=tuple(course.stability),
        changes=statement_changes(exercise.statements),
        meetings=_meetings(exercise),
        decisions=record.decisions,
        comments=comment_rows(exercise.comments, order=order, labels=course.labels, shown=enough),
        comment_periods=record.comment_periods,
        endorsements=record.endorsements,
        interests=interests_of(record.interests, asked=len(exercise.panel) or len(raters)),
        deviations=record.deviations,
        narrative=dict(record.narrative),
        findings=findings,
        checklists=(),
    )
    result = masked(result, raters=raters)
    return result.model_copy(update={"checklists": answer_checklists(result)})


def masked(result: ExerciseResult, *, raters: set[str]) -> ExerciseResult:
    """Take codes of raters out of texts of record and comments, and how few hold a minority view.

    The protocol and its journal stay as they are: they are bound by their hashes, and were written before
    there were raters. So do statements, because they are what was rated.
    """
    mask = CodeMask(raters)
    tree = result.model_dump(mode="json")
    for name in ("changes", "comments", "comment_periods", "decisions", "deviations", "meetings"):
        tree[name] = mask.tree(tree[name])
    for row in tree["statements"]:
        row["sources"] = mask.tree(row["sources"], all_texts=True)
    for view in (view for decision in tree["decisions"] for view in decision["minority"]):
        # Beside the counts of a statement, how few hold a view tells how its author rated.
        few = view["held_by"] is not None and view["held_by"] < result.protocol["smallest_group"]
        view["held_by"] = None if few else view["held_by"]
    tree["interests"]["rows"] = mask.tree(tree["interests"]["rows"], all_texts=True)
    tree["narrative"] = mask.tree(tree["narrative"], all_texts=True)
    return ExerciseResult.model_validate_json(json.dumps(tree))


def _meetings(exercise: Exercise) -> tuple[MeetingRow, ...]:
    return tuple(
        MeetingRow(
            id=one.id,
            on=one.on,
            after_round=one.after_round,
            mode=one.mode,
            moderated_by=one.moderated_by,
            attended=len(one.attended),
            observers=one.observers,
            statements=one.statements,
            summary=one.summary,
        )
        for one in sorted(exercise.record.meetings, key=lambda one: (one.on, one.id))
    )


def _facts(method: str) -> dict[str, str]:
    """Numbers and choices behind the rule, with how sure they are."""
    return {
        name: f"{one.value} ({one.status.value}, accessed {one.accessed})"
        for name, one in conventions().items()
        if name.split(".")[0] == method
    }
