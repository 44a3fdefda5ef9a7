"""`allay consensus registry list`: the entries of a kind, all or those that say something wanted."""

from __future__ import annotations

import click
import polars as pl

import allay
from allay.cli.consensus.registry.opening import folder_argument, opened_registry
from allay.cli.frame import example, format_option, output_option
from allay.cli.results import deliver_frame, deliver_text, json_text
from allay.consensus.registry.standing.listing import as_cells, listed

LONG = ("note", "text", "effect", "barrier")
"""Fields too long for a table."""


def _pairs(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in values:
        name, sign, wanted = text.partition("=")
        if not sign or not name.strip():
            raise click.BadParameter(f"expected FIELD=VALUE, found {text!r}", context, option)
        if name.strip() in pairs:
            raise click.BadParameter(f"expected each field once, not {name.strip()!r} twice", context, option)
        pairs[name.strip()] = wanted.strip()
    return pairs


@click.command(
    "list",
    epilog=example(
        "allay consensus registry list our-registry workgroups",
        "allay consensus registry list our-registry organizations --where type=payer --where region=West",
        'allay consensus registry list our-registry actions --where workgroup="Coverage and Constraints"',
    ),
)
@folder_argument
@click.argument("kind", metavar="KIND")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", callback=_pairs, help="Only these.")
@format_option("table", "json", "csv")
@output_option()
def list_(*, folder: str, kind: str, where: dict[str, str], format: str, output: str | None) -> None:
    """List the entries of KIND: workgroups, policies, or any other file of a registry.

    An entry that another one names is found by its id and by any name it has or had. In tables, what is
    nested is counted, and long texts are left out; `--format json` has all of it.
    """
    registry = opened_registry(folder)
    rows = listed(registry, kind, where)
    made_up = kind in registry.synthetic
    if format == "json":
        told = {"allay_version": allay.__version__, "kind": kind, "synthetic": made_up, "entries": rows}
        deliver_text(output, json_text(told))
        return
    if made_up:
        click.echo(f"allay: synthetic: the {kind} of this registry are made up", err=True)
    if not rows:
        click.echo(f"allay: no {kind}", err=True)
    cells = as_cells(rows)
    left_out = LONG if format == "table" else ()
    used = [name for name in dict.fromkeys(key for row in cells for key in row) if name not in left_out]
    used = [name for name in used if any(row[name] is not None for row in cells)]
    table = pl.DataFrame([{name: row[name] for name in used} for row in cells], infer_schema_length=None)
    deliver_frame(output, table, form=format)
