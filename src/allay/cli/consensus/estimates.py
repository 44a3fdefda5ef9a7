"""`allay consensus estimates`: what experts judge a number to be, aggregated."""

from __future__ import annotations

from typing import Any

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, InvalidValue
from allay.cli.frame import example, format_option, input_argument, output_option, say_problems
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.consensus.estimates.reading import OtherScale, read_estimates
from allay.consensus.estimates.result import EstimateResult, EstimateRow, estimate_result
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.protocol.protocol import SMALLEST_GROUP

FEW = f"items with fewer than {SMALLEST_GROUP} experts, whose single estimates may be read off the result"
SCHEMAS: dict[str, type[BaseModel]] = {"estimates": EstimateResult}
READ = 6
"""Digits of a number in a table for reading."""


class Scale(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A scale on the command line, as LOW:HIGH."""

    name = "LOW:HIGH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> EstimateScale:
        """Read the scale, or say what was expected."""
        if isinstance(value, EstimateScale):
            return value
        try:
            return EstimateScale.of(value)
        except InvalidValue as wrong:
            self.fail(str(wrong), param, ctx)


@click.command(
    "estimates",
    epilog=example(
        "allay consensus estimates estimates.csv --format table",
        "allay consensus estimates estimates.csv --scale 0:1 --format json -o result.json",
        "allay consensus estimates estimates.csv --item paper_id --other-scale leave-out",
    ),
)
@input_argument("estimates")
@click.option("--scale", type=Scale(), default="0:100", show_default=True, help="Of all estimates.")
@click.option(
    "--other-scale",
    type=click.Choice(["warn", "refuse", "leave-out"]),
    default="warn",
    show_default=True,
    help="Rows that are plainly on a scale from 0 to 1: count them as they stand, refuse, leave them out.",
)
@click.option("--item", metavar="COLUMN", default="item", show_default=True, help="What is estimated.")
@format_option("csv", "json", "table")
@output_option()
def estimates(
    *,
    estimates: str,
    scale: EstimateScale,
    other_scale: OtherScale,
    item: str,
    format: str,
    output: str | None,
) -> None:
    """Aggregate ESTIMATES by item and round: mean, median, log-odds mean, quartiles.

    ESTIMATES is a CSV file with the columns item, expert and best, and where there are any lower and upper
    (three-point estimates) and round; other columns are not read. Numbers come out on the scale they went in.
    The log-odds mean takes estimates as shares of the scale, drawn to 0.01 and 0.99. iqr_change is the
    interquartile range less that of the round before; share_changed counts among experts of both rounds.
    Rows on another scale are named, with their lines, and counted in the column other_scale.
    """
    source, name = opened(estimates)
    table = read_estimates(source, scale=scale, other_scale=other_scale, item=item, name=name)
    result = estimate_result(table, allay_version=allay.__version__, other_scale=other_scale)
    if table.problems:
        say_problems(InvalidInput(table.problems))
        click.echo(f"allay: {table.name}: rows on another scale are {_fate(result)}", err=True)
    if any(row.n < SMALLEST_GROUP for row in result.items):
        click.echo(f"allay: {table.name}: {FEW}", err=True)
    if format == "json":
        deliver_text(output, json_text(result.model_dump()))
    else:
        frame = pl.DataFrame([row.model_dump() for row in result.items], schema=_schema())
        if format == "csv":
            deliver_frame(output, frame)
        else:
            deliver_text(output, _text(result, frame))


def _fate(result: EstimateResult) -> str:
    return "left out" if result.other_scale_rows == "left out" else "counted as they stand"


def _schema() -> dict[str, type[pl.DataType]]:
    kinds: dict[Any, type[pl.DataType]] = {"str": pl.String, "int": pl.Int64, "int | None": pl.Int64}
    return {name: kinds.get(kind, pl.Float64) for name, kind in EstimateRow.__annotations__.items()}


def _text(result: EstimateResult, frame: pl.DataFrame) -> str:
    low, high = result.scale
    parts = [f"estimates on a scale from {low:g} to {high:g}"]
    if result.other_scale:
        lines = ", ".join(str(row.line) for row in result.other_scale)
        parts.append(f"plainly on another scale and {_fate(result)}: line {lines}")
    source = result.log_odds.source
    parts += [
        f"log-odds mean of shares drawn to {result.log_odds.lowest:g} and {result.log_odds.highest:g}"
        + ("" if source.status.certain else f" ({source.status.value})"),
        "",
        aligned(frame.with_columns(pl.col(pl.Float64).round_sig_figs(READ))),
    ]
    return "\n".join(parts)
