"""`allay consensus missing`: which kinds of organizations were invited and did not answer."""

from __future__ import annotations

from dataclasses import asdict, fields

import click
import polars as pl

from allay.cli.consensus.exercisefiles import read_both, refuse_round
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame
from allay.consensus.protocol.exercise import PANEL
from allay.consensus.ratings.ratingcheck import check_ratings
from allay.consensus.rounds.missing import MissingRow, missing_rows

_TEXTS = ("type", "region", "setting")


@click.command(
    "missing",
    epilog=example(
        "allay consensus missing protocol.yaml ratings.csv --format table",
        "allay consensus missing protocol.yaml ratings.csv --round 2 -o missing.csv",
    ),
)
@input_argument("protocol")
@input_argument("ratings")
@click.option("--round", "number", type=click.IntRange(1, 20), help="Only this round.")
@format_option("csv", "json", "table")
@output_option()
def missing(*, protocol: str, ratings: str, number: int | None, format: str, output: str | None) -> None:
    """Count by type, region and setting who was invited to rounds of PROTOCOL, answered and is missing.

    panel.csv beside PROTOCOL says of which kind panelists are; what is blank there is `not reported`. Without
    invitations to a round, everybody recruited counts as asked. Numbers are exact: this table is for the
    coordinator. The report of `allay consensus run` takes small numbers together.
    """
    exercise, tables, _ = read_both(protocol, ratings)
    check_ratings(exercise, tables)
    if number is not None:
        refuse_round(exercise, number)
    if not exercise.panel:
        text = f"nothing to count: there is no {PANEL} beside the protocol (rater,group,type,setting,region)"
        click.echo(f"allay: {text}", err=True)
    rounds = sorted({table.round for table in tables} | {one.round for one in exercise.invitations})
    rows = missing_rows(exercise, tables, rounds=rounds if number is None else [number])
    types = {each.name: pl.String if each.name in _TEXTS else pl.Int64 for each in fields(MissingRow)}
    deliver_frame(output, pl.DataFrame([asdict(row) for row in rows], schema=types), form=format)
