"""`allay measures`: instruments, their scores and the change between two time points."""

from __future__ import annotations

import sys
from typing import BinaryIO, Literal

import click
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import (
    example,
    format_option,
    input_argument,
    output_option,
    schema_command,
)
from allay.cli.results import deliver, deliver_frame, deliver_text, json_text, opened
from allay.measures.answersheet import AnswerSheet, read_answers
from allay.measures.card import InstrumentCard, card, card_text
from allay.measures.catalog import all_instruments, get
from allay.measures.changesheet import read_change
from allay.measures.definition import InstrumentFile
from allay.measures.longform import write_scores


@click.group(
    epilog=example(
        "allay measures list",
        "allay measures score phq9 answers.csv -o scores.csv",
        "allay measures change scores.csv --from baseline --to end -o change.csv",
    )
)
def group() -> None:
    """Instruments: list and show them, score answers, compare two time points."""


@group.command("list", epilog=example("allay measures list", "allay measures list --format json"))
@format_option("table", "json", "csv")
@output_option()
def list_instruments(*, format: str, output: str | None) -> None:
    """List every instrument with its version, wording and licence."""
    cards = [card(instrument) for instrument in all_instruments()]
    if format == "json":
        deliver_text(output, json_text([each.model_dump(mode="json") for each in cards]))
        return
    rows = [
        {
            "id": each.id,
            "version": each.version,
            "title": each.title,
            "domain": each.domain,
            "items": len(each.items),
            "scales": " ".join(scale.id for scale in each.scales),
            "wording": each.wording,
            "languages": " ".join(each.languages) or None,
            "licence": each.licence.name,
            "sources": len(each.sources),
        }
        for each in cards
    ]
    deliver_frame(output, pl.DataFrame(rows), form=format)


@group.command(
    "show", epilog=example("allay measures show promis29", "allay measures show phq9@1.0.0 --format json")
)
@click.argument("instrument", metavar="ID[@VERSION]")
@format_option("table", "json")
@output_option()
def show(*, instrument: str, format: str, output: str | None) -> None:
    """Show one instrument: items, scales, licence, wording, bands, thresholds, sources and their status."""
    shown = card(get(instrument))
    if format == "json":
        deliver_text(output, json_text(shown.model_dump(mode="json")))
    else:
        deliver_text(output, card_text(shown))


@group.command(
    "score",
    epilog=example(
        "allay measures score peg answers.csv -o scores.csv",
        "cat answers.csv | allay measures score promis29 - > scores.csv",
    ),
)
@click.argument("instrument", metavar="ID[@VERSION]")
@input_argument("answers")
@output_option()
@click.option(
    "--on-invalid",
    type=click.Choice(["fail", "flag"]),
    default="fail",
    show_default=True,
    help="What to do with an impossible answer: refuse the file, or give its scales the status `invalid`.",
)
def score(*, instrument: str, answers: str, output: str | None, on_invalid: str) -> None:
    """Score a CSV file of ANSWERS, one assessment per row.

    Columns named by item ids are answers (whole numbers, blank for missing); all others pass through. The
    result has one row per assessment and scale. Rows are scored each for itself, equal ones too.
    """
    chosen = get(instrument)
    source, name = opened(answers)
    how: Literal["raise", "flag"] = "flag" if on_invalid == "flag" else "raise"
    sheet = read_answers(source, chosen, on_invalid=how, name=name)
    if sheet.absent:
        click.echo(f"allay: {name} has no items of {', '.join(sheet.absent)}; not scored", err=True)
    if sheet.flagged:
        click.echo(f"allay: {sheet.flagged} impossible answers flagged as invalid", err=True)
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


@group.command(
    "change", epilog=example("allay measures change scores.csv --from baseline --to end -o change.csv")
)
@input_argument("scores")
@click.option(
    "--from", "start", required=True, metavar="TIMEPOINT", help="The earlier time point, as in the file."
)
@click.option("--to", "end", required=True, metavar="TIMEPOINT", help="The later time point, as in the file.")
@format_option("csv", "json", "table")
@output_option()
def change(*, scores: str, start: str, end: str, format: str, output: str | None) -> None:
    """Compare two time points in a CSV file of SCORES, per patient, scale and threshold.

    SCORES has the columns patient_id, instrument, scale, timepoint, date, score and perhaps se; the result
    of `allay measures score` will do. Improvement is positive when better. Blank means not known.
    """
    if start == end:
        raise InvalidInput(
            Problem("allay measures change", "-", "--to", f"another time point than {start!r}", end)
        )
    source, name = opened(scores)
    deliver_frame(output, read_change(source, start=start, end=end, name=name), form=format)


group.add_command(schema_command("measures", {"instrument": InstrumentFile, "card": InstrumentCard}))
