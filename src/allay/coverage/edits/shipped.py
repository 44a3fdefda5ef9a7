"""The edits that ship with Allay: an excerpt for the services of pain programs, with one piece of history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import TypeVar

from allay.base.dates import parse_date
from allay.base.errors import InvalidValue, Problem
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.tables import CsvTable, read_csv, read_yaml
from allay.coverage.codes.add_ons import shipped_add_ons
from allay.coverage.codes.edition import Edition
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import Cells, references, refuse, rows, source_problems, whole
from allay.coverage.edits.editsfile import EditsFile
from allay.coverage.edits.limits import LimitScope, UnitLimit
from allay.coverage.edits.pair import Indicator, PairEdit
from allay.coverage.edits.table import EditTable

FOLDER = resources.files("allay.coverage") / "data" / "edits"
PAIR_COLUMNS = (
    "column1",
    "column2",
    "indicator",
    "effective_from",
    "effective_to",
    "recorded_on",
    "edition",
    "source",
    "status",
)
NO_PAIR_COLUMNS = ("code1", "code2", "edition", "source", "status")
LIMIT_COLUMNS = ("code", "units", "edition", "source", "status")
T = TypeVar("T")


@cache
def edits_file() -> EditsFile:
    """The sheet of the shipped tables.

    Examples
    --------
    >>> edits_file().modifiers.distinct
    ('59', 'XE', 'XP', 'XS', 'XU')
    """
    return read_yaml(FOLDER / "edits.yaml", EditsFile)


@cache
def edit_sources() -> Mapping[str, Reference]:
    """The sources of the shipped tables.

    Examples
    --------
    >>> edit_sources()["recalled"].seen_as
    'M'
    """
    return references(edits_file().sources)


@cache
def shipped_edits() -> EditTable:
    """The shipped table: what the research notes state, and no more.

    Examples
    --------
    >>> shipped_edits().pair_count, shipped_edits().whole
    (147, False)
    """
    sheet = edits_file()
    known = edit_sources()
    editions = {
        key: Edition(row.title, row.covers_from, row.covers_to, sheet.recorded_on)
        for key, row in sheet.editions.items()
    }

    def read(name: str, columns: tuple[str, ...], build: Callable[[Cells], T]) -> list[T]:
        table = read_csv(FOLDER / name, columns=columns, others="refuse")
        return read_rows(table, build, known=known, editions=editions)

    return EditTable(
        read("pairs.csv", PAIR_COLUMNS, lambda cells: _pair(cells, known, editions)),
        limits=read("unit_limits.csv", LIMIT_COLUMNS, lambda cells: _limit(cells, known, editions)),
        add_ons=shipped_add_ons(),
        no_pairs=read("no_pairs.csv", NO_PAIR_COLUMNS, _no_pair),
    )


def read_rows(
    table: CsvTable,
    build: Callable[[Cells], T],
    *,
    known: Mapping[str, Reference],
    editions: Mapping[str, Edition],
) -> list[T]:
    """Build something of each row of a shipped table, or refuse the table with every problem by line."""
    problems: list[Problem] = []
    found = []
    for place, cells in rows(table):
        wrong = [*source_problems(table, place, cells, known)]
        if cells["edition"] not in editions:
            expected = "one of the editions " + ", ".join(editions)
            wrong.append(table.problem(place, "edition", expected=expected))
        if not wrong:
            try:
                found.append(build(cells))
            except InvalidValue as error:
                wrong.append(
                    Problem(table.name, str(table.lines[place]), "(row)", error.expected, error.found)
                )
        problems += wrong
    refuse(problems)
    return found


def _pair(cells: Cells, known: Mapping[str, Reference], editions: Mapping[str, Edition]) -> PairEdit:
    if cells["indicator"] not in set(Indicator):
        raise InvalidValue(expected="0, 1, 9 or nothing", found=repr(cells["indicator"]))
    return PairEdit(
        column1=procedure(cells["column1"]),
        column2=procedure(cells["column2"]),
        indicator=Indicator(cells["indicator"]),
        effective_from=_day(cells["effective_from"]),
        effective_to=_day(cells["effective_to"]),
        recorded_on=parse_date(cells["recorded_on"]),
        edition=editions[cells["edition"]],
        status=Status(cells["status"]),
        reference=known[cells["source"]],
    )


def _limit(cells: Cells, known: Mapping[str, Reference], editions: Mapping[str, Edition]) -> UnitLimit:
    return UnitLimit(
        code=procedure(cells["code"]),
        units=whole(cells["units"]),
        scope=LimitScope.UNSTATED,
        edition=editions[cells["edition"]],
        status=Status(cells["status"]),
        reference=known[cells["source"]],
    )


def _no_pair(cells: Cells) -> tuple[str, str]:
    return procedure(cells["code1"]), procedure(cells["code2"])


def _day(text: str) -> dt.date | None:
    return parse_date(text) if text else None
