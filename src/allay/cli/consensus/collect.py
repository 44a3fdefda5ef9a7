"""`allay consensus collect`: the sheet of a survey tool becomes ratings by code and comments by nobody."""

from __future__ import annotations

import click

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_file
from allay.cli.consensus.exercisefiles import refuse_round
from allay.cli.frame import example, input_argument, output_option
from allay.cli.results import STANDARD, deliver_frame, opened
from allay.consensus.protocol.exercise import STATEMENTS, Exercise
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.sheet import collect_sheet


@click.command(
    "collect",
    epilog=example(
        "allay consensus collect protocol.yaml export.csv --rater Code --round 1 -o ratings-1.csv",
        "allay consensus collect protocol.yaml export.csv --rater Code --round 1 "
        "--comments comments-1.csv -o ratings-1.csv",
    ),
)
@input_argument("protocol")
@input_argument("sheet")
@click.option("--rater", required=True, metavar="COLUMN", help="The column with the codes of raters.")
@click.option("--round", "number", type=click.IntRange(1, 20), required=True, help="Which round it is of.")
@click.option("--comments", metavar="FILE", help="Where comments go, without who wrote them.")
@output_option()
def collect(
    *, protocol: str, sheet: str, rater: str, number: int, comments: str | None, output: str | None
) -> None:
    """Take SHEET apart, the export of a survey tool with a row for each rater, into ratings and comments.

    A column with the id of a statement holds ratings of it; `s01_comment` holds comments on s01, which go to
    the file of --comments, mixed and without who wrote them. Other columns, such as times and e-mail
    addresses, are left out and named. Ratings come as round, statement, rater, rating: add those of further
    rounds below, without the header.
    """
    if comments is not None and comments in (STANDARD, output):
        raise click.UsageError("--comments is a file of its own")
    exercise = read_exercise(protocol)
    refuse_round(exercise, number)
    source, name = opened(sheet)
    found = collect_sheet(
        source,
        _rated_in(exercise, number),
        rater=rater,
        number=number,
        raters=[one.rater for one in exercise.panel],
        scale=exercise.protocol.scale,
        name=name,
    )
    for place in (comments, output):
        if place not in (None, STANDARD):
            check_file(str(place))
    if found.comments.height and comments is None:
        expected = "--comments FILE for the comments of the sheet"
        raise InvalidInput(Problem(name, "1", "(comments)", expected, f"{found.comments.height} comments"))
    if found.left_out:
        click.echo(f"allay: {name}: columns left out: {', '.join(found.left_out)}", err=True)
    if found.missing:
        click.echo(f"allay: {name}: no column for the statements {', '.join(found.missing)}", err=True)
    if comments is not None:
        deliver_frame(comments, found.comments)
    deliver_frame(output, found.ratings)


def _rated_in(exercise: Exercise, number: int) -> list[str]:
    rated = [one.id for one in exercise.statements if one.in_round(number) is not None]
    if not rated:
        raise InvalidInput(
            Problem(
                STATEMENTS, "-", "statements", f"statements of round {number} beside the protocol", "none"
            )
        )
    return rated
