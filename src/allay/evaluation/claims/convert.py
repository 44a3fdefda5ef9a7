"""Write claims as a folder of Parquet in the contract's own types."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder
from allay.evaluation.claims.check import check_claims, claims_views, refuse, working
from allay.evaluation.claims.columns import literal, quoted
from allay.evaluation.claims.contract import TABLES, claims_table
from allay.evaluation.claims.folder import ClaimsFolder, open_claims
from allay.evaluation.claims.limits import ClaimsLimits
from allay.evaluation.claims.result import ClaimsCheck


def convert(
    folder: str | Path | ClaimsFolder,
    out: str | Path,
    *,
    decisions: Mapping[str, str] | None = None,
    limits: ClaimsLimits | None = None,
    extract_end: dt.date | None = None,
    memory: str = "8GB",
    force: bool = False,
) -> ClaimsCheck | None:
    """Write a claims folder as Parquet in which every column of the contract has its type.

    Parameters
    ----------
    folder : path or ClaimsFolder
        The claims.
    out : path
        The folder to write; all tables appear in it or none does.
    decisions : mapping of str to str, optional
        When given, be it empty, claims are checked, and rows to drop are not written.
    limits, extract_end
        As `check_claims` takes them.
    memory : str
        What DuckDB may take.
    force : bool
        Whether to write into a folder that is not empty.

    Returns
    -------
    ClaimsCheck or None
        What the check found, when there was one.

    Raises
    ------
    InvalidInput
        Claims that cannot be read or are refused; a folder that cannot be written to.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "member.csv").write_text("person_id,birth_date\\np1,1970-01-31\\n")
    ...     _ = (folder / "enrollment.csv").write_text(
    ...         "person_id,enrollment_start_date,enrollment_end_date\\np1,2024-01-01,2024-12-31\\n")
    ...     _ = (folder / "pharmacy_claim.csv").write_text(
    ...         "claim_id,claim_line_number,person_id,dispensing_date,paid_amount\\nc,1,p1,2024-05-02,9.8\\n")
    ...     _ = convert(folder, folder / "typed")
    ...     open_claims(folder / "typed")["pharmacy_claim"].found["paid_amount"]
    'DECIMAL(18,2)'
    """
    check_folder(out, force=force)
    found = folder if isinstance(folder, ClaimsFolder) else open_claims(folder)
    with working(memory) as connection:
        check = None
        if decisions is None:
            claims_views(connection, found, extract_end=extract_end)
        else:
            check = check_claims(
                found, decisions=decisions, limits=limits, extract_end=extract_end, connection=connection
            )
            refuse(check)
        tables = [name for name in TABLES if found[name].form != "absent"]
        write_tables(connection, out, tables=tables, force=force)
    return check


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    out: str | Path,
    *,
    tables: list[str],
    force: bool = False,
) -> None:
    """Write tables or views of a connection, named as those of the contract, as Parquet.

    Columns are cast to the contract's types; those that a view does not have are written as NULL. Rows keep
    the order in which the view has them. All files appear or none does.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the views.
    out : path
        The folder; made where it does not exist.
    tables : list of str
        Which of the tables to write.
    force : bool
        Whether to write into a folder that is not empty; other tables of the contract in it go away.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> _ = connection.execute("CREATE VIEW member AS SELECT 'p1' AS person_id, DATE '1970-01-31' birth_date")
    >>> with tempfile.TemporaryDirectory() as name:
    ...     write_tables(connection, Path(name) / "claims", tables=["member"])
    ...     sorted(path.name for path in (Path(name) / "claims").iterdir())
    ['member.parquet']
    """
    check_folder(out, force=force)
    target = Path(out)
    for other in (target / each for name in TABLES for each in (name, f"{name}.csv")):
        if other.exists():
            raise InvalidInput(Problem(str(other), "-", "output", "no table in another form", "one"))
    beside = target if target.is_dir() else target.resolve().parent
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=beside) as part:
            for name in tables:
                place = Path(part) / f"{name}.parquet"
                form = "(FORMAT parquet, COMPRESSION zstd)"
                connection.execute(f"COPY ({_cast(connection, name)}) TO {literal(str(place))} {form}")
            target.mkdir(exist_ok=True)
            for name in tables:
                (Path(part) / f"{name}.parquet").replace(target / f"{name}.parquet")
            for name in set(TABLES) - set(tables):
                (target / f"{name}.parquet").unlink(missing_ok=True)
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InvalidInput(
            Problem(str(out), "-", "output", "a place that can be written to", found)
        ) from None


def _cast(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    there = {row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
    columns = [
        (quoted(each.name) if each.name in there else "NULL", each.type.sql, quoted(each.name))
        for each in claims_table(name).columns
    ]
    listed = ", ".join(f"CAST({cell} AS {kind}) AS {column}" for cell, kind, column in columns)
    return f"SELECT {listed} FROM {name}"  # noqa: S608  # names of the contract
