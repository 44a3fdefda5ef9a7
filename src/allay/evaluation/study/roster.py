"""The roster: who started the program, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.evaluation.claims.limits import claims_limits

Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, eq=False)
class StarterRoster:
    """People and the day of their first program visit.

    Attributes
    ----------
    person_id : tuple of str
        Each once, in the order of the ids.
    index_date : datetime64 array [person]
        The first one of those who are in the file more than once.
    repeated : int
        Rows left out because the same person has an earlier one.
    """

    person_id: tuple[str, ...]
    index_date: Days
    repeated: int

    def __len__(self) -> int:
        return len(self.person_id)


def read_roster(source: Readable, *, name: str | None = None) -> StarterRoster:
    """Read a roster.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``person_id, index_date``; others are not read. Of several starts of a person the
        first one counts.

    Raises
    ------
    InvalidInput
        A file without rows, blank cells, dates that are none or cannot be.

    Examples
    --------
    >>> import io
    >>> rows = b"person_id,index_date\\nb,2024-03-05\\na,2024-02-01\\nb,2024-01-31\\n"
    >>> roster = read_roster(io.BytesIO(rows))
    >>> roster.person_id, roster.index_date.astype(str).tolist(), roster.repeated
    (('a', 'b'), ['2024-02-01', '2024-01-31'], 1)
    """
    table = read_csv(source, columns=("person_id", "index_date"), minimum_rows=1, name=name)
    found = Findings(table)
    found.add(_blank(table, "person_id"), "person_id", expected="an id")
    days = table.frame.get_column("index_date").str.to_date("%Y-%m-%d", strict=False)
    found.add(days.is_null().to_numpy(), "index_date", expected="a date as YYYY-MM-DD")
    limits = claims_limits()
    far = ~days.is_between(limits.earliest_day, limits.latest_day).fill_null(value=True)
    expected = f"a day from {limits.earliest_day} to {limits.latest_day}"
    found.add(far.to_numpy(), "index_date", expected=expected)
    found.refuse()
    first = (
        pl.DataFrame({"person_id": table.frame.get_column("person_id"), "index_date": days})
        .group_by("person_id")
        .agg(pl.col("index_date").min())
        .sort("person_id")
    )
    return StarterRoster(
        tuple(first.get_column("person_id").to_list()),
        first.get_column("index_date").to_numpy(),
        len(days) - first.height,
    )


def read_people(source: Readable, *, name: str | None = None) -> tuple[str, ...]:
    """Read a list of people (column ``person_id``), each once and in order.

    Examples
    --------
    >>> import io
    >>> read_people(io.BytesIO(b"person_id\\nb\\na\\nb\\n"))
    ('a', 'b')
    """
    table = read_csv(source, columns=("person_id",), name=name)
    found = Findings(table)
    found.add(_blank(table, "person_id"), "person_id", expected="an id")
    found.refuse()
    return tuple(table.frame.get_column("person_id").unique().sort().to_list())


def refuse_strangers(roster: StarterRoster, *, known: int, name: str) -> None:
    """Refuse a roster of which nobody is a member: it belongs to other claims.

    Examples
    --------
    >>> roster = StarterRoster(("a",), np.array(["2024-01-01"], dtype="datetime64[D]"), 0)
    >>> refuse_strangers(roster, known=0, name="roster.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: roster.csv:-: person_id: expected ids of the member table, found none ...
    """
    if known == 0:
        found = f"none of {len(roster)} in it"
        raise InvalidInput(Problem(name, "-", "person_id", "ids of the member table", found))


def day(value: np.datetime64) -> dt.date:
    """Return a day of a roster as a date.

    Examples
    --------
    >>> day(np.datetime64("2024-01-31")).isoformat()
    '2024-01-31'
    """
    found: dt.date = value.astype("datetime64[D]").item()
    return found


def _blank(table: CsvTable, column: str) -> NDArray[np.bool_]:
    values = table.frame.get_column(column)
    return np.asarray((values.str.strip_chars().fill_null("") == "").to_numpy(), dtype=bool)
