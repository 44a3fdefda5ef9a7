"""Pair edits: of two codes of one day and one provider, the first pays and the second does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from allay.base.dates import holds_on
from allay.base.errors import InvalidValue
from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.codes.edition import Edition


class Indicator(StrEnum):
    """Whether a modifier lets both codes of a pair be paid."""

    NEVER = "0"
    WITH_MODIFIER = "1"
    NOT_APPLICABLE = "9"  # the pair was withdrawn as of its first day
    UNSTATED = ""


@dataclass(frozen=True, slots=True)
class PairEdit:
    """A row of a table of pairs.

    Parameters
    ----------
    column1, column2 : str
        The code that pays, and the one that does not.
    effective_from : date or None
        First day; None where the source gives none.
    effective_to : date or None
        The day after the last; equal to `effective_from` where the pair never applied.
    recorded_on : date
        Day of the knowledge clock. A row recorded later with the same pair and first day takes its place.
    rationale : str
        The payer's reason, as the table names it; empty where it names none.
    """

    column1: str
    column2: str
    indicator: Indicator
    effective_from: dt.date | None
    effective_to: dt.date | None
    recorded_on: dt.date
    edition: Edition
    status: Status
    reference: Reference
    rationale: str = ""

    def __post_init__(self) -> None:
        if self.column1 == self.column2:
            raise InvalidValue(expected="two different codes", found=f"{self.column1} twice")
        start, end = self.effective_from, self.effective_to
        if start is not None and end is not None and end < start:
            raise InvalidValue(expected=f"an end on or after {start}", found=str(end))

    def covers(self, day: dt.date) -> bool:
        """Whether the pair is in force on that day."""
        return holds_on(day, self.effective_from, self.effective_to)

    @property
    def version(self) -> str:
        """Name of exactly this row, for results to carry."""
        start = self.effective_from or self.edition.covers_from
        return f"edit.{self.column1}.{self.column2}@{start}/{self.recorded_on}"


class Edit(NamedTuple):
    """A pair as it applies on a day.

    Parameters
    ----------
    pair : PairEdit
        The row.
    note : str
        That the table was issued for other days than this one; "" when it was issued for this day.
    """

    pair: PairEdit
    note: str = ""

    @property
    def pays(self) -> str:
        """The code that pays."""
        return self.pair.column1

    @property
    def denied(self) -> str:
        """The code that does not."""
        return self.pair.column2

    @property
    def indicator(self) -> Indicator:
        """Whether a modifier helps."""
        return self.pair.indicator


def in_force(rows: Iterable[PairEdit], day: dt.date, known_on: dt.date | None) -> PairEdit | None:
    """Return the row of one pair that holds on a day, as known on another, or None.

    Parameters
    ----------
    rows : iterable of PairEdit
        All rows of the pair, ordered by `recorded_on`.
    known_on : date or None
        Of the rows with one first day, the latest recorded by then counts; the first one always does, as
        what was not yet recorded may well have been known.
    """
    newest: dict[dt.date | None, PairEdit] = {}
    for row in rows:
        if row.effective_from not in newest or known_on is None or row.recorded_on <= known_on:
            newest[row.effective_from] = row
    holding = [row for row in newest.values() if row.covers(day)]
    return max(holding, key=lambda row: row.effective_from or dt.date.min, default=None)
