"""The last steps of a panel, whatever engine made it: top-coding, order, and the file."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

import duckdb

from allay.evaluation.claims.columns import literal
from allay.evaluation.panel.columns import COLUMNS, COSTS, COUNTS, DOSE, TOPCODED
from allay.evaluation.panel.engines import MadePanel


def finish(
    connection: duckdb.DuckDBPyConnection, made: MadePanel, target: Path, *, share: float
) -> int | None:
    """Write a panel in its order with top-coded cost.

    Parameters
    ----------
    share : float
        Of the positive member-months, by nearest rank, that stay as they are.

    Returns
    -------
    int or None
        The level in cents; None when nothing cost anything.
    """
    if made.assemble is not None:
        return made.assemble(target, share)
    source = f"read_parquet([{', '.join(literal(str(file)) for file in made.files)}])"
    total = COSTS[2]
    level = topcoding_level(connection, source, share)
    capped = total if level is None else f"least({total}, {level})"
    cells = {
        "month": "CAST(make_date(month // 12, month % 12 + 1, 1) AS DATE)",
        TOPCODED: f"CAST({capped} AS BIGINT)",
    }
    # Sums are wider in some engines; the file has one type for each column.
    cells |= {name: f"CAST({name} AS BIGINT)" for name in (*COUNTS, DOSE, *COSTS)}
    columns = ", ".join(f"{cells[name]} AS {name}" if name in cells else name for name in COLUMNS)
    connection.execute(
        f"COPY (SELECT {columns} FROM {source} ORDER BY person_id, month) TO {literal(str(target))} "  # noqa: S608
        "(FORMAT parquet, COMPRESSION snappy)"
    )
    return level


def topcoding_level(connection: duckdb.DuckDBPyConnection, source: str, share: float) -> int | None:
    """Return the total of the member-month at a share of the positive ones, by nearest rank."""
    total = COSTS[2]
    positive = f"FROM {source} WHERE {total} > 0"
    number = int(connection.execute(f"SELECT count(*) {positive}").fetchall()[0][0])
    if number == 0:
        return None
    place = nearest_rank(number, share)
    query = f"SELECT {total} {positive} ORDER BY {total} LIMIT 1 OFFSET {place}"
    return int(connection.execute(query).fetchall()[0][0])


def nearest_rank(number: int, share: float) -> int:
    """Return the place, from 0, of the value at a share of that many in order.

    Examples
    --------
    >>> nearest_rank(200, 0.99), nearest_rank(1, 0.99)
    (197, 0)
    """
    # In decimals: the share is meant as it is written.
    return max(math.ceil(Decimal(repr(share)) * number) - 1, 0)
