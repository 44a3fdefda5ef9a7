"""Sums by cohort and period from a panel: what a site computes on its own machine."""

# ruff: noqa: S608  # queries are put together from names of columns and quoted paths

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.evaluation.claims.columns import literal
from allay.evaluation.memory import memory_amount
from allay.evaluation.panel.columns import first_of, last_of, month_number
from allay.evaluation.panel.result import PanelResult
from allay.evaluation.study.roster import StarterRoster

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MEMBERS_AT_ONCE = 100_000
PERIOD_LENGTHS = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeSums:
    """Sums of an outcome, and how many members stand behind each: what disclosure control needs.

    Attributes
    ----------
    total, used : array [cohort, period]
        Sums, and members with any of it.
    cross, both : array [cohort, period, period]
        Sums of products, and members with any of it in both periods.
    largest : array [cohort, period]
        Largest value of a member.
    """

    total: Floats
    cross: Floats
    used: Ints
    both: Ints
    largest: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CohortSums:
    """Sums of all outcomes over members with coverage on every day of the periods.

    Attributes
    ----------
    periods : tuple of date
        First days.
    cohorts : int array [cohort]
        0 for never, else the number of the period (from 1) in which members started.
    members : int array [cohort]
    outcomes : mapping of str to OutcomeSums
    """

    periods: tuple[dt.date, ...]
    period_months: int
    cohorts: Ints
    members: Ints
    outcomes: dict[str, OutcomeSums]


def cohort_sums(
    panel: PanelResult,
    roster: StarterRoster,
    *,
    outcomes: Sequence[str],
    first_month: dt.date | None = None,
    last_month: dt.date | None = None,
    period_months: int = 1,
    memory: str = "4GB",
) -> CohortSums:
    """Add a panel up by cohort and period.

    Parameters
    ----------
    panel : PanelResult
    roster : StarterRoster
        Who started the program, and when; everybody else never did.
    outcomes : sequence of str
        Columns of the panel.
    first_month, last_month : date, optional
        First days of the first and last month; by default those of the panel.
    period_months : {1, 2, 3, 4, 6, 12}
        How many months a period has. Longer periods hold more members behind each sum.

    Raises
    ------
    InvalidInput
        When no member has coverage on every day, nobody of the roster is in the panel, or its file is broken.

    Notes
    -----
    Members who started in the first period or before are left out, as nothing is known from before they
    started; so are those who started after the last, who are neither treated nor never treated.
    """
    for day in (first_month, last_month):
        if day is not None and day.day != 1:
            raise InvalidValue(expected="the first day of a month", found=day.isoformat())
    first = month_number(first_month or panel.record.first_month)
    last = month_number(last_month or panel.record.last_month)
    if period_months not in PERIOD_LENGTHS or (last - first + 1) % period_months or last < first:
        found = f"{last - first + 1} months in periods of {period_months}"
        raise InvalidValue(expected="months that are whole periods of 1, 2, 3, 4, 6 or 12", found=found)
    size = (last - first + 1) // period_months
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"SET memory_limit = {literal(memory_amount(memory))}")
        _whole(connection, panel, outcomes)
        _choose(connection, panel, roster, first=first, last=last, period_months=period_months)
        cohort = connection.execute("SELECT cohort FROM chosen ORDER BY place").fetchnumpy()["cohort"]
        if not len(cohort):
            found_none = "none with coverage on every day of the months"
            raise InvalidInput(Problem(str(panel.file), "-", "person_id", "members", found_none))
        cohorts, members = np.unique(np.asarray(cohort).astype(np.int64), return_counts=True)
        sums = {name: _empty(len(cohorts), size) for name in outcomes}
        for values, group in _stretches(connection, panel, cohort, outcomes, first, period_months, size):
            place = np.searchsorted(cohorts, group)
            for number, name in enumerate(outcomes):
                _add(sums[name], values[number], place)
    periods = tuple(first_of(first + number * period_months) for number in range(size))
    return CohortSums(periods, period_months, cohorts, members.astype(np.int64), sums)


def _whole(connection: duckdb.DuckDBPyConnection, panel: PanelResult, outcomes: Sequence[str]) -> None:
    """Refuse a file that is no panel, or is cut short."""
    columns = ", ".join(("person_id", "month", "enrolled_days", *outcomes))
    try:
        connection.execute(f"DESCRIBE SELECT {columns} FROM read_parquet({literal(str(panel.file))})")
    except duckdb.Error as error:
        reason = " ".join(str(error).split("\n")[0].split()).replace(str(panel.file), "the file")
        problem = Problem(str(panel.file), "-", "(file)", "a panel that is whole", reason)
        raise InvalidInput(problem) from None


