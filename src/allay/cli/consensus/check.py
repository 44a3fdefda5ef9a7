"""`allay consensus check`: do the files of an exercise, and its ratings, fit together?"""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import BaseModel

import allay
from allay.cli.consensus.exercises import difference_lines, number, protocol_argument, state_line
from allay.cli.frame import answer_no, example, format_option, no_if_invalid, output_option
from allay.cli.results import deliver_text, json_text, opened
from allay.consensus.protocol.answers import ExerciseCheck, RatedRound, differences_of
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.frozen import is_frozen_one
from allay.consensus.protocol.reading import read_exercise

SCHEMAS: dict[str, type[BaseModel]] = {"check": ExerciseCheck}


@click.command(
    "check",
    epilog=example(
        "allay consensus check protocol.yaml",
        "allay consensus check protocol.yaml ratings.csv",
        "allay consensus check protocol.yaml ratings.csv --format json",
    ),
)
@protocol_argument()
@click.argument("ratings", metavar="[RATINGS]", required=False)
@format_option("table", "json")
@output_option()
def check(*, protocol: str, ratings: str | None, format: str, output: str | None) -> None:
    """Say whether PROTOCOL, the files beside it and RATINGS fit together, and what is odd about them.

    Beside PROTOCOL may lie statements.yaml, panel.csv, invitations.csv, comments.csv, record.yaml and the
    journal. The exit status is 0 when all fits, 1 when anything does not or the protocol is not the frozen
    one, and 2 for a file that cannot be read. Findings change nothing.
    """
    with no_if_invalid():
        exercise = read_exercise(protocol)
        rated, findings = _rated(exercise, ratings) if ratings is not None else ((), ())
    answer = _answer(exercise, rated, (*exercise.findings, *findings))
    if format == "json":
        deliver_text(output, json_text(answer.model_dump()))
    else:
        deliver_text(output, "\n".join(_lines(exercise, answer)))
    if not answer.holds:
        answer_no()


def _rated(exercise: Exercise, ratings: str) -> tuple[tuple[RatedRound, ...], tuple[Finding, ...]]:
    # Imported late: NumPy and Polars are not needed to say what is wrong with a protocol.
    import numpy as np

    from allay.consensus.ratings.ratingcheck import check_ratings, with_versions
    from allay.consensus.ratings.reading import read_ratings
    from allay.consensus.rounds.course import rated_rounds
    from allay.consensus.rounds.judging import judged

    source, name = opened(ratings)
    tables = read_ratings(source, scale=exercise.protocol.scale, name=name)
    findings = check_ratings(exercise, tables)
    for one in rated_rounds(exercise, with_versions(exercise, tables)).values():
        judged(one, exercise.protocol, rated=np.flatnonzero(one.counts.sum(axis=1)))
    rows = (
        RatedRound(
            round=table.round,
            statements=len(table.statements),
            raters=len(table.raters),
            ratings=int(table.answered.sum()),
        )
        for table in tables
    )
    return tuple(rows), findings


def _answer(
    exercise: Exercise, rated: tuple[RatedRound, ...], findings: tuple[Finding, ...]
) -> ExerciseCheck:
    return ExerciseCheck(
        allay_version=allay.__version__,
        holds=is_frozen_one(exercise),
        state=exercise.freezing_state,
        head=exercise.head,
        protocol_sha256=exercise.protocol.sha256(),
        synthetic=exercise.protocol.synthetic,
        statements=len(exercise.statements),
        panel=len(exercise.panel) if exercise.panel_rows else None,
        planned_rounds=len(exercise.protocol.rounds),
        opened_rounds=len(exercise.record.rounds),
        invitations=len(exercise.invitations),
        comments=len(exercise.comments),
        ratings=rated,
        differences=differences_of(exercise) if exercise.freezing_state == "frozen" else (),
        findings=findings,
    )


def _lines(exercise: Exercise, answer: ExerciseCheck) -> Iterator[str]:
    protocol = exercise.protocol
    yield protocol.title + (" (synthetic)" if protocol.synthetic else "")
    yield f"protocol {answer.protocol_sha256}"
    yield state_line(exercise)
    panel = "no file of the panel" if answer.panel is None else number(answer.panel, "panelist")
    rounds = f"{number(answer.planned_rounds, 'round')} planned, {answer.opened_rounds} opened"
    yield f"{number(answer.statements, 'statement')}, {panel}, {rounds}"
    yield f"{number(answer.invitations, 'invitation')}, {number(answer.comments, 'comment')}"
    for one in answer.ratings:
        who = f"{number(one.ratings, 'rating')} of {number(one.statements, 'statement')}"
        yield f"round {one.round}: {who} by {number(one.raters, 'rater')}"
    yield from (f"finding: {one.where}: {one.kind}: {one.text}" for one in answer.findings)
    if answer.holds:
        yield "all fits together" + (
            f"; {number(len(answer.findings), 'finding')}" if answer.findings else ""
        )
    else:
        yield "the protocol is not the frozen one:"
        yield from difference_lines(answer.differences)
