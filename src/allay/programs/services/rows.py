"""One row of a file of sessions: its cells as a record, or what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from allay.base.errors import InvalidValue, NotFound, Problem
from allay.base.tables import CsvTable
from allay.base.vocabulary import profession_id, service_id
from allay.programs.services.definition import FORMATS, SETTINGS
from allay.programs.services.session import SessionRecord

COLUMNS = (
    "session_id",
    "service",
    "profession",
    "minutes",
    "format",
    "participants",
    "setting",
    "components",
)
SEPARATOR = ";"
NOTHING = "none"

_MINUTES = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,5}", re.ASCII)
T = TypeVar("T")
S = TypeVar("S", bound=str)


def read_row(
    table: CsvTable, place: int, row: Mapping[str, str | None], *, known: frozenset[str]
) -> SessionRecord | tuple[Problem, ...]:
    """Read one row of a file of sessions.

    Parameters
    ----------
    table : CsvTable
        The file; `place` is the row in it, from 0.
    row : mapping of column to text
        Its cells; blank ones are None.
    known : frozenset of str
        The components there are. One of another service may be recorded; it counts for nothing here.

    Returns
    -------
    SessionRecord or tuple of Problem
        The record, or every problem with the row.
    """
    reader = _RowReader(table, place, row, known)
    record = reader.record()
    return tuple(reader.problems) if record is None else record


class _RowReader:
    """Reads the cells of one row and collects every problem with them."""

    def __init__(
        self, table: CsvTable, place: int, row: Mapping[str, str | None], known: frozenset[str]
    ) -> None:
        self.table = table
        self.place = place
        self.row = row
        self.known = known
        self.problems: list[Problem] = []

    def refuse(self, column: str, expected: str, found: str | None = None) -> None:
        self.problems.append(self.table.problem(self.place, column, expected=expected, found=found))

    def record(self) -> SessionRecord | None:
        """Return the record, or None when there are problems."""
        if self.row["session_id"] is None:
            self.refuse("session_id", "a name of the session")
        if self.row["service"] is None:
            self.refuse("service", "the service the session is claimed to have been")
        service = self.read("service", service_id)
        profession = self.read("profession", profession_id)
        minutes = self.read("minutes", lambda text: _number(_MINUTES, text, "a number of minutes"))
        format_ = self.read("format", lambda text: _one_of(FORMATS, text))
        participants = self.read("participants", lambda text: _number(_COUNT, text, "a whole number"))
        setting = self.read("setting", lambda text: _one_of(SETTINGS, text))
        components = self.read("components", self.components)
        if self.problems or service is None:
            return None
        whole = None if participants is None else int(participants)
        try:
            return SessionRecord(service, profession, minutes, format_, whole, setting, components)
        except InvalidValue as wrong:
            column = "minutes" if "minutes" in wrong.expected else "participants"
            self.refuse(column, wrong.expected, wrong.found)
            return None

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """Return what a cell says; None when it is blank or wrong."""
        text = self.row[column]
        if text is None:
            return None
        try:
            return parse(text)
        except NotFound as wrong:
            noun = column.removesuffix("s")
            self.refuse(column, f"the id of a {noun}", f"{text!r} ({str(wrong).partition('; ')[2]})")
        except InvalidValue as wrong:
            self.refuse(column, wrong.expected, wrong.found)
        return None

    def components(self, text: str) -> frozenset[str]:
        """Split a list of components; the word `none` alone is an empty one."""
        if text == NOTHING:
            return frozenset()
        given = text.split(SEPARATOR)
        for component in given:
            if component not in self.known:
                raise NotFound.among("component", component, known=self.known)
        return frozenset(given)


def _number(form: re.Pattern[str], text: str, expected: str) -> float:
    if not form.fullmatch(text):
        raise InvalidValue(expected=expected, found=repr(text))
    return float(text)


def _one_of(values: tuple[S, ...], text: str) -> S:
    for value in values:
        if value == text:
            return value
    raise InvalidValue(expected="one of " + ", ".join(values), found=repr(text))
