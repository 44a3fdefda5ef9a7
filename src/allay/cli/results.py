"""Reading inputs and writing results of commands: `-`, CSV, JSON, tables on a terminal."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import click
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import write_whole
from allay.base.sources import WHOLE_FILE

STANDARD = "-"
# Control characters, line separators, and what turns the direction of writing.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def opened(source: str) -> tuple[Path | BinaryIO, str]:
    """Return what to read and its name in messages; `-` is standard input.

    Raises
    ------
    InvalidInput
        When standard input is closed.

    Examples
    --------
    >>> opened("answers.csv")[1]
    'answers.csv'
    """
    if source == STANDARD:
        if sys.stdin is None:
            found = "standard input that is closed"
            raise InvalidInput(Problem("<stdin>", "-", WHOLE_FILE, "a file that can be read", found))
        return sys.stdin.buffer, "<stdin>"
    return Path(source), source


def deliver(output: str | None, writer: Callable[[BinaryIO], object]) -> None:
    """Write a result to a file, whole or not at all, or to standard output (None or `-`)."""
    if output is None or output == STANDARD:
        if sys.stdout is None:
            found = "standard output that is closed"
            raise InvalidInput(Problem("<stdout>", "-", "output", "a place that can be written to", found))
        sys.stdout.flush()
        try:
            writer(sys.stdout.buffer)
        except OSError as error:
            # Polars raises the root of Python's errors, with the reason only in its words.
            if error.errno is None and "Broken pipe" in str(error):
                raise BrokenPipeError(errno.EPIPE, "the reader has stopped reading") from None
            raise
        sys.stdout.buffer.flush()
    else:
        write_whole(output, writer)


def deliver_text(output: str | None, text: str) -> None:
    """Write text as UTF-8, ending with a line feed."""
    data = (text if text.endswith("\n") else text + "\n").encode("utf-8")
    deliver(output, lambda file: file.write(data))


def deliver_frame(output: str | None, frame: pl.DataFrame, *, form: str = "csv") -> None:
    """Write a table as `csv`, as `json` (a list of objects) or as an aligned `table` for reading."""
    if form == "csv":
        deliver(output, lambda file: frame.write_csv(file))
    elif form == "json":
        deliver_text(output, json_text(frame.to_dicts()))
    else:
        deliver_text(output, aligned(frame))


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """A table as the bytes of a CSV file.

    Examples
    --------
    >>> csv_bytes(pl.DataFrame({"id": ["peg"], "items": [3]}))
    b'id,items\\npeg,3\\n'
    """
    stream = io.BytesIO()
    frame.write_csv(stream)
    return stream.getvalue()


def pdf_or_note(page: str) -> bytes | None:
    """A report as PDF; where this machine cannot write one it is said, and the HTML has it all."""
    from allay.reports.pdf import PdfUnavailable, pdf_bytes

    try:
        return pdf_bytes(page)
    except PdfUnavailable as missing:
        click.echo(f"allay: no report.pdf: {missing}", err=True)
        return None


def json_text(result: object) -> str:
    """Write a result as JSON: dates as ISO 8601, exact decimals as numbers, what is not a number as null.

    Examples
    --------
    >>> print(json_text({"mean": float("nan"), "on": dt.date(2026, 1, 2), "allowed": Decimal("65.26")}))
    {
      "mean": null,
      "on": "2026-01-02",
      "allowed": 65.26
    }
    """
    return json.dumps(_plain(result), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # NumPy arrays and scalars
        return _plain(value.tolist())
    return value


def aligned(frame: pl.DataFrame) -> str:
    """Lay a table out in columns: numbers to the right, text to the left, missing as a dash.

    Examples
    --------
    >>> print(aligned(pl.DataFrame({"id": ["peg", "phq9"], "items": [3, None]})))
    id    items
    peg       3
    phq9      –
    """
    columns = []
    for column in frame.iter_columns():
        cells = ["–" if value is None else _line(str(value)) for value in column]
        cells = [_line(column.name), *cells]
        width = max(map(len, cells))
        right = column.dtype.is_numeric()
        columns.append([cell.rjust(width) if right else cell.ljust(width) for cell in cells])
    return "\n".join("  ".join(row).rstrip() for row in zip(*columns, strict=True))


def _line(text: str) -> str:
    """Text for a cell: line breaks and what would steer a terminal are written out."""
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)
