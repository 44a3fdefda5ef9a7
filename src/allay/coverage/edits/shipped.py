"""The edits that ship with Allay: an excerpt for the services of pain programs, with one piece of history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import TypeVar

from allay.base.cells import member_of, one_of
from allay.base.dates import parse_date
from allay.base.fact import Reference
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.status import Status
from allay.base.tables import read_csv, read_yaml
from allay.coverage.codes.add_ons import shipped_add_ons
from allay.coverage.codes.edition import Edition
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import references, sourced, whole
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
Origin = tuple[Edition, Status, Reference]


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

    def read(name: str, columns: tuple[str, ...], build: Callable[[SheetRow, Origin], T]) -> tuple[T, ...]:
        table = read_csv(FOLDER / name, columns=columns, others="refuse")
        return read_rows(table, lambda row: build(row, _origin(row, known, editions)))

    return EditTable(
        read("pairs.csv", PAIR_COLUMNS, _pair),
        limits=read("unit_limits.csv", LIMIT_COLUMNS, _limit),
        add_ons=shipped_add_ons(),
        no_pairs=read("no_pairs.csv", NO_PAIR_COLUMNS, _no_pair),
    )


def _origin(row: SheetRow, known: Mapping[str, Reference], editions: Mapping[str, Edition]) -> Origin:
    edition = editions[row.must("edition", one_of(editions), otherwise=next(iter(editions)))]
    reference, status = sourced(row, known)
    return edition, status, reference


def _pair(row: SheetRow, origin: Origin) -> PairEdit:
    edition, status, reference = origin
    return PairEdit(
        column1=row.must("column1", procedure, otherwise=""),
        column2=row.must("column2", procedure, otherwise=""),
        indicator=row.must("indicator", member_of(Indicator), otherwise=Indicator.UNSTATED),
        effective_from=row.maybe("effective_from", parse_date),
        effective_to=row.maybe("effective_to", parse_date),
        recorded_on=row.must("recorded_on", parse_date, otherwise=dt.date.min),
        edition=edition,
        status=status,
        reference=reference,
    )


def _limit(row: SheetRow, origin: Origin) -> UnitLimit:
    edition, status, reference = origin
    return UnitLimit(
        code=row.must("code", procedure, otherwise=""),
        units=row.must("units", whole, otherwise=0),
        scope=LimitScope.UNSTATED,
        edition=edition,
        status=status,
        reference=reference,
    )


def _no_pair(row: SheetRow, origin: Origin) -> tuple[str, str]:
    del origin  # checked, and not kept
    first, second = (row.must(column, procedure, otherwise="") for column in NO_PAIR_COLUMNS[:2])
    return first, second
