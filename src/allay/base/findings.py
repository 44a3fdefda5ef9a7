"""Findings: what is wrong with the rows of a CSV table. All is counted, the first are named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.csvfile import CsvTable
from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem

Mask = NDArray[np.bool_]


class Findings:
    """The problems of one table, in the order of its lines.

    `wrong` marks the rows of which a cell is wrong. A file of a million wrong rows costs a count and the
    messages of the first 50, not a million messages.

    Examples
    --------
    >>> import io
    >>> from allay.base.csvfile import read_csv
    >>> table = read_csv(io.BytesIO(b"id,age\\n1,x\\n2,40\\n3,y\\n"), name="a.csv")
    >>> findings = Findings(table)
    >>> findings.add(np.array([True, False, True]), "age", expected="a number")
    >>> findings.total, str(findings.problems[1])
    (2, "a.csv:4: age: expected a number, found 'y'")
    >>> findings.wrong.tolist()
    [True, False, True]
    """

    def __init__(self, table: CsvTable) -> None:
        self.table = table
        self.total = 0
        self.wrong: Mask = np.zeros(table.frame.height, dtype=bool)
        self._kept: list[Problem] = []

    def add(
        self, wrong: Mask, column: str, *, expected: str, found: Callable[[int], str] | None = None
    ) -> None:
        """Add every row of a mask; `found` says what is in a row (the cell itself by default)."""
        rows = np.flatnonzero(wrong)
        self.wrong |= wrong
        self.total += len(rows)
        # The first of each kind are enough: the first of all are among them.
        for row in rows[:PROBLEMS_KEPT].tolist():
            said = found(row) if found else None
            self._kept.append(self.table.problem(row, column, expected=expected, found=said))

    def add_where(self, frame: pl.DataFrame, column: str, doubtful: pl.Expr, *, expected: str) -> None:
        """Add every row of which an expression is true; nothing where the table has no such column.

        Parameters
        ----------
        frame : polars.DataFrame
            With a row for each of the table, in its order.
        doubtful : polars.Expr
            Null counts as false.
        """
        if column in self.table.columns:
            mask = frame.select(doubtful.fill_null(value=False)).to_series().to_numpy()
            self.add(mask, column, expected=expected)

    def add_problem(self, problem: Problem) -> None:
        """Add one that is not of a row's cell."""
        self.total += 1
        self._kept.append(problem)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The first 50, by line; what has no line comes last."""
        return tuple(sorted(self._kept, key=_line)[:PROBLEMS_KEPT])

    def refuse(self) -> None:
        """Raise `InvalidInput` when there is any."""
        if self.total:
            raise InvalidInput(self.problems, total=self.total)


def _line(problem: Problem) -> float:
    return int(problem.at) if problem.at.isdecimal() else float("inf")
