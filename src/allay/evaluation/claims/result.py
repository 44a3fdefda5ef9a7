"""What a check of claims found, and what was decided about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from allay.base.errors import Problem
from allay.base.tables import Strict
from allay.evaluation.claims.kinds import RowDecision
from allay.evaluation.claims.limits import ClaimsLimits


class ClaimsExample(Strict):
    """One row that a check of claims found.

    Attributes
    ----------
    file : str
        The file.
    row : int or None
        Its line in a CSV file, as an editor shows it; its number in a Parquet file, from 1. None for a table
        as a whole.
    expected, found : str
        What was expected and what came; never the id of a person.
    """

    file: str
    row: int | None
    expected: str
    found: str


class ClaimsFinding(Strict):
    """One kind of thing that a check of claims found in one column.

    Attributes
    ----------
    id, title : str
        The kind.
    table, column : str
        Where.
    count : int
        In how many rows.
    decision : RowDecision
        What is done about them.
    examples : tuple of ClaimsExample
        The first ones.
    """

    id: str
    title: str
    table: str
    column: str
    count: int
    decision: RowDecision
    examples: tuple[ClaimsExample, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The examples as problems of an input."""
        return tuple(
            Problem(
                each.file, "-" if each.row is None else str(each.row), self.column, each.expected, each.found
            )
            for each in self.examples
        )


class ClaimsCheck(Strict):
    """What a check of claims found.

    Attributes
    ----------
    allay_version : str
        What made it.
    rows, dropped : mapping of str to int
        By table, the rows that are there and those of them that are left out.
    extract_end : date or None
        Last day of the extract, as it was given.
    limits : ClaimsLimits
        From where on a value was not believed.
    decisions : mapping of str to RowDecision
        What is done about every kind, found or not.
    findings : tuple of ClaimsFinding
        In the order of tables and kinds.
    notes : tuple of str
        How the tables were read.
    accepted : bool
        Whether nothing was found that is refused.

    Examples
    --------
    >>> from allay.evaluation.claims.kinds import decided
    >>> from allay.evaluation.claims.limits import claims_limits
    >>> ClaimsCheck(allay_version="", rows={"member": 2}, dropped={"member": 0}, extract_end=None,
    ...     limits=claims_limits(), decisions=decided(), findings=(), notes=(), accepted=True).accepted
    True
    """

    allay_version: str
    rows: Mapping[str, int]
    dropped: Mapping[str, int]
    extract_end: dt.date | None
    limits: ClaimsLimits
    decisions: Mapping[str, RowDecision]
    findings: tuple[ClaimsFinding, ...]
    notes: tuple[str, ...]
    accepted: bool

    @property
    def refused(self) -> tuple[ClaimsFinding, ...]:
        """The findings for which claims are refused."""
        return tuple(each for each in self.findings if each.decision is RowDecision.REFUSE)

    def count(self, kind: str, *, table: str | None = None) -> int:
        """Return in how many rows a kind was found, in one table or in all; a row counts for each column."""
        return sum(each.count for each in self.findings if each.id == kind and table in (None, each.table))
