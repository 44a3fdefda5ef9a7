"""What columns the files of claims have: Parquet by its footer, CSV by its header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from allay.base.errors import Problem
from allay.evaluation.claims.columns import literal

WHOLE = "(file)"
_PATTERNS = frozenset("*?[")
_FIELDS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_FIRST_LINE = 1_000_000
"""No header is longer than this many bytes."""


def parquet_sql(files: Sequence[Path], *, uneven: bool = False) -> str:
    """Write the table function that reads Parquet files; keys of partitions are text.

    Examples
    --------
    >>> parquet_sql([Path("a.parquet")])
    "read_parquet(['a.parquet'], hive_partitioning=true, hive_types_autocast=false)"
    """
    listed = ", ".join(literal(str(file)) for file in files)
    union = ", union_by_name=true" if uneven else ""
    return f"read_parquet([{listed}], hive_partitioning=true, hive_types_autocast=false{union})"


def csv_sql(file: Path, header: Sequence[str]) -> str:
    """Write the table function that reads a CSV file strictly, as text."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({literal(str(file))}, columns={{{columns}}}, auto_detect=false, header=true, delim=',', "
        "quote='\"', escape='\"', nullstr='', strict_mode=true, null_padding=false)"
    )


def describe_parquet(
    files: Sequence[Path], *, root: Path | None, problems: list[Problem]
) -> dict[Path, dict[str, str]]:
    """Return, by file, its columns and their types; files that cannot be read become problems.

    Parameters
    ----------
    files : sequence of Path
        Of one table.
    root : Path or None
        The folder of a partitioned table.
    problems : list of Problem
        Gets what is wrong.
    """
    found: dict[Path, dict[str, str]] = {}
    with duckdb.connect() as connection:
        for file in files:
            if _PATTERNS & set(str(file)):
                problems.append(Problem(str(file), "-", WHOLE, "a path without *, ? and [", "one of them"))
                continue
            try:
                rows = connection.sql(f"DESCRIBE FROM {parquet_sql([file])}").fetchall()
            except (duckdb.Error, OSError) as error:
                reason = " ".join(str(error).split("\n")[0].split()).replace(str(file), "the file")
                problems.append(Problem(str(file), "-", WHOLE, "a whole Parquet file", reason))
                continue
            found[file] = {str(row[0]): str(row[1]) for row in rows}
    return found


def describe_csv(file: Path, problems: list[Problem]) -> tuple[str, ...]:
    """Return the header of a CSV file; what is wrong with it becomes a problem."""
    if _PATTERNS & set(str(file)):
        problems.append(Problem(str(file), "-", WHOLE, "a path without *, ? and [", "one of them"))
        return ()
    with file.open("rb") as opened:
        data = opened.readline(_FIRST_LINE)
    try:
        line = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        found = f"the byte 0x{data[error.start]:02x}"
        problems.append(Problem(str(file), "1", WHOLE, "text in UTF-8", found))
        return ()
    if "\0" in line:
        problems.append(Problem(str(file), "1", WHOLE, "text in UTF-8", "a zero byte"))
        return ()
    header = tuple(next(csv.reader([line]), ()))
    if not any(name.strip() for name in header):
        problems.append(Problem(str(file), "1", WHOLE, "a header row", "an empty line"))
        return ()
    for name, times in Counter(header).items():
        if times > 1:
            expected = "a name for every column" if not name.strip() else "each column once"
            problems.append(Problem(str(file), "1", name or WHOLE, expected, f"it {times} times"))
            return ()
    if "" in header:
        problems.append(Problem(str(file), "1", WHOLE, "a name for every column", "a blank"))
        return ()
    return header


def csv_problem(file: str, error: Exception) -> Problem:
    """Say in our words what the engine found wrong with a CSV file, and in which line.

    Examples
    --------
    >>> said = "CSV Error on Line: 7\\nOriginal Line: a\\nExpected Number of Columns: 3 Found: 1"
    >>> print(csv_problem("a.csv", ValueError(said)))
    a.csv:7: (file): expected 3 fields, as in the header, found 1
    """
    text = str(error)
    lines = text.splitlines()
    if "CSV Error on Line: " not in lines[0]:
        return Problem(file, "-", WHOLE, "a CSV file", " ".join(lines[0].split()))
    at = lines[0].rsplit(": ", 1)[1].strip()
    if fields := _FIELDS.search(text):
        wanted, found = (int(each) for each in fields.groups())
        more = " or more" if found > wanted else ""
        return Problem(file, at, WHOLE, f"{wanted} fields, as in the header", f"{found}{more}")
    if "unicode" in text:
        return Problem(file, at, WHOLE, "text in UTF-8", "other bytes")
    if "quote" in text:
        return Problem(file, at, WHOLE, 'quotes around whole fields, as "a ""b"" c"', "others")
    return Problem(file, at, WHOLE, "a line of CSV", next(iter(lines[1:]), "something else"))
