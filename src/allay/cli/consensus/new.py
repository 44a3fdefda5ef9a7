"""`allay consensus new`: a ready exercise as a folder of files, to use or to learn from."""

from __future__ import annotations

import click
import polars as pl

from allay.base.outputs import write_folder, writing
from allay.cli.frame import example, folder_name, format_option
from allay.cli.results import deliver_frame
from allay.consensus.examples.example import example_rows, read_example


def _folder(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    return None if value is None else folder_name(context, option, value)


@click.command(
    "new",
    epilog=example(
        "allay consensus new --list",
        "allay consensus new two-rounds -o example",
        "allay consensus new definition-2017 -o definition",
    ),
)
@click.argument("name", metavar="NAME", required=False)
@click.option("--list", "listed", is_flag=True, help="List what there is, and write nothing.")
@format_option("table", "json", "csv")
@click.option("-o", "--output", metavar="DIR", callback=_folder, help="The folder to write.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def new(*, name: str | None, listed: bool, format: str, output: str | None, force: bool) -> None:
    """Write the files of the exercise NAME into DIR.

    Every file says what may be changed in it. What is made up is called synthetic in every file that has room
    for the word, and in every result.
    """
    if listed:
        if name is not None or output is not None:
            raise click.UsageError("--list goes by itself")
        rows = [row.model_dump(mode="json", exclude={"then"}) for row in example_rows()]
        if format == "table":
            rows = [{key: value for key, value in row.items() if key != "summary"} for row in rows]
        deliver_frame(None, pl.DataFrame(rows), form=format)
        return
    if name is None:
        raise click.UsageError("NAME is missing (`allay consensus new --list` says what there is)")
    found = read_example(name)
    if output is None:
        raise click.UsageError("-o DIR is missing: the folder to write")
    write_folder(output, {file: writing(data) for file, data in found.files.items()}, force=force)
    click.echo(f"{output}: {', '.join(found.files)}", err=True)
    for command in found.commands(output):
        click.echo(f"next: {command}", err=True)
