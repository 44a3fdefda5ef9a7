"""Source tables of a loader: CSV files, plain or gzipped, read strictly into typed views."""

# ruff: noqa: S608  # queries are put together from names that loaders state and quoted paths

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.claims.columns import literal, quoted
from allay.evaluation.claims.files import WHOLE, csv_problem

_EXAMPLES = 5
_TEXT = "text"
# By kind: the shape a cell must have, its value in SQL, and what messages call it. Values are written for a
# cell that was trimmed, named {0}.
_KINDS = {
    "date": (r"\d{4}-\d{2}-\d{2}", "TRY_CAST({0} AS DATE)", "a date as YYYY-MM-DD"),
    "time": (r"\d{4}-\d{2}-\d{2}([T ].*)?", "TRY_CAST(left({0}, 10) AS DATE)", "a date and time as ISO 8601"),
    "compact": (r"\d{8}", "CAST(try_strptime({0}, '%Y%m%d') AS DATE)", "a date as YYYYMMDD"),
    "named": (
        r"\d{2}-[A-Za-z]{3}-\d{4}",
        "CAST(try_strptime({0}, '%d-%b-%Y') AS DATE)",
        "a date as DD-Mon-YYYY",
    ),
    "amount": (r"[+-]?\d*(\.\d*)?", "TRY_CAST({0} AS DECIMAL(18,2))", "an amount in dollars"),
    "exact": (r"[+-]?\d*(\.\d*)?", "TRY_CAST({0} AS DECIMAL(18,6))", "an amount in dollars"),
    "number": (r"[+-]?\d*(\.\d*)?", "TRY_CAST({0} AS DECIMAL(18,3))", "a number"),
    "whole": (r"[+-]?\d+", "TRY_CAST({0} AS INTEGER)", "a whole number"),
}

_TYPES = {
    _TEXT: "VARCHAR",
    "amount": "DECIMAL(18,2)",
    "exact": "DECIMAL(18,6)",
    "number": "DECIMAL(18,3)",
    "whole": "INTEGER",
}


@dataclass(slots=True)
class Sources:
    """The files of a source folder on a connection.

    Attributes
    ----------
    connection : duckdb.DuckDBPyConnection
        Where views are made.
    folder : Path
        Where the files are.
    delimiter : str
        What stands between fields.
    notes : list of str
        What a reader of the result should know; loaders add to it.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    delimiter: str = ","
    notes: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path | None:
        """Return the file of a table, ``NAME.csv`` or ``NAME.csv.gz``; None without one."""
        places = (self.folder / f"{name}.csv", self.folder / f"{name}.csv.gz")
        return next((place for place in places if place.is_file()), None)

    def view(
        self,
        name: str,
        *,
        required: Mapping[str, str],
        optional: Mapping[str, str] | None = None,
        file: Path | None = None,
    ) -> str:
        """Make a view of a table with columns of the kinds given, and return its name.

        Parameters
        ----------
        name : str
            Of the table.
        required, optional : mapping of str to str
            By column, its kind: ``text``, ``date`` (YYYY-MM-DD), ``time``, ``compact`` (YYYYMMDD), ``named``
            (DD-Mon-YYYY), ``amount``, ``exact`` (an amount with parts of cents), ``number`` or ``whole``.
            Optional ones that are absent are NULL; cells are trimmed, and blank ones NULL.
        file : Path, optional
            The file, where its name is not that of the table.

        Raises
        ------
        InvalidInput
            A file or column that is missing; cells that are not of their kind, with their lines.
        """
        place = file or self.path(name)
        if place is None:
            raise InvalidInput(
                Problem(str(self.folder), "-", f"{name}.csv", "this file (or .csv.gz)", "none")
            )
        header = _header(place, self.delimiter)
        absent = [column for column in required if column not in header]
        if absent:
            raise InvalidInput(Problem(str(place), "1", each, "this column", "none") for each in absent)
        kinds = {**required, **(optional or {})}
        table = f"source_{name}"
        columns = ", ".join(f"{literal(each)}: 'VARCHAR'" for each in header)
        read = (
            f"read_csv({literal(str(place))}, columns={{{columns}}}, auto_detect=false, header=true, "
            f"delim={literal(self.delimiter)}, quote='\"', escape='\"', nullstr='', strict_mode=true)"
        )
        cells = ", ".join(
            f"{_value(column, kind) if column in header else _nothing(kind)} AS {quoted(column)}"
            for column, kind in kinds.items()
        )
        try:
            self._refuse_wrong(place, read, {c: k for c, k in kinds.items() if c in header and k != _TEXT})
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT {cells} FROM {read}")
        except duckdb.Error as error:
            raise InvalidInput(csv_problem(str(place), error)) from None
        return table

    def _refuse_wrong(self, place: Path, read: str, kinds: Mapping[str, str]) -> None:
        if not kinds:
            return
        wrong = {
            column: f"(trim({quoted(column)}) != '' AND {_value(column, kind)} IS NULL)"
            for column, kind in kinds.items()
        }
        counts = ", ".join(f"count_if({each})" for each in wrong.values())
        found = self.connection.execute(f"SELECT {counts} FROM {read}").fetchall()[0]
        problems: list[Problem] = []
        for (column, predicate), count in zip(wrong.items(), found, strict=True):
            if count:
                rows = self.connection.execute(
                    f"SELECT n, cell FROM (SELECT row_number() OVER () AS n, {quoted(column)} AS cell, * "
                    f"FROM {read}) WHERE {predicate} LIMIT {_EXAMPLES}"
                ).fetchall()
                expected = _KINDS[kinds[column]][2]
                problems += [
                    Problem(str(place), str(n + 1), column, expected, repr(cell)) for n, cell in rows
                ]
        if problems:
            raise InvalidInput(problems, total=sum(found))

    def count(self, query: str) -> int:
        """Return the one number of a query."""
        return int(self.connection.execute(query).fetchall()[0][0])


def _header(place: Path, delimiter: str) -> tuple[str, ...]:
    """The header of a file, plain or gzipped."""
    try:
        with gzip.open(place) if place.suffix == ".gz" else place.open("rb") as stream:
            line = stream.readline().decode("utf-8-sig").rstrip("\r\n")
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise InvalidInput(Problem(str(place), "1", WHOLE, "a header row in UTF-8", str(error))) from None
    header = tuple(next(csv.reader([line], delimiter=delimiter), ()))
    if len(set(header)) != len(header) or not all(header):
        raise InvalidInput(
            Problem(str(place), "1", WHOLE, "a name for every column, each once", repr(line[:60]))
        )
    return header


def _value(column: str, kind: str) -> str:
    cell = f"nullif(trim({quoted(column)}), '')"
    if kind == _TEXT:
        return cell
    shape, value, _ = _KINDS[kind]
    return f"CASE WHEN regexp_full_match({cell}, {literal(shape)}) THEN {value.format(cell)} END"


def _nothing(kind: str) -> str:
    """A blank of a kind."""
    return f"CAST(NULL AS {sql_type(kind)})"


def sql_type(kind: str) -> str:
    """Return the type of SQL of a kind.

    Examples
    --------
    >>> sql_type("amount"), sql_type("compact")
    ('DECIMAL(18,2)', 'DATE')
    """
    return _TYPES.get(kind, "DATE")
