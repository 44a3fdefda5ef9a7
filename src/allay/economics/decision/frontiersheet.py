"""Tables of strategies: cost and effect in, status and ratio beside them out."""

from __future__ import annotations

import polars as pl

from allay.base.errors import Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.economics.decision.arrays import Floats
from allay.economics.decision.frontier import NONE, Frontier, frontier
from allay.economics.decision.psafile import amounts, names

COLUMNS = ("strategy", "cost", "effect")
RESULT = ("status", "inc_cost", "inc_effect", "icer", "compared_with")


def read_frontier(source: Readable, *, name: str | None = None) -> pl.DataFrame:
    """Read a table of strategies and say where each stands.

    Parameters
    ----------
    source : path or binary stream
        Columns ``strategy, cost, effect``; others pass through.

    Returns
    -------
    polars.DataFrame
        The columns of the file, then ``RESULT``, in the order of printed tables (see `Frontier.order`).

    Raises
    ------
    InvalidInput
        No strategy, one without a name or twice, costs and effects that are no numbers, a column of the file
        with a name of the result.

    Examples
    --------
    >>> import io
    >>> found = read_frontier(io.BytesIO(b"strategy,cost,effect\\nB,300,3\\nA,100,1\\n"))
    >>> found.select("strategy", "status", "icer").rows()
    [('A', 'frontier', None), ('B', 'frontier', 100.0)]
    """
    table = read_csv(source, columns=COLUMNS, minimum_rows=1, name=name)
    findings = Findings(table)
    strategies = names(table, "strategy", findings)
    again = (~strategies.is_first_distinct() & (strategies != "")).to_numpy()
    findings.add(again, "strategy", expected="every strategy once")
    cost, effect = (amounts(table, column, findings) for column in ("cost", "effect"))
    for column in sorted(set(RESULT) & set(table.columns)):
        findings.add_problem(_taken(table, column))
    findings.refuse()
    found = frontier(cost, effect)
    rows = table.frame.with_columns(strategies, pl.Series("cost", cost), pl.Series("effect", effect))
    result: pl.DataFrame = rows.with_columns(*_result(found, strategies))[found.order.tolist()]
    return result


def _taken(table: CsvTable, column: str) -> Problem:
    return Problem(table.name, "1", column, "another name, as the result has a column of this one", "it")


def _result(found: Frontier, strategies: pl.Series) -> list[pl.Series]:
    known = strategies.to_list()
    against = [None if place == NONE else known[place] for place in found.compared_with.tolist()]
    return [
        pl.Series("status", found.status),
        _numbers("inc_cost", found.incremental_cost),
        _numbers("inc_effect", found.incremental_effect),
        _numbers("icer", found.icer),
        pl.Series("compared_with", against, dtype=pl.String),
    ]


def _numbers(name: str, values: Floats) -> pl.Series:
    return pl.Series(name, values).fill_nan(None)
