"""The draws of an analysis from a CSV file; every bad cell is named by line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.economics.decision.arrays import Floats
from allay.economics.decision.psa import Psa

DRAW = "draw"
MOST = 1e15
PSA_COLUMNS = (DRAW, "strategy", "cost", "effect")


@dataclass(frozen=True, slots=True, eq=False)
class PsaFile:
    """An analysis and where its draws stand in the file.

    Attributes
    ----------
    psa : Psa
        Draws and strategies in the order of their first rows.
    name : str
        File name, as messages show it.
    draws : polars.Series of str
        What each draw is called.
    lines : int64 array of shape (draws,)
        The line of the first row of each.
    """

    psa: Psa
    name: str
    draws: pl.Series
    lines: NDArray[np.int64]


def read_psa(source: Readable, *, name: str | None = None) -> PsaFile:
    """Read an analysis: columns ``draw, strategy, cost, effect``, a row for every strategy in every draw.

    Parameters
    ----------
    source : path or binary stream
        The order of the rows does not matter; other columns are ignored.

    Raises
    ------
    InvalidInput
        Blanks, costs and effects that are no numbers, a strategy twice in a draw or absent from one, fewer
        than two draws.

    Examples
    --------
    >>> import io
    >>> rows = b"1,A,10,1\\n1,B,30,2\\n2,A,12,1\\n2,B,20,3\\n"
    >>> file = read_psa(io.BytesIO(b"draw,strategy,cost,effect\\n" + rows))
    >>> file.psa.strategies, file.psa.costs.tolist()
    (('A', 'B'), [[10.0, 30.0], [12.0, 20.0]])
    """
    table = read_csv(source, columns=PSA_COLUMNS, minimum_rows=1, name=name)
    findings = Findings(table)
    draw, strategy = (names(table, column, findings) for column in PSA_COLUMNS[:2])
    cost, effect = (amounts(table, column, findings) for column in PSA_COLUMNS[2:])
    keys = pl.DataFrame([draw, strategy]).with_row_index("row")
    first = keys.select(pl.col("row").first().over(DRAW, "strategy")).to_series().to_numpy()
    findings.add(
        (first != np.arange(len(first))) & ~findings.wrong,
        "strategy",
        expected="every strategy once in a draw",
        found=lambda row: f"{strategy[row]!r} again (the first is in line {table.lines[first[row]]})",
    )
    findings.refuse()
    draws, rows = _places(draw)
    strategies, columns = _places(strategy)
    shape = (len(draws), len(strategies))
    filled = np.zeros(shape, dtype=np.bool_)
    filled[rows, columns] = True
    lines = table.lines[np.unique(rows, return_index=True)[1]]
    _refuse_gaps(table.name, draws, strategies, filled, lines)
    if len(draws) < 2:
        raise InvalidInput(Problem(table.name, str(lines[0]), DRAW, "at least 2 draws", "1"))
    costs, effects = np.empty(shape), np.empty(shape)
    costs[rows, columns], effects[rows, columns] = cost, effect
    psa = Psa.of(strategies.to_list(), costs=costs, effects=effects)
    return PsaFile(psa, table.name, draws, lines)


def _places(column: pl.Series) -> tuple[pl.Series, NDArray[np.intp]]:
    """The different values in the order of their first rows, and the place of each row's value in them."""
    values = column.unique(maintain_order=True)
    place = pl.DataFrame([values]).with_row_index("place")
    found = pl.DataFrame([column]).join(place, on=column.name, how="left", maintain_order="left")
    return values, found.get_column("place").to_numpy().astype(np.intp)


def _refuse_gaps(
    name: str,
    draws: pl.Series,
    strategies: pl.Series,
    filled: NDArray[np.bool_],
    lines: NDArray[np.int64],
) -> None:
    rows, columns = np.nonzero(~filled)
    if rows.size:
        raise InvalidInput(
            [
                Problem(
                    name,
                    str(lines[row]),
                    "strategy",
                    f"a row for {strategies[column]!r} in draw {draws[row]}, which begins here",
                    "none",
                )
                for row, column in zip(
                    rows[:PROBLEMS_KEPT].tolist(), columns[:PROBLEMS_KEPT].tolist(), strict=True
                )
            ],
            total=rows.size,
        )


def names(table: CsvTable, column: str, findings: Findings) -> pl.Series:
    """Cells of a column as text without blanks around it; a blank cell is a problem and empty."""
    found = table.frame.get_column(column).str.strip_chars().fill_null("")
    findings.add((found == "").to_numpy(), column, expected="a value")
    return found


def amounts(table: CsvTable, column: str, findings: Findings) -> Floats:
    """Cells of a column as numbers whose products float64 can hold; another cell is a problem and NaN."""
    text = table.frame.get_column(column).str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    numbers[~(np.abs(numbers) <= MOST)] = np.nan
    findings.add(np.isnan(numbers), column, expected=f"a number, at most {MOST:g} from zero")
    return numbers
