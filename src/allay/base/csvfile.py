"""Strict reading of CSV files: the header is checked, ragged rows and wrong quotes are named by line."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.csvlayout import header_fields, lay_out
from allay.base.errors import AllayError, InvalidInput, Problem
from allay.base.messages import shown
from allay.base.sources import WHOLE_FILE, Readable, read_bytes, text_bytes

MOST_COLUMNS = 10_000
"""More columns than any export has; a file of a million commas is none."""

_MOST_COMPARED = 500


@dataclass(frozen=True, slots=True, eq=False)
class CsvTable:
    """A CSV file as text, with the line on which each row starts.

    Attributes
    ----------
    name : str
        File name, as messages show it.
    frame : polars.DataFrame
        All columns are strings; a blank field is null.
    lines : int64 array of shape (rows,)
        The physical line of the file on which the row starts. Line 1 is the header; a line break inside a
        quoted field counts, so the number is the one an editor shows.
    """

    name: str
    frame: pl.DataFrame
    lines: NDArray[np.int64]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.frame.columns)

    def padded(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return the frame with these columns; those that are absent are blank."""
        absent = [column for column in columns if column not in self.frame.columns]
        return self.frame.with_columns(pl.lit(None, dtype=pl.String).alias(column) for column in absent)

    def problem(self, row: int, column: str, *, expected: str, found: str | None = None) -> Problem:
        """Make a `Problem` for one cell (`row` counts from 0); without `found` the cell itself is shown."""
        if found is None:
            value = self.frame.get_column(column)[row]
            found = "nothing" if value is None else shown(value)
        return Problem(self.name, str(self.lines[row]), column, expected, found)


def read_csv(
    source: Readable,
    *,
    columns: Sequence[str] = (),
    optional: Sequence[str] = (),
    others: Literal["keep", "refuse"] = "keep",
    minimum_rows: int = 0,
    name: str | None = None,
) -> CsvTable:
    """Read a CSV file strictly, as text.

    A byte-order mark and Windows line ends are taken without a word (a line break inside a quoted field
    becomes a line feed). Blank means missing. Empty lines at the end are left out.

    Parameters
    ----------
    source : path or binary stream
        UTF-8, comma separated, one header row, fields quoted with ``"`` where needed.
    columns : sequence of str
        Columns that must be there; their order does not matter.
    optional : sequence of str
        Columns that may be there; used only with ``others="refuse"`` and for hints.
    others : {"keep", "refuse"}
        What to do with columns that are neither.
    minimum_rows : int
        Fewer rows than this are refused.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        A file that is not text, wrong encoding, missing, double or unnamed columns, rows too short or too
        long, stray or open quotes: each with its line.

    Examples
    --------
    >>> import io
    >>> table = read_csv(io.BytesIO(b"id,age\\n1,40\\n2,\\n"), columns=["id", "age"])
    >>> table.frame.rows(), table.lines.tolist()
    ([('1', '40'), ('2', None)], [2, 3])
    >>> read_csv(io.BytesIO(b"id,aeg\\n1,40\\n"), columns=["id", "age"], name="a.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: a.csv:1: age: expected this column, found 'aeg' (did you mean that?)
    """
    raw, label = read_bytes(source, name=name)
    data = text_bytes(raw, name=label)
    del raw
    if not data.strip():
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "a header row", "an empty file"))
    layout = lay_out(data, name=label)
    if (width := layout.width) > MOST_COLUMNS:
        raise InvalidInput(Problem(label, "1", "(header)", f"at most {MOST_COLUMNS:,} columns", f"{width:,}"))
    header = header_fields(layout, name=label)
    problems = _check_header(header, label, columns=columns, optional=optional, others=others)
    rows = len(layout.lines) - 1
    if not problems and rows < minimum_rows:
        found = f"{rows} (only a header)" if rows == 0 else str(rows)
        problems = [Problem(label, "1", WHOLE_FILE, f"at least {minimum_rows} row(s) of data", found)]
    if problems:
        raise InvalidInput(problems)
    frame = _parse(layout.data, header, rows, quoted=layout.quoted)
    if frame.height != rows:
        raise AllayError(f"{label}: {rows} rows counted, {frame.height} read; please report this file")
    return CsvTable(label, frame, layout.lines[1:])


def _parse(data: bytes, header: Sequence[str], rows: int, *, quoted: bool) -> pl.DataFrame:
    if rows == 0:
        return pl.DataFrame(schema=dict.fromkeys(header, pl.String))
    frame = pl.read_csv(
        data,
        has_header=True,
        new_columns=list(header),
        infer_schema=False,
        quote_char='"' if quoted else None,
    )
    return frame.with_columns(pl.all().replace("", None)) if quoted else frame


def _check_header(
    header: Sequence[str],
    name: str,
    *,
    columns: Sequence[str],
    optional: Sequence[str],
    others: Literal["keep", "refuse"],
) -> list[Problem]:
    def problem(column: str, expected: str, found: str) -> Problem:
        return Problem(name, "1", column, expected, found)

    problems = [
        problem(f"(column {place})", "a name for every column", "a blank")
        for place, column in enumerate(header, start=1)
        if not column.strip()
    ]
    times = Counter(column for column in header if column.strip())
    problems += [
        problem(column, "each column once", f"it {times[column]} times")
        for column in sorted(times)
        if times[column] > 1
    ]
    known = {*columns, *optional}
    unknown = [column for column in header if column not in known]
    for column in columns:
        if column not in times:
            problems.append(problem(column, "this column", _nearest(column, unknown, header)))
    if others == "refuse":
        allowed = ", ".join([*columns, *optional])
        problems += [problem(c, f"only the columns {allowed}", "one more") for c in unknown if c.strip()]
    return problems


def _nearest(column: str, unknown: Sequence[str], header: Sequence[str]) -> str:
    folded = {other.strip().casefold(): other for other in unknown}
    near = difflib.get_close_matches(column.casefold(), folded, n=1) if len(folded) <= _MOST_COMPARED else []
    if near:
        return f"{folded[near[0]]!r} (did you mean that?)"
    listed = ", ".join(header[:12]) + (f" and {len(header) - 12} more" if len(header) > 12 else "")
    return f"the columns {listed}"
