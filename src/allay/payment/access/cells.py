"""Reading rows of a CSV table cell by cell, every problem kept with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from allay.base.dates import parse_date
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.messages import shown
from allay.base.tables import CsvTable

T = TypeVar("T")
CENTURY = 2000
Cell = str | None


class SheetRow:
    """One row: reads its cells, and adds what is wrong with them to the problems of the table."""

    def __init__(self, table: CsvTable, number: int, cells: dict[str, Cell], problems: list[Problem]) -> None:
        self.table = table
        self.number = number
        self.cells = cells
        self._problems = problems
        self.sound = True

    def text(self, column: str, *, default: str | None = None) -> str:
        """Return a text; without a default a blank is a problem."""
        value = (self.cells.get(column) or "").strip()
        if value:
            return value
        if default is None:
            self.wrong(column, expected="a value", found="nothing")
        return default or ""

    def maybe(self, column: str, read: Callable[[str], T]) -> T | None:
        """Return the value of a cell that may be blank or of a column that may be absent."""
        value = (self.cells.get(column) or "").strip()
        if not value:
            return None
        try:
            return read(value)
        except InvalidValue as wrong:
            self.wrong(column, expected=wrong.expected, found=wrong.found)
            return None

    def must(self, column: str, read: Callable[[str], T], *, otherwise: T) -> T:
        """Return the value of a cell that may not be blank; `otherwise` only after a problem was noted."""
        if not (self.cells.get(column) or "").strip():
            self.wrong(column, expected="a value", found="nothing")
            return otherwise
        value = self.maybe(column, read)
        return otherwise if value is None else value

    def wrong(self, column: str, *, expected: str, found: str) -> None:
        """Note a problem of this row."""
        self.sound = False
        self._problems.append(self.table.problem(self.number, column, expected=expected, found=found))


def read_rows(table: CsvTable, build: Callable[[SheetRow], T]) -> tuple[T, ...]:
    """Build one value from each row of a table.

    Raises
    ------
    InvalidInput
        With the problems of all rows. An `InvalidValue` of `build` counts against the first column.
    """
    problems: list[Problem] = []
    found = []
    for row in _rows(table, problems):
        before = len(problems)
        try:
            value = build(row)
        except InvalidValue as wrong:
            if len(problems) == before:
                row.wrong(table.columns[0], expected=wrong.expected, found=wrong.found)
            continue
        if row.sound:
            found.append(value)
    if problems:
        raise InvalidInput(problems)
    return tuple(found)


def _rows(table: CsvTable, problems: list[Problem]) -> Iterator[SheetRow]:
    for number, cells in enumerate(table.frame.iter_rows(named=True)):
        yield SheetRow(table, number, cells, problems)


def day(text: str) -> dt.date:
    """Read a day of this century; windows of a day further off would have no date."""
    found = parse_date(text)
    if not CENTURY <= found.year < CENTURY + 100:
        raise InvalidValue(expected=f"a day from {CENTURY} to {CENTURY + 99}", found=shown(text))
    return found


def count(text: str) -> int:
    """Read a whole number."""
    if not (text.isascii() and text.isdecimal()):
        raise InvalidValue(expected="a whole number", found=shown(text))
    return int(text)


def exact(text: str) -> Decimal:
    """Read a number as it is written.

    Examples
    --------
    >>> exact("38.8") - exact("36.8")
    Decimal('2.0')
    """
    try:
        value = Decimal(text) if "_" not in text else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        raise InvalidValue(expected="a number", found=shown(text))
    return value


def chance(text: str) -> float:
    """Read a probability."""
    value = exact(text)
    if not 0 <= value <= 1:
        raise InvalidValue(expected="a chance from 0 to 1", found=shown(text))
    return float(value)


def yes_no(text: str) -> bool:
    """Read yes or no."""
    if text not in ("yes", "no"):
        raise InvalidValue(expected="yes or no", found=shown(text))
    return text == "yes"


def one_of(names: Sequence[str]) -> Callable[[str], str]:
    """Make a reader of one of some names."""

    def read(text: str) -> str:
        if text not in names:
            raise InvalidValue(expected="one of " + ", ".join(names), found=shown(text))
        return text

    return read


def days(text: str) -> tuple[dt.date, ...]:
    """Read several days with blanks between them.

    Examples
    --------
    >>> [str(each) for each in days("2026-11-10 2027-02-05")]
    ['2026-11-10', '2027-02-05']
    """
    return tuple(day(part) for part in text.split())


def words(text: str) -> tuple[str, ...]:
    """Read several words with blanks between them."""
    return tuple(text.split())
