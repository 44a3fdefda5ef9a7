"""The tables of a claims folder as typed views of a DuckDB connection."""

from __future__ import annotations

from pathlib import Path

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.claims.columns import literal, quoted, typed
from allay.evaluation.claims.files import WHOLE, csv_sql, parquet_sql
from allay.evaluation.claims.folder import ClaimsFolder, TableFiles, open_claims

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
    return f"SELECT {', '.join(columns)} FROM {source_sql(files)}"  # noqa: S608  # names of the contract


def claims_views(connection: duckdb.DuckDBPyConnection, folder: str | Path | ClaimsFolder) -> ClaimsFolder:
    """Make the views ``member``, ``enrollment``, ``medical_claim`` and ``pharmacy_claim`` of a claims folder.

    They have every column of the contract, in its order and of its type: optional ones that are not there are
    NULL, other columns are left out, and a table that is not there is empty. Nothing is copied.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where to make the views; those of an earlier folder are replaced.
    folder : path or ClaimsFolder
        The claims.

    Examples
    --------
    >>> import tempfile
    >>> connection = duckdb.connect()
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "member.csv").write_text("person_id,birth_date\\np1,1970-01-31\\n")
    ...     _ = (folder / "enrollment.csv").write_text(
    ...         "person_id,enrollment_start_date,enrollment_end_date\\np1,2024-01-01,2024-12-31\\n")
    ...     _ = (folder / "pharmacy_claim.csv").write_text(
    ...         "claim_id,claim_line_number,person_id,dispensing_date,paid_amount\\nc,1,p1,2024-05-02,9.8\\n")
    ...     claims = claims_views(connection, folder)
    ...     connection.execute("SELECT paid_amount, days_supply FROM pharmacy_claim").fetchall()
    [(Decimal('9.80'), None)]
    """
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    for name, files in found.tables.items():
        try:
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {rows_sql(files)}")
        except duckdb.Error as error:
            raise unreadable(files, error) from None
    return found


def unreadable(files: TableFiles, error: Exception) -> InvalidInput:
    """Say which file of a table could not be read, and where."""
    lines = str(error).splitlines()
    at, found = "-", " ".join(lines[0].split())
    if "CSV Error on Line: " in lines[0]:
        at = lines[0].rsplit(": ", 1)[1].strip()
        found = next((each for each in lines[1:] if each and not each.startswith("Original Line")), lines[0])
    place = next((str(file) for file in files.files if str(file) in str(error)), str(files.files[0]))
    expected = (
        "text in UTF-8 with as many fields as the header" if files.form == "csv" else "a whole Parquet file"
    )
    return InvalidInput(Problem(place, at, WHOLE, expected, found))
