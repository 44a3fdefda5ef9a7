"""The page of `allay economics frontier`: which strategies of a table are worth considering."""

from __future__ import annotations

import polars as pl

import allay
from allay.economics.decision.result import StrategyResult
from allay.reports.decision_figures import figure_of_frontier, steps_of
from allay.reports.economics_words import Units, amount, choice
from allay.reports.page import environment, stylesheet

__all__ = ["frontier_html"]


def frontier_html(table: pl.DataFrame, *, source: str) -> str:
    """Write the page.

    Parameters
    ----------
    table
        From `allay.economics.decision.frontiersheet.read_frontier`.
    source
        The name of the file.

    Examples
    --------
    >>> import io
    >>> from allay.economics.decision.frontiersheet import read_frontier
    >>> table = read_frontier(io.BytesIO(b"strategy,cost,effect\\nB,300,3\\nA,100,1\\n"))
    >>> "A up to 100.0 for a unit of effect; above that, B." in frontier_html(table, source="t.csv")
    True
    """
    rows = [
        StrategyResult(**{name: row[name] for name in StrategyResult.model_fields})
        for row in table.to_dicts()
    ]
    units = Units()
    page = environment().get_template("frontier.html")
    return page.render(
        rows=rows,
        units=units,
        headline=choice(steps_of(rows), units=units),
        figure=figure_of_frontier(rows, units=units, note=f"{len(rows)} strategies"),
        source=source,
        style=stylesheet("report.css"),
        version=allay.__version__,
        amount=amount,
    )
