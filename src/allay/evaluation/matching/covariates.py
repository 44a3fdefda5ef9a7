"""Covariates of a table: numbers as they are, text as indicators of its levels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.errors import NotFound, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable
from allay.evaluation.matching.arrays import Floats

MOST_LEVELS = 200
"""A column of text with more levels is a name or an id, not a covariate."""
_FEW_LEVELS = 20
"""Up to so many levels, each may be in one row only: small tables are full of them."""

_LARGEST = 1e15


@dataclass(frozen=True, slots=True, eq=False)
class Covariates:
    """Covariates as numbers, twice: to fit with, and to show.

    Attributes
    ----------
    values : array [n, k]
        Of text, an indicator for each level but the first in the order of letters.
    names : tuple of str
        A number by its column; an indicator as ``column=level``.
    shown : array [n, m]
        The same, but of text with more than two levels an indicator for every level.
    shown_names : tuple of str
    """

    values: Floats
    names: tuple[str, ...]
    shown: Floats
    shown_names: tuple[str, ...]


def encode(
    table: CsvTable | pl.DataFrame, columns: Sequence[str], *, categories: Collection[str] = ()
) -> Covariates:
    """Turn columns of a table into covariates.

    Parameters
    ----------
    table : CsvTable or polars.DataFrame
        Of a frame, messages count the rows from 1.
    columns : sequence of str
    categories : collection of str
        Columns whose numbers are codes, to be taken as text.

    Raises
    ------
    InvalidInput
        Every missing cell, text among numbers, a column that is the same for everyone, or text with too many
        levels: each with its row and column.
    NotFound
        A column that the table does not have.

    Examples
    --------
    >>> found = encode(pl.DataFrame({"age": [30, 40, 50], "payer": ["B", "A", "C"]}), ["age", "payer"])
    >>> found.names, found.values.tolist()
    (('age', 'payer=B', 'payer=C'), [[30.0, 1.0, 0.0], [40.0, 0.0, 0.0], [50.0, 0.0, 1.0]])
    >>> found.shown_names
    ('age', 'payer=A', 'payer=B', 'payer=C')
    """
    if isinstance(table, pl.DataFrame):
        table = CsvTable("table", table, np.arange(1, table.height + 1))
    for name in (*columns, *categories):
        if name not in table.columns:
            raise NotFound.among("column", name, known=table.columns)
    findings = Findings(table)
    parts = [_column(table, name, findings, coded=name in categories) for name in dict.fromkeys(columns)]
    findings.refuse()
    values = [(name, values) for part in parts for name, values in part.fitted]
    shown = [(name, values) for part in parts for name, values in part.shown]
    height = table.frame.height
    return Covariates(
        _stacked([each for _, each in values], height),
        tuple(name for name, _ in values),
        _stacked([each for _, each in shown], height),
        tuple(name for name, _ in shown),
    )


@dataclass(frozen=True, slots=True)
class _Encoded:
    fitted: tuple[tuple[str, Floats], ...]
    shown: tuple[tuple[str, Floats], ...]


def _stacked(columns: list[Floats], height: int) -> Floats:
    return np.column_stack(columns) if columns else np.empty((height, 0))


def _column(table: CsvTable, name: str, findings: Findings, *, coded: bool) -> _Encoded:
    column = table.frame.get_column(name)
    text = column.cast(pl.String).str.strip_chars()
    missing = (column.is_null() | (text == "")).fill_null(value=True).to_numpy()
    findings.add(missing, name, expected="a value, since covariates may not be missing")
    number = (
        column.cast(pl.Float64, strict=False)
        if column.dtype != pl.String
        else text.cast(pl.Float64, strict=False)
    )
    values = number.fill_null(float("nan")).to_numpy().copy()
    values[~(np.abs(values) <= _LARGEST)] = np.nan
    fine = ~np.isnan(values)
    if coded or not fine.any():
        return _levels(table, name, text, missing, findings)
    findings.add(
        ~fine & ~missing,
        name,
        expected="a number, as in other rows (or name the column as one of categories)",
    )
    if (fine | missing).all() and np.ptp(values[fine]) == 0:
        _constant(table, name, f"{values[fine][0]:g}", findings)
    return _Encoded(((name, values),), ((name, values),))


def _levels(
    table: CsvTable,
    name: str,
    text: pl.Series,
    missing: np.ndarray[tuple[int], np.dtype[np.bool_]],
    findings: Findings,
) -> _Encoded:
    levels = sorted(set(text.drop_nulls().to_list()) - {""})
    if len(levels) == 1 and not missing.any():
        _constant(table, name, levels[0], findings)
    if len(levels) > MOST_LEVELS:
        expected = f"at most {MOST_LEVELS} different values, or a number"
        findings.add_problem(Problem(table.name, "-", name, expected, f"{len(levels):,}"))
        return _Encoded((), ())
    if len(levels) > max(_FEW_LEVELS, len(text) / 2):
        found = f"{len(levels):,} in {len(text):,} rows, as of a name or an id"
        findings.add_problem(Problem(table.name, "-", name, "values that people share", found))
        return _Encoded((), ())
    every = tuple(
        (f"{name}={level}", (text == level).fill_null(value=False).to_numpy().astype(np.float64))
        for level in levels
    )
    return _Encoded(every[1:], every if len(every) > 2 else every[1:])


def _constant(table: CsvTable, name: str, value: str, findings: Findings) -> None:
    findings.add_problem(
        Problem(table.name, "-", name, "a covariate that varies", f"{value} in every row; leave it out")
    )
