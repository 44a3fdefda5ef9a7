"""Cell sheets: evidence as a flat, typed CSV file, one row per cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar, cast

from allay.base.dates import parse_date
from allay.base.errors import InvalidValue, NotFound
from allay.base.findings import Findings
from allay.base.status import MARKS, Status
from allay.base.tables import CsvTable, Readable, read_csv
from allay.programs.evidence.cell import CellValues, EvidenceCell, EvidenceStrength, Outcome, Window, faults
from allay.programs.evidence.effect import EffectClass, Metric
from allay.programs.evidence.review import Review, reviews
from allay.programs.evidence.terms import terms

COLUMNS = tuple(CellValues.__annotations__)

E = TypeVar("E", bound=Enum)
Row = Mapping[str, str | None]


def read_cells(
    source: Readable, *, name: str | None = None, sources: Mapping[str, Review] | None = None
) -> tuple[EvidenceCell, ...]:
    """Read a cell sheet.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``COLUMNS``, in any order and no others; blank means not stated.
    sources : mapping of str to Review, optional
        The reviews that rows may name; those that ship with Allay by default.

    Raises
    ------
    InvalidInput
        With every problem, by line and column: a row without a source, an interval that does not hold its
        estimate, an unknown condition, service, comparator or window, a class that does not follow from its
        numbers without a note that says why, a second row for one cell, two tables that disagree.

    Examples
    --------
    >>> from allay.programs.evidence.effect import FOLDER
    >>> len(read_cells(FOLDER / "cells.csv"))
    203
    """
    table = read_csv(source, columns=COLUMNS, others="refuse", name=name)
    findings = Findings(table)
    known = reviews() if sources is None else sources
    cells: list[tuple[int, EvidenceCell]] = []
    for index, row in enumerate(table.frame.iter_rows(named=True)):
        before = findings.total
        values = _values(row, _Reader(findings, index), known)
        if values is None or findings.total > before:
            continue
        for fault in faults(values):
            findings.add_problem(
                table.problem(index, fault.field, expected=fault.expected, found=fault.found)
            )
        if findings.total == before:
            cells.append((index, EvidenceCell(**values)))
    _check_against_each_other(cells, table, findings)
    findings.refuse()
    return tuple(cell for _, cell in cells)


class _Reader:
    """Reads the columns of one row and notes what is wrong under the column."""

    def __init__(self, findings: Findings, index: int) -> None:
        self.findings = findings
        self.index = index

    def refuse(self, column: str, expected: str) -> None:
        self.findings.add_problem(self.findings.table.problem(self.index, column, expected=expected))

    def among(self, row: Row, column: str, known: Iterable[str]) -> str:
        text = row[column] or ""
        names = list(known)
        if text not in names:
            hint = str(NotFound.among(column, text, known=names)).rpartition("; ")[2]
            self.refuse(
                column, f"an id that is known ({hint.rstrip('?')})" if text else f"the id of a {column}"
            )
        return text

    def one_of(self, row: Row, column: str, kind: type[E], *, optional: bool = False) -> E | None:
        text = row[column]
        if text is None and optional:
            return None
        try:
            return kind(text)
        except ValueError:
            self.refuse(column, "one of " + ", ".join(str(each.value) for each in kind))
            return None

    def number(self, row: Row, column: str, kind: Callable[[str], Any]) -> Any:
        if (text := row[column]) is None:
            return None
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or not text.isascii() or "_" in text:
            what = "a whole number" if kind is int else "a number with a point, such as -1.27"
            self.refuse(column, f"{what}, or nothing")
            return None
        return value

    def day(self, row: Row, column: str) -> dt.date | None:
        try:
            return parse_date(row[column] or "")
        except InvalidValue as wrong:
            self.refuse(column, wrong.expected)
            return None


def _values(row: Row, reader: _Reader, sources: Mapping[str, Review]) -> CellValues | None:
    before = reader.findings.total
    values: dict[str, Any] = {column: row[column] or "" for column in COLUMNS}
    for column, known in (
        ("source", sources),
        ("condition", terms().conditions),
        ("service", terms().interventions),
        ("comparator", terms().comparators),
    ):
        values[column] = reader.among(row, column, known)
    for column in ("estimate", "lo", "hi", "i2"):
        values[column] = reader.number(row, column, float)
    for column in ("trials", "comparisons", "participants"):
        values[column] = reader.number(row, column, int)
    values["outcome"] = reader.one_of(row, "outcome", Outcome)
    values["window"] = reader.one_of(row, "window", Window)
    values["metric"] = reader.one_of(row, "metric", Metric)
    values["status"] = reader.one_of(row, "status", Status)
    values["effect_class"] = reader.one_of(row, "effect_class", EffectClass, optional=True)
    values["soe"] = reader.one_of(row, "soe", EvidenceStrength, optional=True)
    values["accessed"] = reader.day(row, "accessed")
    if (review := sources.get(values["source"])) is not None:
        if values["review"] != review.review:
            reader.refuse("review", f"{review.review!r}, as its source is {review.id}")
        best = MARKS[review.seen_as]
        if values["status"] is not None and values["status"].rank < best.rank:
            reader.refuse("status", f"at most {best}, as its source was seen")
    return None if reader.findings.total > before else cast(CellValues, values)


def _check_against_each_other(
    cells: list[tuple[int, EvidenceCell]], table: CsvTable, findings: Findings
) -> None:
    """Find second rows for one cell, and tables and figures that say different things of one."""
    keys: dict[tuple[str, ...], int] = {}
    places: dict[tuple[str, ...], tuple[int, EvidenceCell]] = {}
    for index, cell in cells:
        line = table.lines[keys.setdefault(cell.key, index)]
        if keys[cell.key] != index:
            expected, found = "one row for a cell of a table", f"the cell of line {line} again"
            findings.add_problem(table.problem(index, "window", expected=expected, found=found))
            continue
        first, other = places.setdefault(cell.place, (index, cell))
        if cell.effect is not other.effect and not (cell.class_note or other.class_note):
            expected = (
                f"{other.effect}, as line {table.lines[first]} says of it, or a class_note that says why"
            )
            findings.add_problem(
                table.problem(index, "effect_class", expected=expected, found=repr(cell.effect.value))
            )


def write_cells(cells: Iterable[EvidenceCell]) -> str:
    """Write cells as a cell sheet; reading it gives the same cells.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> text = write_cells(evidence().cells)
    >>> read_cells(io.BytesIO(text.encode())) == evidence().cells
    True
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cell in cells:
        writer.writerow("" if value is None else value for value in cell.values().values())
    return out.getvalue()
