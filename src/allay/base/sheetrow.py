"""Reading the rows of a sheet cell by cell, every problem kept with its place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from allay.base.csvfile import CsvTable
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.messages import shown

T = TypeVar("T")
U = TypeVar("U")


class Say(Protocol):
    """Makes the problem of a column of one row; without `found` the cell itself is shown."""

    def __call__(self, column: str, *, expected: str, found: str | None = None) -> Problem: ...


class SheetRow:
    """One row: reads its cells, and adds what is wrong with them to the problems of its sheet.

    Blanks around a cell do not count; a column that is absent is blank.

    Attributes
    ----------
    cells : mapping of str to str or None
        As they stand in the file.
    line : int
        Line of the file; of an entry in JSON, its place.
    wrong_columns : set of str
        Columns for which a problem was noted.
    """

    __slots__ = ("_problems", "cells", "line", "say", "wrong_columns")

    def __init__(
        self, cells: Mapping[str, str | None], *, line: int, say: Say, problems: list[Problem]
    ) -> None:
        self.cells = cells
        self.line = line
        self.say = say
        self.wrong_columns: set[str] = set()
        self._problems = problems

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong so far."""
        return not self.wrong_columns

    def cell(self, column: str) -> str:
        """Return a text; nothing where it is blank."""
        return (self.cells.get(column) or "").strip()

    def text(self, column: str) -> str:
        """Return a text that may not be blank; nothing only after a problem was noted."""
        if not (value := self.cell(column)):
            self.wrong(column, "a value")
        return value

    def maybe(self, column: str, read: Callable[[str], T]) -> T | None:
        """Return the value of a cell; None where it is blank or wrong."""
        return self.must(column, read, otherwise=None) if self.cell(column) else None

    def must(self, column: str, read: Callable[[str], T], *, otherwise: U) -> T | U:
        """Return the value of a cell that may be blank only where `read` says so.

        It is `otherwise` only after a problem was noted.
        """
        value = self.cell(column)
        try:
            return read(value)
        except InvalidValue as wrong:
            self.wrong(column, wrong.expected, wrong.found if value else None)
        except NotFound as missing:
            self.wrong(column, f"a known one ({missing})")
        return otherwise

    def once(
        self,
        column: str,
        key: Hashable,
        *,
        seen: dict[Hashable, int],
        expected: str,
        found: str | None = None,
    ) -> None:
        """Note a problem when an earlier row had the same key; `seen` holds the line of each."""
        first = seen.setdefault(key, self.line)
        if first != self.line and column not in self.wrong_columns:
            self.wrong(column, f"{expected} (the first is in line {first})", found)

    def wrong(self, column: str, expected: str, found: str | None = None) -> None:
        """Note a problem; without `found` the cell itself is shown."""
        self.wrong_columns.add(column)
        self._problems.append(self.say(column, expected=expected, found=found))


class Sheet:
    """The rows of a sheet, one after the other, and all that is wrong with them.

    Parameters
    ----------
    table : CsvTable

    Examples
    --------
    >>> import io
    >>> from allay.base.cells import whole_number
    >>> from allay.base.csvfile import read_csv
    >>> sheet = Sheet(read_csv(io.BytesIO(b"code,units\\n97110,2\\n97140,two\\n"), name="a.csv"))
    >>> [row.maybe("units", whole_number) for row in sheet], str(sheet.problems[0])
    ([2, None], "a.csv:3: units: expected a whole number, found 'two'")
    """

    def __init__(self, table: CsvTable) -> None:
        self._problems: list[Problem] = []
        self._rows = self._read(table)

    @classmethod
    def of_entries(cls, name: str, pointer: str, entries: Iterable[Mapping[str, str | None]]) -> Sheet:
        """Return the sheet of a list in a JSON file; the line of an entry is its place, from 0.

        Examples
        --------
        >>> sheet = Sheet.of_entries("a.json", "/rows", [{"units": "two"}])
        >>> next(iter(sheet)).wrong("units", "a whole number")
        >>> str(sheet.problems[0])
        "a.json:/rows/0/units: units: expected a whole number, found 'two'"
        """
        sheet = cls.__new__(cls)
        sheet._problems = []
        sheet._rows = sheet._read_entries(name, pointer, entries)
        return sheet

    def __iter__(self) -> Iterator[SheetRow]:
        return self._rows

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong so far, by line; in JSON as it was found."""
        return tuple(sorted(self._problems, key=_line))

    def refuse(self) -> None:
        """Raise `InvalidInput` when anything is wrong."""
        if self._problems:
            raise InvalidInput(self.problems)

    def _read(self, table: CsvTable) -> Iterator[SheetRow]:
        for place, (cells, line) in enumerate(
            zip(table.frame.iter_rows(named=True), table.lines.tolist(), strict=True)
        ):
            yield SheetRow(cells, line=line, say=_say_of(table, place), problems=self._problems)

    def _read_entries(
        self, name: str, pointer: str, entries: Iterable[Mapping[str, str | None]]
    ) -> Iterator[SheetRow]:
        for place, cells in enumerate(entries):
            say = _say_of_entry(name, f"{pointer}/{place}", cells)
            yield SheetRow(cells, line=place, say=say, problems=self._problems)


def _say_of(table: CsvTable, place: int) -> Say:
    def say(column: str, *, expected: str, found: str | None = None) -> Problem:
        if found is None and column not in table.columns:
            found = "no such column"
        return table.problem(place, column, expected=expected, found=found)

    return say


def _say_of_entry(name: str, pointer: str, cells: Mapping[str, str | None]) -> Say:
    def say(column: str, *, expected: str, found: str | None = None) -> Problem:
        if found is None:
            cell = cells.get(column)
            found = "nothing" if cell is None else shown(cell)
        return Problem(name, f"{pointer}/{column}", column, expected, found)

    return say


def _line(problem: Problem) -> int:
    return int(problem.at) if problem.at.isdecimal() else 0


def read_rows(table: CsvTable, build: Callable[[SheetRow], T]) -> tuple[T, ...]:
    """Build one value from each row of a table.

    Raises
    ------
    InvalidInput
        With the problems of all rows. An `InvalidValue` of `build` counts against the first column.

    Examples
    --------
    >>> import io
    >>> from allay.base.cells import yes_no
    >>> from allay.base.csvfile import read_csv
    >>> table = read_csv(io.BytesIO(b"id,seen\\np1,yes\\np2,\\n"), name="a.csv")
    >>> read_rows(table, lambda row: (row.text("id"), row.maybe("seen", yes_no)))
    (('p1', True), ('p2', None))
    """
    sheet = Sheet(table)
    found = []
    for row in sheet:
        try:
            value = build(row)
        except InvalidValue as wrong:
            if row.sound:
                row.wrong(table.columns[0], wrong.expected, wrong.found)
            continue
        if row.sound:
            found.append(value)
    sheet.refuse()
    return tuple(found)
