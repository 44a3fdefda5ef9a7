"""A time series as a file has it: a time and an outcome in each row, perhaps a population."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.evaluation.series.design import Floats

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", re.ASCII)
_LARGEST = 1e15
_MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class TimeSeries:
    """A time series in the order of time.

    Attributes
    ----------
    time : array [n]
        As numbers; months count from 1 at the first of the file.
    labels : tuple of str
        Times as the file writes them.
    outcome : array [n]
    population : array [n] or None
    start : float
        The first time with the program.
    gaps : tuple of str
        Times after which one or more are missing, where the others are one apart.
    """

    time: Floats
    labels: tuple[str, ...]
    outcome: Floats
    population: Floats | None
    start: float
    gaps: tuple[str, ...]


def read_series(
    source: Readable,
    *,
    time: str,
    outcome: str,
    start: str,
    population: str | None = None,
    counts: bool = False,
    name: str | None = None,
) -> TimeSeries:
    """Read a time series from a CSV file.

    Parameters
    ----------
    time : str
        Column of numbers, or of months as ``YYYY-MM`` (or of their days, of which only the month counts).
    outcome : str
        Column of numbers.
    start : str
        First time with the program, written as the column is.
    population : str, optional
        Column of people or person-time, above 0.
    counts : bool
        Whether the outcome is a number of events, of which none is negative.

    Raises
    ------
    InvalidInput
        Columns that are absent, cells that are missing or wrong, a time twice.
    InvalidValue
        A start that is no time of this kind, or that has no times before or from it on.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"month,visits\\n2025-12,9\\n2025-11,8\\n2026-02,5\\n")
    >>> series = read_series(file, time="month", outcome="visits", start="2026-01")
    >>> series.time.tolist(), series.outcome.tolist(), series.start, series.gaps
    ([1.0, 2.0, 4.0], [8.0, 9.0, 5.0], 3.0, ('2025-12',))
    """
    wanted = list(dict.fromkeys([time, outcome, *([population] if population else [])]))
    if len(wanted) < 2 + (population is not None):
        raise InvalidValue(
            expected="different columns", found=", ".join(filter(None, [time, outcome, population]))
        )
    table = read_csv(source, columns=wanted, minimum_rows=1, name=name)
    findings = Findings(table)
    cells = [cell.strip() if cell else "" for cell in table.frame.get_column(time).to_list()]
    months = bool(cells) and _MONTH.fullmatch(cells[0]) is not None
    read = _month if months else _number
    found = np.array([read(cell) for cell in cells], dtype=np.float64)
    expected = "a month as YYYY-MM, as in the first row" if months else "a number or a month as YYYY-MM"
    findings.add(np.isnan(found), time, expected=expected)
    values = _column(table, outcome, findings)
    if counts:
        findings.add(values < 0, outcome, expected="a count of 0 or more")
    people = None if population is None else _column(table, population, findings)
    if population is not None and people is not None:
        findings.add(people <= 0, population, expected="a population above 0")
    _refuse_twice(table, time, found, findings)
    findings.refuse()
    first = found.min() - 1 if months else 0.0
    begun = read(start.strip())
    if np.isnan(begun):
        raise InvalidValue(expected=f"a start as the column {time} is written", found=repr(start))
    for there, words in (((found < begun).any(), "before"), ((found >= begun).any(), "at or after")):
        if not there:
            raise InvalidValue(expected=f"times before and after the start {start}", found=f"none {words}")
    order = np.argsort(found, kind="stable")
    labels = tuple(cells[place] for place in order.tolist())
    steps = np.diff(found[order])
    gaps = [labels[place] for place in np.flatnonzero(steps > steps.min()).tolist()] if steps.size else []
    return TimeSeries(
        found[order] - first,
        labels,
        values[order],
        None if people is None else people[order],
        float(begun - first),
        tuple(gaps),
    )


def _month(cell: str) -> float:
    met = _MONTH.fullmatch(cell)
    if met is None:
        return float("nan")
    try:
        day = dt.date(int(met[1]), int(met[2]), int(met[3] or 1))
    except ValueError:
        return float("nan")
    return float(day.year * _MONTHS + day.month)


def _number(cell: str) -> float:
    try:
        found = float(cell)
    except ValueError:
        return float("nan")
    return found if abs(found) <= _LARGEST else float("nan")


def _column(table: CsvTable, column: str, findings: Findings) -> Floats:
    text = table.frame.get_column(column).str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    numbers[~(np.abs(numbers) <= _LARGEST)] = np.nan
    findings.add(np.isnan(numbers), column, expected="a number")
    return numbers


def _refuse_twice(table: CsvTable, time: str, found: Floats, findings: Findings) -> None:
    first: dict[float, int] = {}
    again = np.zeros(len(found), dtype=np.bool_)
    for row, value in enumerate(found.tolist()):
        if not np.isnan(value):
            again[row] = first.setdefault(value, row) != row
    findings.add(again, time, expected="every time once")
    if len(first) == 1 and not again.any():
        raise InvalidInput(Problem(table.name, "-", time, "several times", "one"))
