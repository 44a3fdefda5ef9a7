"""Add-on codes: those that are billed only together with another code, the base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from allay.base.dates import holds_on
from allay.base.fact import Reference
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.status import Status
from allay.base.tables import read_csv, read_yaml
from allay.coverage.codes.edition import Edition
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import CodeSheet, references, sourced

FOLDER = resources.files("allay.coverage") / "data" / "codes"
COLUMNS = ("code", "base", "source", "status")


@dataclass(frozen=True, slots=True)
class AddOn:
    """That a code may follow a base; `base` is None where the table leaves the bases to the payer.

    Parameters
    ----------
    effective_from, effective_to : date or None
        First day, and the day after the last, where the table says so.
    edition : Edition
        The table the row stands in.
    """

    code: str
    base: str | None
    effective_from: dt.date | None
    effective_to: dt.date | None
    edition: Edition
    status: Status
    reference: Reference

    def covers(self, day: dt.date) -> bool:
        """Whether the row holds on that day."""
        return holds_on(day, self.effective_from, self.effective_to)


@cache
def code_sheet() -> CodeSheet:
    """The sheet of the shipped code book.

    Examples
    --------
    >>> code_sheet().release.isoformat()
    '2024-07-01'
    """
    return read_yaml(FOLDER / "codes.yaml", CodeSheet)


@cache
def shipped_add_ons() -> tuple[AddOn, ...]:
    """The add-on codes that ship with Allay.

    Examples
    --------
    >>> sorted(row.base for row in shipped_add_ons() if row.code == "97811")
    ['97810', '97813']
    """
    sheet = code_sheet()
    known = references(sheet.sources)
    dates = sheet.add_ons
    edition = Edition(dates.title, dates.effective_from, dates.covers_to, sheet.recorded_on)
    table = read_csv(FOLDER / "add_ons.csv", columns=COLUMNS, others="refuse")

    def build(row: SheetRow) -> AddOn:
        code, base = (row.must(column, procedure, otherwise="") for column in COLUMNS[:2])
        source, status = sourced(row, known)
        return AddOn(code, base, None, None, edition, status, source)

    return read_rows(table, build)


def bases(rows: Iterable[AddOn]) -> dict[str, tuple[str, ...]]:
    """Return the bases of each add-on code, in the order of the table.

    Examples
    --------
    >>> bases(shipped_add_ons())["G3003"]
    ('G3002',)
    """
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.code, {}).update({row.base: None} if row.base else {})
    return {code: tuple(each) for code, each in found.items()}
