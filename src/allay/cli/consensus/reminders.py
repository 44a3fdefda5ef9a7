"""`allay consensus reminders`: whom to remind of a round, and nobody else."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, fields

import click
import polars as pl

from allay.cli.consensus.exercisefiles import read_both, refuse_round, table_of
from allay.cli.frame import DAY, example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame
from allay.consensus.protocol.exercise import INVITATIONS
from allay.consensus.ratings.ratingcheck import check_ratings
from allay.consensus.rounds.missing import answered_in
from allay.consensus.rounds.reminders import ReminderRow, StrayReminder, reminders, stray_reminders

_WHOLE = ("round", "days", "reminders")
_DAYS = ("invited", "last_reminder")


@click.command(
    "reminders",
    epilog=example(
        "allay consensus reminders protocol.yaml ratings.csv --round 1 --as-of 2026-03-20",
        "allay consensus reminders protocol.yaml ratings.csv --round 2 --format table",
    ),
)
@input_argument("protocol")
@input_argument("ratings")
@click.option("--round", "number", type=click.IntRange(1, 20), required=True, help="Number of the round.")
@click.option("--as-of", type=DAY, help="Count days to this one; leave out what is of later days.")
@format_option("csv", "json", "table")
@output_option()
def reminders_command(
    *,
    protocol: str,
    ratings: str,
    number: int,
    as_of: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """List panelists who were invited to a round of PROTOCOL and have neither declined nor answered.

    invitations.csv beside PROTOCOL says who was invited; who has a rating in RATINGS has answered. The list
    has codes: it is for whoever sends reminders, not for a report. Recorded reminders that went out after
    the round was closed, or after --as-of, to somebody who had answered are named on standard error, as are
    those to somebody who had declined.
    """
    exercise, tables, _ = read_both(protocol, ratings)
    check_ratings(exercise, tables)
    refuse_round(exercise, number)
    answered = answered_in(table_of(tables, number))
    if not any(one.round == number for one in exercise.invitations):
        click.echo(f"allay: no invitations to round {number} are recorded in {INVITATIONS}", err=True)
    closed = next((one.closed for one in exercise.record.rounds if one.number == number), None)
    for one in stray_reminders(exercise.invitations, answered, number=number, closed=closed, as_of=as_of):
        click.echo(_said(one), err=True)
    rows = reminders(exercise.invitations, answered, number=number, panel=exercise.panel, as_of=as_of)
    deliver_frame(output, _table(rows), form=format)


def _said(one: StrayReminder) -> str:
    return f"allay: {INVITATIONS}: {one.rater} was reminded on {one.on} and had {one.why} before"


def _table(rows: tuple[ReminderRow, ...]) -> pl.DataFrame:
    types = {
        each.name: pl.Int64 if each.name in _WHOLE else pl.Date if each.name in _DAYS else pl.String
        for each in fields(ReminderRow)
    }
    return pl.DataFrame([asdict(row) for row in rows], schema=types)
