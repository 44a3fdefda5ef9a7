"""Columns of names in a file, and rows of which only one may be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from allay.base.findings import Findings
from allay.base.messages import shown
from allay.base.tables import CsvTable
from allay.consensus.ratings.table import Ints


def filled(file: CsvTable, column: str, findings: Findings, *, expected: str = "a name") -> pl.Series:
    """Cells of a column as text without blanks around it; a blank cell is a problem, and empty.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> file = read_csv(io.BytesIO(b"item,rank\\n yoga ,1\\n,2\\n"))
    >>> findings = Findings(file)
    >>> filled(file, "item", findings).to_list(), findings.total
    (['yoga', ''], 1)
    """
    found = file.frame.get_column(column).str.strip_chars().fill_null("")
    findings.add((found == "").to_numpy(), column, expected=expected)
    return found


def first_alike(rows: pl.DataFrame, *columns: str) -> Ints:
    """For every row, the first one that has the same in these columns.

    Examples
    --------
    >>> first_alike(pl.DataFrame({"rater": ["a", "b", "a"]}), "rater").tolist()
    [0, 1, 0]
    """
    first = rows.with_row_index("_row").select(pl.col("_row").first().over(columns)).to_series()
    return first.to_numpy().astype(np.int64)


def again(column: pl.Series, file: CsvTable, first: Ints) -> Callable[[int], str]:
    """Say of a row that there was one alike, and in which line.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> file = read_csv(io.BytesIO(b"rater\\na\\na\\n"))
    >>> again(file.frame["rater"], file, np.array([0, 0]))(1)
    "'a' again (the first is in line 2)"
    """
    return lambda row: f"{_told(column[row])} again (the first is in line {file.lines[first[row]]})"


def _told(value: object) -> str:
    return shown(value) if isinstance(value, str) else str(value)


def places(column: pl.Series, known: pl.Series) -> Ints:
    """Where the value of each row stands among the known ones, each of which is there once.

    Examples
    --------
    >>> places(pl.Series(["b", "a"]), pl.Series(["a", "b"])).tolist()
    [1, 0]
    """
    place = pl.DataFrame([known.alias("value")]).with_row_index("place")
    rows = pl.DataFrame([column.alias("value")])
    found = rows.join(place, on="value", how="left", maintain_order="left")
    return found.get_column("place").to_numpy().astype(np.int64)
