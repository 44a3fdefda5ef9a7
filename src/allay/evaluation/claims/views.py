"""The tables of a claims folder as typed views of a DuckDB connection."""

# ruff: noqa: S608  # queries are put together from names of the contract and quoted paths

from __future__ import annotations

import datetime as dt

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.claims.columns import literal, quoted, typed
from allay.evaluation.claims.files import WHOLE, csv_problem, csv_sql, parquet_sql
from allay.evaluation.claims.folder import TableFiles

FILE, ROW = "_file", "_row"
"""Where a row stands: the file, and its number in it from 0."""


def source_sql(files: TableFiles) -> str:
    """Write the table function that reads a table as it lies there."""
    if files.form == "csv":
        return csv_sql(files.files[0], files.header)
    return parquet_sql(files.files, uneven=files.uneven)


def rows_sql(files: TableFiles, *, places: bool = False, raw: bool = False) -> str:
    """Write the query of a table's rows with every column of the contract, each of its type.

    Parameters
    ----------
    files : TableFiles
        The table.
    places : bool
        Whether to add where each row stands, as `FILE` and `ROW`.
    raw : bool
        Whether to add the cells as they were found, as ``raw_NAME``, of the columns that need a look.
    """
    columns = [f"{typed(c, files.found.get(c.name))} AS {quoted(c.name)}" for c in files.table.columns]
    if raw:
        columns += [f"{quoted(c.name)} AS {quoted('raw_' + c.name)}" for c in files.unsure]
    if files.form == "absent":
        if places:
            columns += [f"CAST(NULL AS VARCHAR) AS {FILE}", f"CAST(NULL AS BIGINT) AS {ROW}"]
        return f"SELECT {', '.join(columns)} WHERE false"
    if places and files.form == "csv":
        columns += [f"{literal(str(files.files[0]))} AS {FILE}", f"row_number() OVER () - 1 AS {ROW}"]
    elif places:
        columns += [f"filename AS {FILE}", f"file_row_number AS {ROW}"]
    return f"SELECT {', '.join(columns)} FROM {source_sql(files)}"


def dropped_table(files: TableFiles) -> str:
    """Return the name of the table of the places of rows that are left out.

    Examples
    --------
    >>> from allay.evaluation.claims.contract import claims_table
    >>> dropped_table(TableFiles(claims_table("member"), "absent"))
    'allay_dropped_member'
    """
    return f"allay_dropped_{files.name}"


def make_view(
    connection: duckdb.DuckDBPyConnection,
    files: TableFiles,
    *,
    dropped: bool = False,
    extract_end: dt.date | None = None,
) -> None:
    """Make the view of one table, named as the table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where to make it.
    files : TableFiles
        The table.
    dropped : bool
        Whether there are rows to leave out, in the table named `dropped_table`.
    extract_end : date, optional
        Enrollment ends with this day.
    """
    query = rows_sql(files, places=dropped)
    names = [quoted(name) for name in files.table.names]
    where = ""
    if dropped:
        query = f"SELECT * FROM ({query}) ANTI JOIN {dropped_table(files)} USING (_file, _row)"
    if files.name == "enrollment" and extract_end is not None:
        day = f"DATE '{extract_end.isoformat()}'"
        names = [
            f"least({name}, {day}) AS {name}" if name == '"enrollment_end_date"' else name for name in names
        ]
        where = f" WHERE enrollment_start_date <= {day}"
    view = f"SELECT {', '.join(names)} FROM ({query}){where}"
    try:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {files.name} AS {view}")
    except duckdb.Error as error:
        raise unreadable(files, error) from None


def unreadable(files: TableFiles, error: Exception) -> InvalidInput:
    """Say which file of a table could not be read, and where."""
    if files.form == "csv":
        return InvalidInput(csv_problem(str(files.files[0]), error))
    place = next((str(file) for file in files.files if str(file) in str(error)), str(files.files[0]))
    found = " ".join(str(error).splitlines()[0].split())
    return InvalidInput(Problem(place, "-", WHOLE, "a whole Parquet file", found))
