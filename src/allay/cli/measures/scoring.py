"""`allay measures score`: answers in, scores out."""

from __future__ import annotations

import datetime as dt
import sys
from typing import BinaryIO

import click

from allay.cli.frame import OnInvalid, example, input_argument, invalid_option, output_option
from allay.cli.measures.change import as_of_option
from allay.cli.results import deliver, opened
from allay.measures.answersheet import AnswerSheet, read_answers
from allay.measures.catalog import get
from allay.measures.keying import against_the_rest
from allay.measures.longform import write_scores


@click.command(
    "score",
    epilog=example(
        "allay measures score peg answers.csv -o scores.csv",
        "cat answers.csv | allay measures score promis29 - > scores.csv",
    ),
)
@click.argument("instrument", metavar="ID[@VERSION]")
@input_argument("answers")
@output_option()
@invalid_option(
    "What to do with an impossible answer: refuse the file, or give its scales the status `invalid`."
)
@as_of_option
def score(
    *, instrument: str, answers: str, output: str | None, on_invalid: OnInvalid, as_of: dt.date | None
) -> None:
    """Score a CSV file of ANSWERS, one assessment per row.

    Columns named by item ids are answers (whole numbers, blank for missing); all others pass through. The
    result has one row per assessment and scale. Rows are scored each for itself, equal ones too. Warnings
    name rows given twice, items that look reversed, and keys that are not verified.
    """
    chosen = get(instrument)
    source, name = opened(answers)
    sheet = read_answers(source, chosen, on_invalid=on_invalid, name=name, as_of=as_of)
    if sheet.absent:
        click.echo(f"allay: {name} has no items of {', '.join(sheet.absent)}; not scored", err=True)
    for warning in sheet.warnings:
        click.echo(f"allay: {warning}", err=True)
    if sheet.flagged:
        click.echo(f"allay: {sheet.flagged} impossible answers flagged as invalid", err=True)
    for part in chosen.scales:
        if not part.key_status.certain and part.id not in sheet.absent:
            key = chosen.sources[part.key_source].title
            click.echo(f"allay: {part.title}: scored by a key that is {part.key_status} ({key})", err=True)
    for suspicion in against_the_rest(chosen, sheet.answers):
        click.echo(f"allay: {name}: {suspicion.text}", err=True)
    deliver(output, lambda file: _write(sheet, file))


def _write(sheet: AnswerSheet, file: BinaryIO) -> None:
    if not sys.stderr.isatty():
        write_scores(sheet, file)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("scoring", total=sheet.rows)
        write_scores(sheet, file, advance=lambda rows: progress.advance(task, rows))
