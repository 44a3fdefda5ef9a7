"""The months of a panel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.panel.columns import first_of, last_of, month_number
from allay.evaluation.panel.spec import PanelSpec

MOST_MONTHS = 1_800
"""Limit of the computation, not of care: a century and a half, after which a date was mistaken."""


@dataclass(frozen=True, slots=True)
class PanelWindow:
    """The months of a panel, as numbers, and those of them too young to be complete.

    Examples
    --------
    >>> [str(day) for day in PanelWindow(24288, 24289, (24289,)).days]
    ['2024-01-01', '2024-02-29']
    """

    first: int
    last: int
    incomplete: tuple[int, ...] = ()

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return first_of(self.first), last_of(self.last)

    @property
    def months(self) -> range:
        """Every month."""
        return range(self.first, self.last + 1)


def find_window(connection: duckdb.DuckDBPyConnection, spec: PanelSpec, *, folder: str) -> PanelWindow:
    """Find the months of a panel: those of the spec, else those with both claims and coverage.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the views of the claims.
    spec : PanelSpec
    folder : str
        What messages call the claims.

    Raises
    ------
    InvalidInput
        When no month is left, or there are more than `MOST_MONTHS`.
    """
    first = None if spec.first_month is None else month_number(spec.first_month)
    last = None if spec.last_month is None else month_number(spec.last_month)
    if first is None or last is None:
        bounds = _bounds(connection)
        if bounds is None:
            raise InvalidInput(Problem(folder, "-", "enrollment", "coverage in a month with claims", "none"))
        first = bounds[0] if first is None else first
        last = bounds[1] if last is None else last
    through = spec.complete_through()
    young = tuple(month for month in range(first, last + 1) if through and last_of(month) > through)
    if spec.incomplete == "omit" and young:
        last, young = young[0] - 1, ()
    if last < first:
        found = "none: the claims are too young, or the months asked for are in the wrong order"
        raise InvalidInput(Problem(folder, "-", "months", "a month with its run-out", found))
    if last - first >= MOST_MONTHS:
        found = f"{first_of(first)} to {first_of(last)}"
        raise InvalidInput(Problem(folder, "-", "months", f"at most {MOST_MONTHS} months", found))
    return PanelWindow(first, last, young)


def _bounds(connection: duckdb.DuckDBPyConnection) -> tuple[int, int] | None:
    row = connection.execute(
        """
        WITH claims AS (
            SELECT min(coalesce(claim_line_start_date, claim_start_date)) AS a,
                   max(coalesce(claim_line_start_date, claim_start_date)) AS z FROM medical_claim
            UNION ALL SELECT min(dispensing_date), max(dispensing_date) FROM pharmacy_claim
        )
        SELECT greatest(min(claims.a), any_value(spans.a)), least(max(claims.z), any_value(spans.z))
        FROM claims, (
            SELECT min(enrollment_start_date) AS a, max(enrollment_end_date) AS z FROM enrollment
        ) spans
        """
    ).fetchone()
    if row is None or row[0] is None or row[1] is None or row[0] > row[1]:
        return None
    return month_number(row[0]), month_number(row[1])
