"""`allay consensus feedback`: to each rater the own ratings beside the panel's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO
from urllib.parse import quote

import click
import polars as pl

from allay.base.outputs import check_folder, write_folder, writing
from allay.base.phrases import LANGUAGES
from allay.cli.consensus.exercisefiles import read_both, refuse_round
from allay.cli.consensus.exercises import number as number_of
from allay.cli.frame import example, folder_name, input_argument
from allay.cli.results import csv_bytes
from allay.consensus.protocol.panelcheck import WHO_WROTE_IT
from allay.consensus.rounds.feedback import FeedbackSheet, feedback

INDEX = "index.csv"
LONGEST_NAME = 120
"""Of a file without its ending; systems take 255 bytes at most, and some fewer."""
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))}
"""No files on Windows, whatever their ending."""
_COLUMNS = {
    "rater": pl.String,
    "file": pl.String,
    "round": pl.Int64,
    "rated": pl.Int64,
    "statements": pl.Int64,
}


@click.command(
    "feedback",
    epilog=example(
        "allay consensus feedback protocol.yaml ratings.csv --round 1 -o feedback",
        "allay consensus feedback protocol.yaml ratings.csv --round 1 --language es -o respuestas",
    ),
)
@input_argument("protocol")
@input_argument("ratings")
@click.option("--round", "number", type=click.IntRange(1, 20), required=True, help="Number of the round.")
@click.option("-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of our words."
)
def feedback_command(
    *, protocol: str, ratings: str, number: int, output: str, force: bool, language: str
) -> None:
    """Write for each rater who answered a round a page with the own ratings beside the panel's.

    A page shows distribution and median of the panel, its comments without who wrote them, and the statements
    of the next round with new wordings marked. Where fewer rated than the protocol allows to show, nothing of
    the panel is shown. Files are named by the rater's code: each goes to that rater and to nobody else.
    index.csv lists them.
    """
    check_folder(output, force=force)
    exercise, tables, _ = read_both(protocol, ratings)
    refuse_round(exercise, number)
    sheets = feedback(exercise, tables, number=number)
    # Imported late: templates are not needed to say what is wrong with a file.
    from allay.reports.feedback_page import feedback_html

    names = file_names(sheet.rater for sheet in sheets)
    files: dict[str, Callable[[BinaryIO], object]] = {
        names[sheet.rater]: writing(feedback_html(sheet, language=language).encode()) for sheet in sheets
    }
    files[INDEX] = writing(_index(sheets, names))
    write_folder(output, files, force=force)
    click.echo(f"{number_of(len(sheets), 'page')} in {output}, listed in {INDEX}; each is for one rater only")
    for finding in exercise.findings:
        if finding.kind == WHO_WROTE_IT:
            click.echo(f"allay: {finding.where}: {finding.text} (codes are masked on pages)", err=True)


def file_names(raters: Iterable[str]) -> dict[str, str]:
    """Name a file for each code: safe and seen on every system, none twice where capitals do not count.

    Examples
    --------
    >>> file_names(["r1", "R1", "../x"])
    {'r1': 'r1.html', 'R1': 'R1-2.html', '../x': '_..%2Fx.html'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for rater in raters:
        stem = quote(rater, safe="")[:LONGEST_NAME]
        if stem.startswith(".") or stem.split(".")[0].casefold() in _DEVICES:
            stem = f"_{stem}"
        name = stem
        again = 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem}-{again}"
        taken.add(name.casefold())
        found[rater] = f"{name}.html"
    return found


def _index(sheets: Iterable[FeedbackSheet], names: dict[str, str]) -> bytes:
    rows = [
        {
            "rater": sheet.rater,
            "file": names[sheet.rater],
            "round": sheet.round,
            "rated": sheet.rated,
            "statements": len(sheet.items),
        }
        for sheet in sheets
    ]
    return csv_bytes(pl.DataFrame(rows, schema=_COLUMNS))
