"""`allay report`: documents from results."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from allay.base.errors import InvalidInput, Problem
from allay.cli.frame import example, input_argument, output_option, schema_command
from allay.cli.results import deliver, deliver_text, json_text, opened
from allay.interop.registry import load_map, read_registry, shipped_maps
from allay.interop.registry_map import RegistryMap

FORMATS = ("html", "json", "pdf")


@click.group(epilog=example("allay report outcomes choir_pain.csv --map choir -o report.html"))
def group() -> None:
    """Documents from results."""


@group.command(
    epilog=example(
        "allay report outcomes choir_pain.csv --map choir -o report.html",
        "allay report outcomes export.csv --map my-registry.yaml -o report.pdf",
        "allay report outcomes export.csv --map my-registry.yaml --format json",
    )
)
@input_argument("data")
@click.option("--map", "map_", required=True, metavar="MAP", help="A map file, or the name of a shipped map.")
@output_option()
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="By default the ending of FILE, else html."
)
@click.option(
    "--on-invalid",
    type=click.Choice(["refuse", "flag"]),
    default="refuse",
    show_default=True,
    help="Impossible values: refuse the file, or count them as missing and say so in the report.",
)
def outcomes(
    *, data: str, map_: str, output: str | None, format_: str | None, on_invalid: Literal["refuse", "flag"]
) -> None:
    """Report the outcomes of a registry export.

    DATA is a CSV file with one row per patient, MAP says what its columns are: a YAML file (see `allay report
    schema map`) or the name of a shipped map. The report says who is in it, how many were followed up, how
    severe the start was, what changed, responders four ways, gaps between groups, and what is missing.
    """
    form = _form(output, format_)
    registry = load_map(map_)
    source, name = opened(data)
    reading = read_registry(source, registry, name=name)
    if on_invalid == "refuse":
        reading = reading.checked()
    # Imported late: analysis and templates are not needed to say what is wrong with a file.
    from allay.reports.outcomes import analyze

    remarks = tuple(f"line {note.at}: {note.found}" for note in reading.notes)
    if reading.problems:
        remarks += (f"{reading.problem_count} impossible values were left out; they count as missing",)
        for problem in reading.problems:
            click.echo(str(problem), err=True)
        if reading.problem_count > len(reading.problems):
            click.echo(f"allay: {reading.problem_count - len(reading.problems)} more are not shown", err=True)
    result = analyze(reading.table, reading.plan, n_columns=reading.columns, remarks=remarks)
    if form == "json":
        from allay.reports.outcomes_json import outcomes_dict

        deliver_text(output, json_text(outcomes_dict(result)))
        return
    from allay.reports.html import outcomes_html

    page = outcomes_html(result)
    if form == "html":
        deliver_text(output, page)
        return
    from allay.reports.pdf import pdf_bytes

    document = pdf_bytes(page)
    deliver(output, lambda file: file.write(document))


@group.command(epilog=example("allay report maps"))
def maps() -> None:
    """List the maps that come with Allay."""
    for name in shipped_maps():
        registry = load_map(name)
        click.echo(f"{name}\t{registry.version}\t{registry.title}")


group.add_command(schema_command("report", {"map": RegistryMap}))


def _form(output: str | None, format_: str | None) -> str:
    if format_:
        return format_
    ending = Path(output).suffix.lower().lstrip(".") if output and output != "-" else "html"
    ending = {"htm": "html"}.get(ending, ending)
    if ending not in FORMATS:
        expected = "a name that ends in .html, .pdf or .json (or --format)"
        raise InvalidInput(Problem(str(output), "-", "output", expected, repr(ending)))
    return ending
