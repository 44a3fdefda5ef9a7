"""`allay evaluation convert`: other people's claims, or ours in CSV, as a claims folder of Parquet."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder
from allay.cli.evaluation.check import decide_option, decisions_of
from allay.cli.frame import DAY, example, folder_name

FORMS = ("contract", "synthea", "rif", "synpuf", "omop", "x12")
_X12 = (".837", ".837i", ".837p", ".835", ".edi", ".x12")


@click.command(
    "convert",
    epilog=example(
        "allay evaluation convert csv-claims -o claims",
        "allay evaluation convert csv-claims -o claims --decide ends_before_start=drop",
        "allay evaluation convert in -o claims --from synthea --from-date 2015-01-01 --to-date 2020-12-31",
        "allay evaluation convert rif --from rif -o claims",
    ),
)
@click.argument("source", metavar="SOURCE")
@click.option(
    "--from",
    "form",
    type=click.Choice(FORMS),
    default=FORMS[0],
    show_default=True,
    help="What SOURCE holds; contract: the tables of the claims contract.",
)
@click.option(
    "--from-date", type=DAY, help="First day of enrollment, for sources without any (synthea, x12)."
)
@click.option("--to-date", type=DAY, help="Last day of it.")
@decide_option()
@click.option("--extract-end", type=DAY, help="Last day of the extract; enrollment ends with it.")
@click.option("--memory", default="8GB", show_default=True, help="What the engine may take.")
@click.option(
    "-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write Parquet to."
)
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def convert(
    *,
    source: str,
    form: str,
    from_date: dt.date | None,
    to_date: dt.date | None,
    decisions: Sequence[str],
    extract_end: dt.date | None,
    memory: str,
    output: str,
    force: bool,
) -> None:
    """Write the claims in the folder SOURCE as a claims folder of Parquet.

    From the contract's own tables, columns get their types; with --decide or --extract-end the claims are
    checked first, and rows to drop are left out. From other sources the tables of the contract are made, and
    what was taken for what is said; check the result with `allay evaluation check`.
    """
    window = _window(form, from_date, to_date)
    if form == "contract":
        _contract(source, output, decisions, extract_end, memory=memory, force=force)
        return
    if decisions or extract_end:
        raise click.UsageError("--decide and --extract-end go with --from contract; check what is converted")
    if form == "x12":
        _x12(source, output, window, memory=memory, force=force)
        return
    from allay.evaluation.loaders import load

    loaded = load(form, source, output, window=window, memory=memory, force=force)
    _say([f"{name}: {rows:,} rows" for name, rows in loaded.rows.items()], loaded.notes)


def _window(form: str, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date] | None:
    needed = form in ("synthea", "x12")
    if needed and (first is None or last is None):
        raise click.UsageError(f"--from {form} has no enrollment: give --from-date and --to-date")
    if not needed and (first or last):
        raise click.UsageError(f"--from-date and --to-date do not go with --from {form}")
    return None if first is None or last is None else (first, last)


def _contract(
    source: str,
    output: str,
    decisions: Sequence[str],
    extract_end: dt.date | None,
    *,
    memory: str,
    force: bool,
) -> None:
    from allay.evaluation.claims import convert as write

    checked = decisions_of(decisions) if decisions or extract_end else None
    found = write(source, output, decisions=checked, extract_end=extract_end, memory=memory, force=force)
    if found is not None:
        _say(
            [
                f"{name}: {found.rows[name] - gone:,} rows, {gone:,} dropped"
                for name, gone in found.dropped.items()
            ]
        )


def _x12(
    source: str, output: str, window: tuple[dt.date, dt.date] | None, *, memory: str, force: bool
) -> None:
    from allay.evaluation.claims import convert as write
    from allay.interop.x12.claim_lines import read_claim_rows

    check_folder(output, force=force)
    folder = Path(source)
    files = (
        [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _X12] if folder.is_dir() else []
    )
    if not files or window is None:
        raise InvalidInput(Problem(source, "-", "folder", f"X12 files ({', '.join(_X12)})", "none"))
    rows = read_claim_rows(files, window=window)
    with tempfile.TemporaryDirectory(prefix="allay-x12-") as between:
        rows.write(between)
        write(between, output, memory=memory, force=force)
    _say([f"{name}: {len(table):,} rows" for name, table in rows.tables.items()], rows.notes)


def _say(lines: Sequence[str], notes: Sequence[str] = ()) -> None:
    for line in (*lines, *notes):
        click.echo(line)
