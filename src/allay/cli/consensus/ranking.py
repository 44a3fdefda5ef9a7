"""`allay consensus ranking`: private rankings of a nominal group, added up."""

from __future__ import annotations

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.consensus.estimates.ranking import Points, RankingResult, ranking_result
from allay.consensus.estimates.rankingfile import MOST_RANKED, read_rankings
from allay.consensus.protocol.protocol import SMALLEST_GROUP

FEW = f"fewer than {SMALLEST_GROUP} raters, whose single rankings may be read off the result"
SCHEMAS: dict[str, type[BaseModel]] = {"ranking": RankingResult}


@click.command(
    "ranking",
    epilog=example(
        "allay consensus ranking rankings.csv --format table",
        "allay consensus ranking rankings.csv --top 5 --format json -o result.json",
    ),
)
@input_argument("rankings")
@click.option(
    "--top", type=click.IntRange(1, MOST_RANKED), metavar="K", help="Raters ranked at most K items."
)
@click.option(
    "--points",
    type=click.Choice(["rank-sum", "reverse"]),
    help="Add ranks, fewest first (the default without --top), or K points for rank 1 down to 1 for rank K.",
)
@format_option("csv", "json", "table")
@output_option()
def ranking(
    *, rankings: str, top: int | None, points: Points | None, format: str, output: str | None
) -> None:
    """Add up the private RANKINGS of a nominal group and put the items in their places.

    RANKINGS is a CSV file with the columns rater, item and rank: 1, 2, 3 and so on by every rater, without
    ties or gaps. Without --top everybody ranks every item. Items with the same score share a place; among
    them the order is that of the file. JSON and table also have Kendall's W.
    """
    source, name = opened(rankings)
    result = ranking_result(
        read_rankings(source, top=top, name=name), allay_version=allay.__version__, points=points
    )
    if result.raters < SMALLEST_GROUP:
        click.echo(f"allay: {name}: {FEW}", err=True)
    frame = pl.DataFrame([row.model_dump() for row in result.items])
    if format == "json":
        deliver_text(output, json_text(result.model_dump()))
    elif format == "csv":
        deliver_frame(output, frame)
    else:
        deliver_text(output, _text(result, frame))


def _text(result: RankingResult, frame: pl.DataFrame) -> str:
    score = "sum of ranks" if result.points == "rank-sum" else f"points from {result.top} to 1"
    w = f"not given: {result.why_no_w}" if result.kendall_w is None else f"{result.kendall_w:.4f}"
    who = f"{result.raters} raters, {result.complete} of them with a complete ranking; score: {score}"
    return "\n".join([who, f"Kendall's W {w}", "", aligned(frame)])
