"""Where the rows of a CSV file start and how many fields they have, found on the bytes with NumPy.

Parsers of CSV repair what is broken without saying so (short rows, stray quotes) and know no line numbers.
So the shape is checked here first, in a few passes over the bytes, and the values are read afterwards.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.base.sources import WHOLE_FILE, line_of

_COMMA, _QUOTE, _LF = ord(","), ord('"'), ord("\n")

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The bytes with LF line ends and no empty lines at the end, and the line on which each row starts."""

    data: bytes
    lines: NDArray[np.int64]
    header_end: int
    quoted: bool
    width: int


def lay_out(data: bytes, *, name: str) -> Layout:
    """Check that every row has as many fields as the header, and note where rows start.

    Raises
    ------
    InvalidInput
        Ragged rows, empty lines between rows, stray or open quotes, lone carriage returns.

    Examples
    --------
    >>> lay_out(b'id,note\\n1,"two\\nlines"\\n2,x\\n', name="a.csv").lines.tolist()
    [1, 2, 4]
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        if (lone := data.find(b"\r")) >= 0:
            found = "a carriage return alone"
            at = line_of(data, lone)
            raise InvalidInput(Problem(name, at, WHOLE_FILE, "lines that end with LF or CRLF", found))
    data = data.rstrip(b"\n") + b"\n"
    content = np.frombuffer(data, dtype=np.uint8)
    quoted = b'"' in data
    breaks = content == _LF
    commas = content == _COMMA
    ends = np.flatnonzero(breaks)
    if quoted:
        inside = _inside_quotes(content, name=name, data=data)
        line_ends, ends = ends, ends[~inside[ends]]
        commas &= ~inside
        starts = np.concatenate(([0], ends[:-1] + 1))
        lines = np.searchsorted(line_ends, starts) + 1
    else:
        starts = np.concatenate(([0], ends[:-1] + 1))
        lines = np.arange(1, len(ends) + 1)
    fields = np.add.reduceat(commas, starts, dtype=np.int32) + 1
    _check_fields(fields, lines, empty=starts == ends, data=data, name=name)
    return Layout(data, lines.astype(np.int64), int(ends[0]), quoted, int(fields[0]))


def _inside_quotes(content: Bytes, *, name: str, data: bytes) -> NDArray[np.bool_]:
    """Mark the bytes inside quoted fields. A doubled quote closes and opens again, so parity is enough."""
    quotes = content == _QUOTE
    inside = np.bitwise_xor.accumulate(quotes.view(np.uint8)).astype(np.bool_)
    places = np.flatnonzero(quotes)
    opening, closing = places[0::2], places[1::2]
    if len(opening) > len(closing):
        at = line_of(data, int(opening[-1]))
        raise InvalidInput(
            Problem(name, at, WHOLE_FILE, 'a closing quote (")', "none to the end of the file")
        )
    before = content[np.maximum(opening - 1, 0)]
    after = content[closing + 1]
    starts_field = (opening == 0) | (before == _COMMA) | (before == _LF) | (before == _QUOTE)
    ends_field = (after == _COMMA) | (after == _LF) | (after == _QUOTE)
    stray = np.sort(np.concatenate((opening[~starts_field], closing[~ends_field])))
    if len(stray):
        expected = 'quotes around a whole field, doubled ("") inside it'
        at_lines = sorted({int(line_of(data, int(place))) for place in stray[:PROBLEMS_KEPT]})
        raise InvalidInput(
            Problem(name, str(line), WHOLE_FILE, expected, "a quote inside a field") for line in at_lines
        )
    return inside


def _check_fields(
    fields: NDArray[np.int32],
    lines: NDArray[np.int64],
    *,
    empty: NDArray[np.bool_],
    data: bytes,
    name: str,
) -> None:
    width = int(fields[0])
    if width == 1 and len(fields) > 1:
        head, first, *_ = data.split(b"\n", 2)
        for separator, word in ((b";", "semicolons"), (b"\t", "tabs"), (b"|", "vertical bars")):
            if 0 < head.count(separator) == first.count(separator):
                found = f"{word} (save the file as comma separated)"
                raise InvalidInput(Problem(name, "1", WHOLE_FILE, "commas between the columns", found))
    wrong = np.flatnonzero((fields != width) | empty)
    if len(wrong) == 0:
        return
    problems = [
        Problem(
            name,
            str(lines[row]),
            "(row)",
            f"{width} field{'s' if width > 1 else ''} as in the header",
            "an empty line" if empty[row] else str(fields[row]),
        )
        for row in wrong[:PROBLEMS_KEPT]
    ]
    raise InvalidInput(problems, total=len(wrong))


def header_fields(layout: Layout, *, name: str) -> Sequence[str]:
    """Return the column names of the header row.

    Raises
    ------
    InvalidInput
        A name too long to be one.

    Examples
    --------
    >>> header_fields(lay_out(b"id,score\\n", name="a.csv"), name="a.csv")
    ['id', 'score']
    """
    text = layout.data[: layout.header_end].decode("utf-8")
    try:
        return next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        # The shape was checked, so this is its limit of 131,072 letters in one field.
        found = f"a name of more than {csv.field_size_limit():,} letters"
        raise InvalidInput(Problem(name, "1", "(header)", "names of columns", found)) from None
