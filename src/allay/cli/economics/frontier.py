"""`allay economics frontier`: dominance and incremental cost-effectiveness of a table of strategies."""

from __future__ import annotations

import click

from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame, opened
from allay.economics.decision.frontiersheet import read_frontier


@click.command(
    "frontier",
    epilog=example(
        "allay economics frontier strategies.csv -o frontier.csv",
        "allay economics frontier strategies.csv --format table",
    ),
)
@input_argument("table")
@format_option("csv", "json", "table")
@output_option()
def frontier(*, table: str, format: str, output: str | None) -> None:
    """Say which strategies of TABLE are on the cost-effectiveness frontier, and at what price a step.

    TABLE is a CSV file with the columns strategy, cost and effect; other columns pass through. Added are
    status (frontier; extended: a mix of two others does as well for less; dominated: one other does),
    inc_cost, inc_effect and icer against the step before, and compared_with (that step, or the cheapest that
    dominates). Rows come as in printed tables: the frontier by cost, then what is extendedly dominated by
    cost, then what is dominated by cost.
    """
    source, name = opened(table)
    deliver_frame(output, read_frontier(source, name=name), form=format)
