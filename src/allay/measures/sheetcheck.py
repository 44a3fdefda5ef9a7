"""Checks of a sheet beyond its answers: assessments given twice, dates that are no dates or lie ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from allay.base.datecolumn import iso_day
from allay.base.findings import Findings
from allay.base.tables import CsvTable

PERSON, DAY, POINT = "patient_id", "date", "timepoint"


@dataclass(frozen=True, slots=True)
class Repeated:
    """Assessments of one person on one day (and time point): the lines after the first, and how many."""

    lines: tuple[int, ...]
    total: int

    @property
    def text(self) -> str:
        """The warning in words; empty when there is nothing to warn of."""
        if not self.total:
            return ""
        shown = ", ".join(map(str, self.lines)) + (" ..." if self.total > len(self.lines) else "")
        return f"patient and date of an earlier row: {self.total} (line {shown}); each is scored for itself"


def repeated(table: CsvTable) -> Repeated:
    """Find rows with the patient, date and time point of an earlier row; nothing without these columns.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> rows = b"patient_id,date\\nA,2026-01-05\\nA,2026-01-05\\nB,2026-01-05\\n"
    >>> repeated(read_csv(io.BytesIO(rows), name="a.csv")).lines
    (3,)
    """
    keys = [column for column in (PERSON, DAY, POINT) if column in table.columns]
    if PERSON not in keys or len(keys) < 2:
        return Repeated((), 0)
    known = table.frame.select(pl.all_horizontal(pl.col(keys).is_not_null())).to_series()
    again = known & ~table.frame.select(pl.struct(keys).is_first_distinct()).to_series()
    lines = table.lines[again.to_numpy()]
    return Repeated(tuple(lines[:10].tolist()), len(lines))


def check_dates(table: CsvTable, *, as_of: date) -> Findings:
    """Find dates that are none, or that lie after `as_of`; nothing without a column `date`.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> rows = b"date\\n2026-01-05\\n2027-01-05\\n5.1.2026\\n"
    >>> found = check_dates(read_csv(io.BytesIO(rows), name="a.csv"), as_of=date(2026, 11, 26))
    >>> print(found.problems[0])
    a.csv:3: date: expected a date up to 2026-11-26, found '2027-01-05'
    """
    findings = Findings(table)
    if DAY in table.columns:
        text, day = table.frame.get_column(DAY), table.frame.select(iso_day(pl.col(DAY))).to_series()
        wrong = (text.is_not_null() & day.is_null()).to_numpy()
        findings.add(wrong, DAY, expected="a date as YYYY-MM-DD, or blank")
        ahead = (day > as_of).fill_null(value=False).to_numpy()
        findings.add(ahead, DAY, expected=f"a date up to {as_of}")
    return findings
