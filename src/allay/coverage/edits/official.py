"""Reading official tables as they are downloaded: some lines about the table, a header, then the rows.

The layouts are from memory: a file that is laid out otherwise is refused by name and line, not guessed at.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.fact import Reference
from allay.base.sources import WHOLE_FILE, Readable, read_bytes, text_bytes
from allay.coverage.codes.procedure import is_procedure

LINES_ABOUT = 60
"""How many lines may stand before the header; the files have fewer than ten."""

_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_DAY_OF_YEAR = re.compile(r"[0-9]{7}", re.ASCII)
_NO_DAY = ("", "*")


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """The rows of an official table with the lines they start on.

    Attributes
    ----------
    header : tuple of str
        Names of the columns, in small letters, without line breaks.
    rows : iterator of (int, list of str)
        Line and fields, to be read once: the largest tables have millions.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


def read_official(
    source: Readable,
    *,
    is_header: Callable[[tuple[str, ...]], bool],
    described: str,
    least: int,
    name: str | None = None,
) -> OfficialTable:
    """Read a table separated by tabs or commas, with whatever stands before its header.

    Parameters
    ----------
    source : path or binary stream
        Text; not UTF-8 is read as Windows-1252, as the notices before the header may be.
    is_header : callable
        Whether the names of a line, in small letters, are the header.
    described : str
        The header in words, for the message where it is not found.
    least : int
        The fewest fields of a row. Shorter lines right after the header belong to it, unless they start with
        a code: its cells run over several lines in some files.

    Raises
    ------
    InvalidInput
        No text, no header within the first lines, no row, quotes that do not close.
    """
    raw, label = read_bytes(source, name=name)
    lines = _text(raw, label).replace("\r\n", "\n").split("\n")
    for start, line in enumerate(lines[:LINES_ABOUT]):
        for separator in ("\t", ","):
            if is_header(_names(line.split(separator))):
                return _read(lines, start, separator, label, least)
    found = f"no such line among the first {min(len(lines), LINES_ABOUT)}"
    raise InvalidInput(Problem(label, "1", WHOLE_FILE, f"a header with {described}", found))


def _text(raw: bytes, label: str) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        if not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raw = raw.decode("cp1252", errors="replace").encode()
    return text_bytes(raw, name=label).decode("utf-8")


def _names(fields: list[str]) -> tuple[str, ...]:
    return tuple(" ".join(field.replace('"', " ").split()).casefold() for field in fields)


def _read(lines: list[str], start: int, separator: str, label: str, least: int) -> OfficialTable:
    records = _records(lines, start, separator, label)
    _, header = next(records)
    return OfficialTable(label, _names(header), _rows(records, start, label, least))


def _records(lines: list[str], start: int, separator: str, label: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record from the header on, with the line on which it starts."""
    reader = csv.reader(itertools.islice(lines, start, None), delimiter=separator, strict=True)
    line = start + 1
    try:
        for fields in reader:
            yield line, fields
            line = start + reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(Problem(label, str(line), "(row)", "quotes that close", str(error))) from None


def _rows(
    records: Iterator[tuple[int, list[str]]], start: int, label: str, least: int
) -> Iterator[tuple[int, list[str]]]:
    begun = False
    for line, fields in records:
        begun = begun or len(fields) >= least or (bool(fields) and is_procedure(fields[0].strip()))
        if begun and any(fields):
            yield line, fields
    if not begun:
        raise InvalidInput(Problem(label, str(start + 1), WHOLE_FILE, "rows after the header", "none"))


def official_day(text: str) -> dt.date | None:
    """Read a day written as YYYYMMDD or, as one of the files has it, as year and day of the year.

    Examples
    --------
    >>> official_day("20240701"), official_day("2024183"), official_day("*")
    (datetime.date(2024, 7, 1), datetime.date(2024, 7, 1), None)
    """
    if text in _NO_DAY:
        return None
    try:
        if _DAY.fullmatch(text):
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if _DAY_OF_YEAR.fullmatch(text):
            day = dt.date(int(text[:4]), 1, 1) + dt.timedelta(days=int(text[4:]) - 1)
            if day.year == int(text[:4]):
                return day
    except (ValueError, OverflowError):
        pass
    raise InvalidValue(expected="a day as YYYYMMDD, or * for none", found=repr(text))


def end_of(start: dt.date | None, deleted: dt.date | None) -> dt.date | None:
    """Return the day after the last on which a row holds.

    A deletion day is the last day in force (from memory); the same as the first day means that the row never
    was in force.

    Examples
    --------
    >>> end_of(dt.date(2020, 1, 1), dt.date(2020, 1, 1)), end_of(dt.date(2020, 1, 1), dt.date(2020, 3, 31))
    (datetime.date(2020, 1, 1), datetime.date(2020, 4, 1))
    """
    if deleted is None or deleted == start:
        return deleted
    return deleted + dt.timedelta(days=1)


def cells(fields: list[str], count: int) -> Iterator[str]:
    """Yield the first `count` fields without spaces around them; fields that are not there are ""."""
    for place in range(count):
        yield fields[place].strip() if place < len(fields) else ""


class RowCheck:
    """Checks of the fields of an official table; what is wrong is kept with its line."""

    def __init__(self, table: OfficialTable) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self._days: dict[str, dt.date | None] = {}
        self._codes: dict[str, str] = {}

    def wrong(self, line: int, field: str, *, expected: str, found: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(self.table.name, str(line), field, expected, found))

    def code(self, line: int, field: str, text: str) -> str:
        """Return a code, having kept a problem when it is of no form; each code is looked at once."""
        known = self._codes.get(text)
        if known is not None:
            return known
        if is_procedure(text):
            return self._codes.setdefault(text, text)
        self.wrong(line, field, expected="a CPT or HCPCS code", found=repr(text))
        return text

    def day(self, line: int, field: str, text: str) -> dt.date | None:
        """Return a day; each way of writing it is read once."""
        if text not in self._days:
            try:
                self._days[text] = official_day(text)
            except InvalidValue as error:
                self.wrong(line, field, expected=error.expected, found=error.found)
                return None
        return self._days[text]

    def refuse(self) -> None:
        """Raise `InvalidInput` when anything was wrong."""
        if self.problems:
            raise InvalidInput(self.problems)


def file_reference(title: str, table: OfficialTable) -> Reference:
    """Say that rows come from a file of the user, the layout of which was read from memory.

    Examples
    --------
    >>> file_reference("Pair edits", OfficialTable("ptp.txt", (), iter(()))).title
    'Pair edits, loaded from ptp.txt'
    """
    name = table.name.replace("\\", "/").rsplit("/", 1)[-1]
    return Reference(f"{title}, loaded from {name}", "S1", locator="layout of the file from memory")
