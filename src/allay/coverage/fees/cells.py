"""Cells of fee files: numbers, days and codes read strictly, every problem kept with its line."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

from allay.base.codes import Cpt, Hcpcs
from allay.base.dates import parse_date
from allay.base.errors import InvalidValue
from allay.base.findings import Findings
from allay.base.tables import CsvTable

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?", re.ASCII)
_CODE = re.compile(f"({Cpt.pattern})|({Hcpcs.pattern})", re.ASCII)
CODE = "a CPT or HCPCS code of five characters, such as 97110"


class Cells:
    """A table read cell by cell.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> cells = Cells(read_csv(io.BytesIO(b"code,fee\\n97110,-1\\n"), name="f.csv"))
    >>> cells.number(0, "fee") is None, str(cells.findings.problems[0])
    (True, "f.csv:2: fee: expected a number of zero or more, found '-1'")
    """

    def __init__(self, table: CsvTable) -> None:
        self.table = table
        self.findings = Findings(table)
        self.height = table.frame.height
        self._columns = {name: table.frame.get_column(name).to_list() for name in table.columns}

    def text(self, row: int, column: str) -> str:
        """Return a cell without blanks around it; nothing where it is blank or its column is absent."""
        cells = self._columns.get(column)
        return (cells[row] or "").strip() if cells else ""

    def wrong(self, row: int, column: str, expected: str, found: str | None = None) -> None:
        """Keep a problem."""
        self.findings.add_problem(self.table.problem(row, column, expected=expected, found=found))

    def number(
        self, row: int, column: str, *, blank: bool = False, positive: bool = False
    ) -> Fraction | None:
        """Return a number of zero or more; None where it is blank or wrong."""
        text = self.text(row, column)
        if not text and blank:
            return None
        value = Fraction(text) if _NUMBER.fullmatch(text) else None
        if value is None or (positive and not value):
            self.wrong(row, column, "a number above zero" if positive else "a number of zero or more")
            return None
        return value

    def day(self, row: int, column: str) -> dt.date | None:
        """Return a day; None where it is wrong."""
        try:
            return parse_date(self.text(row, column))
        except InvalidValue as wrong:
            self.wrong(row, column, wrong.expected)
            return None

    def code(self, row: int, column: str) -> str:
        """Return a code of CPT or HCPCS; nothing where it is wrong."""
        text = self.text(row, column)
        if _CODE.fullmatch(text):
            return text
        self.wrong(row, column, CODE)
        return ""

    def matching(self, row: int, column: str, pattern: str, expected: str) -> str:
        """Return a text of a form; nothing where it has another."""
        text = self.text(row, column)
        if re.fullmatch(pattern, text, re.ASCII):
            return text
        self.wrong(row, column, expected)
        return ""
