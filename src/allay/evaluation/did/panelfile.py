"""A long panel from a CSV or Parquet file; every bad cell is named by its line (of Parquet: its row)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.findings import Findings
from allay.base.sources import WHOLE_FILE
from allay.base.tables import CsvTable, Readable, read_csv
from allay.evaluation.did.panel import WidePanel, wide

Floats = NDArray[np.float64]
PARQUET = ".parquet"
MOST = 1e15
"""Numbers beyond this lose their cents in float64."""


@dataclass(frozen=True, slots=True)
class PanelColumns:
    """Which column of a file holds what.

    Attributes
    ----------
    unit, time, cohort, outcome : str
    covariates : tuple of str
    weights, cluster : str, optional
    """

    unit: str
    time: str
    cohort: str
    outcome: str
    covariates: tuple[str, ...] = ()
    weights: str | None = None
    cluster: str | None = None

    @property
    def steady(self) -> tuple[str, ...]:
        """Columns that hold the same in all rows of a unit."""
        named = (self.cohort, *self.covariates, self.weights, self.cluster)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns that hold numbers, once."""
        named = (self.time, self.cohort, self.outcome, *self.covariates, self.weights)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, once."""
        return tuple(dict.fromkeys((self.unit, self.time, self.outcome, *self.steady)))


def read_panel(source: Readable, columns: PanelColumns, *, name: str | None = None) -> WidePanel:
    """Read a long panel: a row for each unit and period.

    Parameters
    ----------
    source : path or binary stream
        Parquet when the name ends in ``.parquet``, else CSV. Units may be text. Times and cohorts are whole
        numbers such as years, or months counted from a start; cohort 0 is never treated.
    columns : PanelColumns
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Columns that are missing, cells that are blank or no number, a unit twice in a period, a cohort,
        weight, covariate or cluster that changes within a unit: each with its line.

    Examples
    --------
    >>> import io
    >>> rows = b"id,year,first,y\\na,1,2,1\\na,2,2,3\\nb,1,0,1\\nb,2,0,2\\n"
    >>> panel = read_panel(io.BytesIO(rows), PanelColumns("id", "year", "first", "y"))
    >>> panel.outcome.tolist()
    [[1.0, 3.0], [1.0, 2.0]]
    """
    _refuse_two_roles(columns, name or (str(source) if isinstance(source, str | Path) else WHOLE_FILE))
    table = _table(source, columns, name)
    findings = Findings(table)
    unit, blank = _named(table, columns.unit)
    findings.add(blank, columns.unit, expected="the name of a unit")
    numbers = {one: _numbers(table, one, findings, columns) for one in columns.numbers}
    cluster = None
    if columns.cluster is not None:
        cluster, blank = _named(table, columns.cluster)
        findings.add(blank, columns.cluster, expected="the name of a cluster")
    findings.refuse()
    _refuse_repeats(table, findings, columns, unit, numbers, cluster)
    findings.refuse()
    try:
        return wide(
            unit,
            numbers[columns.time],
            numbers[columns.cohort],
            numbers[columns.outcome],
            weights=None if columns.weights is None else numbers[columns.weights],
            covariates=np.stack([numbers[one] for one in columns.covariates], axis=1)
            if columns.covariates
            else None,
            covariate_names=columns.covariates,
            cluster=cluster,
        )
    except InvalidValue as wrong:
        raise refused(table.name, wrong) from None


def refused(file: str, wrong: InvalidValue) -> InvalidInput:
    """Say of a file as a whole what is wrong with its panel.

    Examples
    --------
    >>> print(refused("panel.csv", InvalidValue(expected="untreated units", found="none")))
    panel.csv:-: (file): expected untreated units, found none
    """
    return InvalidInput(Problem(file, "-", WHOLE_FILE, wrong.expected, wrong.found))


def _refuse_two_roles(columns: PanelColumns, file: str) -> None:
    """Refuse a column that is to be two things at once; only a cluster may be what something else is."""
    roles = (columns.unit, columns.time, columns.cohort, columns.outcome, *columns.covariates)
    twice = sorted({one for one in roles if roles.count(one) > 1})
    if twice:
        raise InvalidInput(Problem(file, "-", one, "a column for one thing", "it for two") for one in twice)


def _table(source: Readable, columns: PanelColumns, name: str | None) -> CsvTable:
    if not (isinstance(source, str | Path) and str(source).lower().endswith(PARQUET)):
        return read_csv(source, columns=columns.all, minimum_rows=1, name=name)
    label = name or str(source)
    try:
        there = pl.read_parquet_schema(source)
        absent = [one for one in columns.all if one not in there]
        if absent:
            listed = f"the columns {', '.join(list(there)[:12])}"
            raise InvalidInput(Problem(label, "-", one, "this column", listed) for one in absent)
        frame = pl.read_parquet(source, columns=list(columns.all))
    except (OSError, pl.exceptions.PolarsError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        if not Path(source).exists():
            found = "no such file"
        raise InvalidInput(Problem(label, "-", WHOLE_FILE, "a whole Parquet file", found)) from None
    if not frame.height:
        raise InvalidInput(Problem(label, "-", WHOLE_FILE, "at least 1 row of data", "0"))
    return CsvTable(label, frame, np.arange(1, frame.height + 1))


def _named(table: CsvTable, column: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A number for each name, and where there is none."""
    values = table.frame.get_column(column)
    if values.dtype.is_integer() and not values.has_nulls():
        return values.to_numpy().astype(np.int64, copy=False), np.zeros(len(values), dtype=bool)
    blank = values.is_null().to_numpy()
    codes = values.cast(pl.String).cast(pl.Categorical).to_physical()
    return codes.fill_null(0).to_numpy().astype(np.int64), blank