def _choose(
    connection: duckdb.DuckDBPyConnection,
    panel: PanelResult,
    roster: StarterRoster,
    *,
    first: int,
    last: int,
    period_months: int,
) -> None:
    """Make the table ``chosen``: members with coverage on every day, and their cohorts."""
    days = (last_of(last) - first_of(first)).days + 1
    index = [month_number(day) for day in roster.index_date.astype("datetime64[D]").tolist()]
    connection.execute("CREATE TEMP TABLE roster (person_id VARCHAR, index_month INTEGER)")
    connection.execute("INSERT INTO roster SELECT unnest(?), unnest(?)", [list(roster.person_id), index])
    known = connection.execute(
        f"SELECT count(*) FROM roster SEMI JOIN read_parquet({literal(str(panel.file))}) USING (person_id)"
    ).fetchall()[0][0]
    if not known:
        found = f"none of the {len(roster)} of the roster"
        raise InvalidInput(Problem(str(panel.file), "-", "person_id", "somebody who started", found))
    connection.execute(
        f"""
        CREATE TEMP TABLE chosen AS
        SELECT person_id, cohort, row_number() OVER (ORDER BY person_id) - 1 AS place
        FROM (
            SELECT person_id, CASE WHEN index_month IS NULL THEN 0
                WHEN index_month < {first} THEN 1
                ELSE (index_month - {first}) // {period_months} + 1 END AS cohort
            FROM read_parquet({literal(str(panel.file))}) LEFT JOIN roster USING (person_id)
            WHERE month BETWEEN DATE '{first_of(first)}' AND DATE '{first_of(last)}'
            GROUP BY person_id, index_month HAVING sum(enrolled_days) = {days}
        )
        WHERE cohort <> 1 AND cohort <= {(last - first + 1) // period_months}
        """
    )


def _stretches(
    connection: duckdb.DuckDBPyConnection,
    panel: PanelResult,
    cohort: NDArray[np.generic],
    outcomes: Sequence[str],
    first: int,
    period_months: int,
    size: int,
) -> Iterator[tuple[Floats, Ints]]:
    """Yield outcomes of some members at a time, as [outcome, member, period], with their cohorts."""
    columns = ", ".join(f"CAST(sum({name}) AS DOUBLE) AS {name}" for name in outcomes)
    last = first_of(first + size * period_months - 1)
    for begin in range(0, len(cohort), MEMBERS_AT_ONCE):
        end = min(begin + MEMBERS_AT_ONCE, len(cohort))
        found = connection.execute(
            f"""
            SELECT place - {begin} AS row,
                (year(month) * 12 + month(month) - 1 - {first}) // {period_months} AS period, {columns}
            FROM read_parquet({literal(str(panel.file))}) JOIN chosen USING (person_id)
            WHERE place >= {begin} AND place < {end}
                AND month BETWEEN DATE '{first_of(first)}' AND DATE '{last}'
            GROUP BY ALL
            """
        ).fetchnumpy()
        values = np.zeros((len(outcomes), end - begin, size))
        for number, name in enumerate(outcomes):
            values[number, found["row"], found["period"]] = found[name]
        yield values, np.asarray(cohort[begin:end]).astype(np.int64)


def _empty(cohorts: int, size: int) -> OutcomeSums:
    square = (cohorts, size, size)
    return OutcomeSums(
        np.zeros((cohorts, size)),
        np.zeros(square),
        np.zeros((cohorts, size), dtype=np.int64),
        np.zeros(square, dtype=np.int64),
        np.zeros((cohorts, size)),
    )


def _add(sums: OutcomeSums, values: Floats, place: Ints) -> None:
    for group in np.unique(place):
        rows = values[place == group]
        some = (rows != 0).astype(np.float64)
        sums.total[group] += rows.sum(axis=0)
        sums.cross[group] += rows.T @ rows
        both = np.rint(some.T @ some).astype(np.int64)
        sums.both[group] += both
        sums.used[group] += np.diagonal(both)
        np.maximum(sums.largest[group], np.abs(rows).max(axis=0), out=sums.largest[group])
