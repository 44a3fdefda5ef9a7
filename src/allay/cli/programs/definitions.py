"""`allay programs list`, `show` and `validate`: which definitions there are, and whether one holds."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

import allay
from allay.base.errors import NotFound
from allay.cli.frame import example, format_option, input_argument, no_if_invalid, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, json_text, opened
from allay.programs.definitions.catalog import all_definitions, get, load_definition
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.text import definition_text
from allay.programs.definitions.words import length_text


def definition_from(name: str) -> ProgramDefinition:
    """Return the definition of an id, of `ID@VERSION`, or in a file."""
    if name == STANDARD or name.endswith((".yaml", ".yml")) or Path(name).is_file():
        source, label = opened(name)
        return load_definition(source, name=label)
    try:
        return get(name)
    except NotFound as missing:
        raise NotFound(f"{missing}; a definition of your own is named by its file") from None


@click.command("list", epilog=example("allay programs list", "allay programs list --format json"))
@format_option("table", "json", "csv")
@output_option()
def list_definitions(*, format: str, output: str | None) -> None:
    """List every program definition that ships with Allay, in every version."""
    rows = [
        {
            "id": each.id,
            "version": each.version,
            "title": each.title,
            "phases": len(each.phases),
            "length": ", ".join(length_text(phase.length) for phase in each.phases),
            "services": len({component.service for _, component in each.components()}),
            "measures": " ".join(measure.instrument or measure.definition for measure in each.measures),
            "made_up": len(each.made_up),
        }
        for each in all_definitions()
    ]
    deliver_frame(output, pl.DataFrame(rows), form=format)


@click.command(
    "show",
    epilog=example("allay programs show ppact", "allay programs show path@1.0.0 --format json"),
)
@click.argument("definition", metavar="ID[@VERSION]|FILE")
@format_option("table", "json")
@output_option()
def show(*, definition: str, format: str, output: str | None) -> None:
    """Show one definition: phases, dose, measures, decisions, completion, team, sources and their status."""
    shown = definition_from(definition)
    if format == "json":
        tree = shown.model_dump(mode="json", exclude_defaults=True)
        result = {"allay_version": allay.__version__, **tree, "made_up": list(shown.made_up)}
        deliver_text(output, json_text(result))
    else:
        deliver_text(output, definition_text(shown))


@click.command("validate", epilog=example("allay programs validate ours.yaml"))
@input_argument("file")
def validate(*, file: str) -> None:
    """Say whether the definition in FILE holds together; if not, name every problem by line and field.

    Exit status 1 when it does not, 2 when the file cannot be read.
    """
    source, name = opened(file)
    with no_if_invalid():
        found = load_definition(source, name=name)
    made_up = len(found.made_up)
    click.echo(f"{name}: {found.reference} holds together; {made_up} of its parts or fields are made up")