def _numbers(table: CsvTable, column: str, findings: Findings, columns: PanelColumns) -> NDArray[np.float64]:
    values = table.frame.get_column(column)
    if values.dtype == pl.String:
        values = values.str.strip_chars()
    elif not (values.dtype.is_numeric() or values.dtype == pl.Boolean):
        kind = f"{str(values.dtype).lower()} values"
        raise InvalidInput(Problem(table.name, "-", column, _expected(column, columns), kind))
    numbers: Floats = values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    wrong = ~(np.abs(numbers) <= MOST)
    if column in (columns.time, columns.cohort):
        wrong |= numbers != np.floor(numbers)
    if column in (columns.cohort, columns.weights):
        wrong |= numbers < 0
    findings.add(wrong, column, expected=_expected(column, columns))
    return numbers


def _expected(column: str, columns: PanelColumns) -> str:
    if column == columns.time:
        return "a period as a whole number (a year, or months counted from a start)"
    if column == columns.cohort:
        return "the first treated period as a whole number, or 0 for never"
    return "a weight of 0 or more" if column == columns.weights else f"a number, at most {MOST:g} from zero"


def _refuse_repeats(
    table: CsvTable,
    findings: Findings,
    columns: PanelColumns,
    unit: NDArray[np.int64],
    numbers: dict[str, Floats],
    cluster: NDArray[np.int64] | None,
) -> None:
    """Name a unit that is in a period twice, and what changes within a unit but must not."""
    keys = pl.DataFrame({"unit": unit, "time": numbers[columns.time]})
    # Where units come one after the other, each with its periods in order, nothing is twice.
    same = unit[1:] == unit[:-1]
    grouped = int((~same).sum()) + 1 == keys.get_column("unit").n_unique()
    if not grouped or (same & (np.diff(numbers[columns.time]) <= 0)).any():
        first = keys.with_row_index("row").select(pl.col("row").first().over("unit", "time"))
        earlier = first.to_series().to_numpy()
        findings.add(
            earlier != np.arange(len(earlier)),
            columns.time,
            expected="every unit once in a period",
            found=lambda row: f"the same again (first in line {table.lines[earlier[row]]})",
        )
    for column in columns.steady:
        values = numbers.get(column, cluster)
        if values is None or (grouped and (values[1:] == values[:-1])[same].all()):
            continue
        rows = pl.DataFrame({"unit": unit, "value": values, "line": table.lines})
        first_of = rows.select(pl.col("value", "line").first().over("unit"))
        before, at = first_of.get_column("value").to_numpy(), first_of.get_column("line").to_numpy()
        findings.add(
            before != values,
            column,
            expected="the same in every row of a unit",
            found=_Said(table, column, at),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """Says what is in a row that differs from the first of its unit, which may be a person without a name."""

    table: CsvTable
    column: str
    at: NDArray[np.int64]

    def __call__(self, row: int) -> str:
        here = _cell(self.table, self.column, row)
        return f"{here}, unlike line {self.at[row]} of the same unit"


def _cell(table: CsvTable, column: str, row: int) -> str:
    return str(table.frame.get_column(column)[row])
