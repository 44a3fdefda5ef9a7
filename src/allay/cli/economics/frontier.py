"""`allay economics frontier`: dominance and incremental cost-effectiveness of a table of strategies."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from allay.cli.economics.reporting import report_option, write_report
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import deliver_frame, opened
from allay.economics.decision.frontiersheet import read_frontier

AMOUNTS = ("cost", "effect", "inc_cost", "inc_effect", "icer")
_WHOLE = 1000


@click.command(
    "frontier",
    epilog=example(
        "allay economics frontier strategies.csv -o frontier.csv",
        "allay economics frontier strategies.csv --format table",
        "allay economics frontier strategies.csv --report frontier.html",
    ),
)
@input_argument("table")
@report_option
@format_option("csv", "json", "table")
@output_option()
def frontier(*, table: str, report: str | None, format: str, output: str | None) -> None:
    """Say which strategies of TABLE are on the cost-effectiveness frontier, and at what price a step.

    TABLE is a CSV file with the columns strategy, cost and effect; other columns pass through. Added are
    status (frontier; extended: a mix of two others does as well for less; dominated: one other does),
    inc_cost, inc_effect and icer against the step before, and compared_with (that step, or the cheapest that
    dominates). Rows come as in printed tables: the frontier by cost, then what is extendedly dominated by
    cost, then what is dominated by cost.
    """
    source, name = opened(table)
    found = read_frontier(source, name=name)
    if report is not None:
        # Imported late: drawing takes longer to import than all the rest.
        from allay.reports.frontier_page import frontier_html

        write_report(report, frontier_html(found, source=Path(name).name))
    deliver_frame(output, readable(found) if format == "table" else found, form=format)


def readable(found: pl.DataFrame) -> pl.DataFrame:
    """Write the numbers of a frontier for reading: without the last digits of their differences.

    Examples
    --------
    >>> readable(pl.DataFrame({"cost": [6057.42], "inc_cost": [43.029999999999745]})).row(0)
    ('6,057.42', '43.03')
    """
    numbers = [name for name in AMOUNTS if name in found.columns]
    return found.with_columns(
        pl.Series(name, [None if value is None else _number(value) for value in found[name]])
        for name in numbers
    )


def _number(value: float) -> str:
    return f"{value:,.2f}" if abs(value) >= _WHOLE else f"{value:.6g}"
