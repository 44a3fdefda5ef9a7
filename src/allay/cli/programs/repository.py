"""`allay programs cases`, `export`, `import` and `compare`: programs shared, read and put side by side."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click
import polars as pl

import allay
from allay.base.errors import NotFound
from allay.cli.frame import DAY, example, format_option, input_argument, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, json_text, opened
from allay.programs.repository.catalog import names, shipped_program, shipped_programs
from allay.programs.repository.comparison import compare as side_by_side
from allay.programs.repository.counts import CountSheet, read_counts
from allay.programs.repository.exchange import CountTable, ExchangeFile
from allay.programs.repository.export import exchange_text, exported, kept_text
from allay.programs.repository.layout import COLUMNS, as_rows, as_text, as_tree
from allay.programs.repository.profile import ProgramProfile, statements
from allay.programs.repository.reading import (
    is_shared,
    parse,
    profile_document,
    read_shared,
    shared_from,
)
from allay.programs.repository.shapes import ComparisonFile
from allay.programs.repository.summary import summary_text, warnings

SCHEMAS: dict[str, Any] = {"profile": ProgramProfile, "exchange": ExchangeFile, "comparison": ComparisonFile}
"""For `allay programs schema`."""


@click.command("cases", epilog=example("allay programs cases", "allay programs cases --format json"))
@format_option("table", "json", "csv")
@output_option()
def cases(*, format: str, output: str | None) -> None:
    """List the published programs that ship with Allay, and what they may be compared with."""
    rows = [
        {
            "id": each.id,
            "kind": each.kind,
            "name": each.name,
            "setting": each.setting.kind[0].value if each.setting.kind else None,
            "state": each.geography.state[0].value if each.geography.state else None,
            "statements": sum(1 for _ in statements(each)),
            "sources": len(each.sources),
            "recorded_on": each.recorded_on.isoformat(),
        }
        for each in shipped_programs()
    ]
    deliver_frame(output, pl.DataFrame(rows, infer_schema_length=None), form=format)


@click.command(
    "export",
    epilog=example(
        "allay programs export profile.yaml --counts counts.csv -o ours.json",
        "allay programs export profile.yaml --counts counts.csv --previous ours-q1.json -o ours-q2.json",
    ),
)
@input_argument("data")
@click.option("--counts", metavar="FILE", help="CSV: step,period,dimension,group,count.")
@click.option(
    "--previous",
    metavar="FILE",
    multiple=True,
    help="A file shared before, oldest first: so that the difference gives nothing away. Repeatable.",
)
@click.option("--as-of", type=DAY, help="The day it speaks for; by default when DATA was recorded.")
@output_option()
def export(
    *, data: str, counts: str | None, previous: tuple[str, ...], as_of: dt.date | None, output: str | None
) -> None:
    """Write what a program shares of itself as one file that another program can import.

    DATA is the program's profile, in YAML or JSON (`allay programs schema profile`), or a file that `import`
    wrote. Counts of 1 to 10 people are hidden, and so is whatever would give them away. Unknown keys,
    statements without a source, and texts that look like a person's number or address are refused.
    """
    source, name = opened(data)
    label, parsed = parse(source, name=name)
    sheet = _sheet(counts) if counts else None
    before = [_before(each) for each in previous]
    done = exported(label, parsed, as_of=as_of, counts=sheet, earlier=before)
    for pointer in done.hidden:
        click.echo(f"allay: {label}: {pointer}: a small count was hidden", err=True)
    for words in done.exposed:
        click.echo(f"allay: {label}: with the files shared before, whatever is hidden: {words}", err=True)
    deliver_text(output, exchange_text(done.file))


@click.command(
    "import",
    epilog=example("allay programs import theirs.json", "allay programs import theirs.json -o kept.json"),
)
@input_argument("file")
@output_option()
def import_(*, file: str, output: str | None) -> None:
    """Read a file that another program exported, of any version; say what was read and what was not.

    With -o, what was read is written as JSON, the rest under `unread`: nothing is lost, and `export` puts it
    back in its place.
    """
    source, name = opened(file)
    shared = read_shared(source, name=name)
    for said in warnings(shared):
        click.echo(f"allay: {name}: {said}", err=True)
    if output is not None:
        deliver_text(output, kept_text(shared.file))
    if output != STANDARD:
        click.echo(summary_text(shared))


@click.command(
    "compare",
    epilog=example(
        "allay programs compare uvm-path wvu-cipm",
        "allay programs compare ours.json peoples-community-clinic --format csv -o comparison.csv",
    ),
)
@click.argument("programs", metavar="A B...", nargs=-1, required=True)
@format_option("table", "csv", "json")
@output_option()
def compare(*, programs: tuple[str, ...], format: str, output: str | None) -> None:
    """Put programs side by side: every statement with its source, its day and its status.

    Each is the id of a program that ships with Allay (`allay programs cases`), a profile, or a file that a
    program exported. What nobody published says so; where sources disagree, both stand there.
    """
    comparison = side_by_side([_program(name) for name in programs])
    if format == "json":
        deliver_text(output, json_text(as_tree(comparison, allay_version=allay.__version__)))
    elif format == "csv":
        schema = dict.fromkeys(COLUMNS, pl.String)
        deliver_frame(output, pl.DataFrame(as_rows(comparison), schema=schema))
    else:
        deliver_text(output, as_text(comparison))


def _sheet(name: str) -> CountSheet:
    source, label = opened(name)
    return read_counts(source, name=label)


def _before(name: str) -> tuple[CountTable, ...]:
    source, label = opened(name)
    return read_shared(source, name=label).file.counts


def _program(name: str) -> ProgramProfile:
    if name in names():
        return shipped_program(name)
    if name != STANDARD and not Path(name).exists():
        unknown = NotFound.among("program in the repository", name, known=names())
        raise NotFound(f"there is no file {name!r}, and {unknown}")
    source, label = opened(name)
    label, parsed = parse(source, name=label)
    if is_shared(parsed):
        return shared_from(label, parsed).file.program
    return profile_document(label, parsed).value
