"""`allay consensus ram`: appropriateness of statements by the RAND/UCLA method."""

from __future__ import annotations

from typing import Any, get_args

import click
import polars as pl

import allay
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.consensus.protocol.rule import AppropriatenessRule, HalfPoint, PanelRule, PercentileRule
from allay.consensus.ratings.counts import counts_of
from allay.consensus.ratings.reading import ROUND, VERSION, ratings_and_columns
from allay.consensus.ratings.table import RatingTable
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.conventions import convention, conventions, panel_sizes
from allay.consensus.verdicts.dependence import dependence
from allay.consensus.verdicts.panel_count import panel_count
from allay.consensus.verdicts.refusals import refuse_sizes, refuse_unrated

COLUMNS = ("n", "median", "p30", "p70", "ipr", "ai", "ipras", "di", "disagreement", "verdict")
COUNTED_AS = {"up": "the higher region", "down": "the lower region", "uncertain": "uncertain"}
DEFAULT = AppropriatenessRule()


@click.command(
    "ram",
    epilog=example(
        "allay consensus ram ratings.csv",
        "allay consensus ram ratings.csv --percentile nearest-rank --format table",
        "allay consensus ram ratings.csv --panel-rule count -o verdicts.csv",
    ),
)
@input_argument("ratings")
@click.option(
    "--percentile",
    type=click.Choice(get_args(PercentileRule)),
    default=DEFAULT.percentile,
    show_default=True,
    help="The 30th and 70th percentile: between ratings, or a rating that was given.",
)
@click.option(
    "--half-point",
    type=click.Choice(get_args(HalfPoint)),
    default=DEFAULT.half_point,
    show_default=True,
    help="What a median of 3.5 or 6.5 counts as.",
)
@click.option(
    "--panel-rule",
    type=click.Choice(get_args(PanelRule)),
    default=DEFAULT.panel_rule,
    show_default=True,
    help="Disagreement: IPR above IPRAS, or ratings in both extremes (8 to 16 raters).",
)
@format_option("csv", "json", "table")
@output_option()
def ram(
    *,
    ratings: str,
    percentile: PercentileRule,
    half_point: HalfPoint,
    panel_rule: PanelRule,
    format: str,
    output: str | None,
) -> None:
    """Say which statements of RATINGS are appropriate, uncertain or inappropriate.

    RATINGS is a CSV file with the columns statement, rater and rating (1 to 9; blank: not rated), and where
    there are several rounds, round (and version). A row for each statement comes out, with the median, the
    30th and 70th percentile, IPR, AI, IPRAS, DI, whether there is disagreement, and the verdict. Added are
    agreement by the count rule (blank where there is none for so many raters) and depends_on: which of the
    three options would have changed the verdict.
    """
    rule = AppropriatenessRule(percentile=percentile, half_point=half_point, panel_rule=panel_rule)
    source, name = opened(ratings)
    tables, columns = ratings_and_columns(source, name=name)
    refuse_unrated(tables)
    if panel_rule == "count":
        refuse_sizes(tables)
    parts = [appropriateness_frame(table, rule) for table in tables]
    found = pl.concat([part for part, _ in parts])
    found = found.drop(column for column in (ROUND, VERSION) if column not in columns)
    between = sum(count for _, count in parts)
    _deliver(output, found, rule, form=format, between=between)


def appropriateness_frame(table: RatingTable, rule: AppropriatenessRule) -> tuple[pl.DataFrame, int]:
    """The rows of a round, and how many medians lie between two regions.

    Examples
    --------
    >>> import numpy as np
    >>> table = RatingTable("r.csv", ("s1",), ("a", "b"), np.array([[6.0, 7.0]]), np.array([[2, 3]]))
    >>> frame, between = appropriateness_frame(table, AppropriatenessRule())
    >>> frame["verdict"].to_list(), between
    (['appropriate'], 1)
    """
    counts = counts_of(table)
    found = appropriateness(counts, **rule.model_dump(exclude={"method"}))
    counted = panel_count(counts, half_point=rule.half_point)
    agreement = pl.Series(counted.agreement.tolist(), dtype=pl.Boolean)
    depends = dependence(counts, rule)
    listed = [" ".join(name for name, mask in depends.items() if mask[place]) for place in range(len(counts))]
    frame = pl.DataFrame(
        {
            "statement": list(table.statements),
            ROUND: [table.round] * len(counts),
            VERSION: list(table.versions) or [1] * len(counts),
            **{column: getattr(found, column) for column in COLUMNS if column != "verdict"},
            "verdict": found.verdict.tolist(),
            "agreement": agreement,
            "usable": counted.usable,
            "depends_on": listed,
        }
    )
    frame = frame.with_columns(pl.when("usable").then("agreement").alias("agreement")).drop("usable")
    return frame, int(found.half_point.sum())


def _deliver(
    output: str | None, found: pl.DataFrame, rule: AppropriatenessRule, *, form: str, between: int
) -> None:
    if form == "json":
        deliver_text(output, json_text(_content(found, rule, between)))
        return
    remark = _remark(rule, between)
    if form == "table":
        shown = found.with_columns(pl.col("di").round(3))
        deliver_text(output, aligned(shown) + (f"\n\n{remark}" if remark else ""))
        return
    deliver_frame(output, found.with_columns(pl.col("depends_on").replace("", None)))
    if remark:
        click.echo(f"allay: {remark}", err=True)


def _remark(rule: AppropriatenessRule, between: int) -> str:
    """What is said of half-point medians, as the rule for them is often not stated."""
    if not between:
        return ""
    known = convention("ram.half_point")
    status = f" [{known.status}: {known.source}]" if known.value == rule.half_point else ""
    medians = "1 median of 3.5 or 6.5 counts" if between == 1 else f"{between} medians of 3.5 or 6.5 count"
    return f"{medians} as {COUNTED_AS[rule.half_point]}{status}"


def _content(found: pl.DataFrame, rule: AppropriatenessRule, between: int) -> dict[str, Any]:
    rows = [{**row, "depends_on": row["depends_on"].split()} for row in found.to_dicts()]
    used = {name: each for name, each in conventions().items() if name.startswith("ram.")}
    return {
        "allay_version": allay.__version__,
        "rule": rule.model_dump(),
        "facts": {
            **{f"{name}@{each.accessed}": str(each.status) for name, each in used.items()},
            f"ram.panel_sizes@{panel_sizes().accessed}": str(panel_sizes().status),
        },
        "half_point_medians": between,
        "remark": _remark(rule, between) or None,
        "rows": rows,
    }
