"""Ratings from a CSV file, a table for each round; every bad cell is named by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.csvfile import CsvTable, read_csv
from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.sources import Readable
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.cells import filled, first_alike, places
from allay.consensus.ratings.table import RatingTable

NEEDED = ("statement", "rater", "rating")
ROUND, VERSION = "round", "version"
MOST_ROUNDS, MOST_VERSIONS = 20, 100
MOST_CELLS = 20_000_000
"""Statements times raters of a round; more is another kind of file."""
_HINTS = {
    **dict.fromkeys(("group", "type", "setting", "region"), "groups of raters stand in panel.csv"),
    **dict.fromkeys(
        ("comment", "comments", "text"), "comments stand in comments.csv, without who wrote them"
    ),
}
_Whole = NDArray[np.int64]
Decode = Callable[[CsvTable, Findings], NDArray[np.float64]]


def read_ratings(
    source: Readable, *, scale: RatingScale = NINE_POINTS, name: str | None = None
) -> tuple[RatingTable, ...]:
    """Read ratings: columns ``statement, rater, rating``, and where they are wanted ``round, version``.

    Parameters
    ----------
    source : path or binary stream
        The order of rows does not matter. A blank rating: not rated. No column `round`: all are of round 1.
    scale : RatingScale
        What ratings may be: whole numbers on it (``7.0`` is one).
    name : str, optional
        What messages call the file.

    Returns
    -------
    tuple of RatingTable
        One for each round, in order of rounds; `versions` is empty unless the file has that column. Time and
        memory grow with the rows and with statements times raters.

    Raises
    ------
    InvalidInput
        With every problem: another column, a blank name, text, a fraction or a number off the scale, a rater
        twice for a statement in a round (with both lines), two versions of a statement in one round.

    Examples
    --------
    >>> import io
    >>> (table,) = read_ratings(io.BytesIO(b"statement,rater,rating\\ns1,a,7\\ns1,b,\\ns2,a,3\\n"))
    >>> table.statements, table.values.tolist()
    (('s1', 's2'), [[7.0, nan], [3.0, nan]])
    >>> read_ratings(io.BytesIO(b"statement,rater,rating\\ns1,a,10\\n"), name="r.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: r.csv:2: rating: expected a whole number from 1 to 9 ... found '10'
    """
    return ratings_and_columns(source, scale=scale, name=name)[0]


def ratings_and_columns(
    source: Readable, *, scale: RatingScale = NINE_POINTS, name: str | None = None
) -> tuple[tuple[RatingTable, ...], tuple[str, ...]]:
    """Read ratings as `read_ratings` does, and say which columns the file has.

    Examples
    --------
    >>> import io
    >>> ratings_and_columns(io.BytesIO(b"statement,rater,rating,round\\ns1,a,7,1\\n"))[1]
    ('statement', 'rater', 'rating', 'round')
    """
    return decoded_ratings(
        source, lambda table, findings: ratings_in(table, "rating", scale, findings), name=name
    )


def decoded_ratings(
    source: Readable, decode: Decode, *, name: str | None = None
) -> tuple[tuple[RatingTable, ...], tuple[str, ...]]:
    """Read ratings that are not on a scale known before: `decode` makes numbers of them.

    Parameters
    ----------
    source : path or binary stream
    decode : callable
        Takes the table and its findings, and returns a float64 array with a number for each row, NaN for a
        blank. What it refuses it adds to the findings.
    name : str, optional

    Examples
    --------
    >>> import io
    >>> lengths = lambda table, findings: table.frame["rating"].str.len_chars().cast(pl.Float64).to_numpy()
    >>> tables, _ = decoded_ratings(io.BytesIO(b"statement,rater,rating\\ns1,a,yes\\n"), lengths)
    >>> tables[0].values.tolist()
    [[3.0]]
    """
    table = _read(source, name)
    findings = Findings(table)
    statement, rater = (filled(table, column, findings, expected="a value") for column in NEEDED[:2])
    rating = decode(table, findings)
    rounds = _whole(table, ROUND, MOST_ROUNDS, findings)
    versions = _whole(table, VERSION, MOST_VERSIONS, findings)
    given = pl.DataFrame({"statement": statement, "rater": rater, "round": rounds, "version": versions})
    _refuse_repeats(table, given, findings)
    findings.refuse()
    tables = tuple(
        _of_round(table, given, rating, number, versioned=VERSION in table.columns)
        for number in sorted(set(rounds.tolist()))
    )
    return tables, table.columns


def _read(source: Readable, name: str | None) -> CsvTable:
    try:
        return read_csv(
            source, columns=NEEDED, optional=(ROUND, VERSION), others="refuse", minimum_rows=1, name=name
        )
    except InvalidInput as invalid:
        hinted = [_hinted(problem) for problem in invalid.problems]
        raise InvalidInput(hinted, total=invalid.total) from None


def _hinted(problem: Problem) -> Problem:
    hint = _HINTS.get(problem.field.strip().casefold())
    return replace(problem, found=f"{problem.found} ({hint})") if hint and problem.at == "1" else problem


def ratings_in(table: CsvTable, column: str, scale: RatingScale, findings: Findings) -> NDArray[np.float64]:
    """Return the ratings of a column, NaN where it is blank; what is none is added to the findings.

    Examples
    --------
    >>> import io
    >>> table = read_csv(io.BytesIO(b"code,s1\\na,7\\nb,7.0\\nc,\\n"))
    >>> ratings_in(table, "s1", NINE_POINTS, Findings(table)).tolist()
    [7.0, 7.0, nan]
    """
    text = table.frame.get_column(column).str.strip_chars()
    blank = (text.is_null() | (text == "")).fill_null(value=True).to_numpy()
    number = text.str.strip_suffix(".0").cast(pl.Int64, strict=False).cast(pl.Float64)
    values = number.fill_null(np.nan).to_numpy().copy()
    on_scale = (values >= scale.minimum) & (values <= scale.maximum)
    expected = f"a whole number from {scale.minimum} to {scale.maximum} or a blank"
    findings.add(~blank & ~on_scale, column, expected=expected)
    values[~on_scale] = np.nan
    return values


def _whole(table: CsvTable, column: str, most: int, findings: Findings) -> _Whole:
    """Whole numbers from 1; all 1 where there is no such column."""
    if column not in table.columns:
        return np.ones(table.frame.height, dtype=np.int64)
    text = table.frame.get_column(column).str.strip_chars()
    values = text.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    findings.add((values < 1) | (values > most), column, expected=f"a whole number from 1 to {most}")
    return values


def _refuse_repeats(table: CsvTable, given: pl.DataFrame, findings: Findings) -> None:
    first = first_alike(given, "statement", "rater", "round")
    findings.add(
        (first != np.arange(len(first))) & ~findings.wrong,
        "rater",
        expected="each rater once for a statement in a round",
        found=lambda row: f"the same again (the first is in line {table.lines[first[row]]})",
    )
    if VERSION not in table.columns:
        return
    start = first_alike(given, "statement", "round")
    versions = given.get_column("version").to_numpy()
    findings.add(
        (versions != versions[start]) & ~findings.wrong & ~findings.wrong[start],
        VERSION,
        expected="one version of a statement in a round",
        found=lambda row: f"{versions[row]} beside {versions[start[row]]} in line {table.lines[start[row]]}",
    )


def _of_round(
    table: CsvTable, given: pl.DataFrame, rating: NDArray[np.float64], number: int, *, versioned: bool
) -> RatingTable:
    rows = np.flatnonzero(given.get_column("round").to_numpy() == number)
    here = given[rows]
    statements, raters = (here.get_column(name).unique(maintain_order=True) for name in NEEDED[:2])
    shape = (len(statements), len(raters))
    if shape[0] * shape[1] > MOST_CELLS:
        found = f"{shape[0]:,} x {shape[1]:,} in round {number}"
        expected = f"at most {MOST_CELLS:,} cells of statements x raters"
        raise InvalidInput(Problem(table.name, "1", "statement", expected, found))
    down, across = places(here.get_column("statement"), statements), places(here.get_column("rater"), raters)
    values, lines = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    values[down, across], lines[down, across] = rating[rows], table.lines[rows]
    versions: tuple[int, ...] = ()
    if versioned:
        of_statement = np.zeros(shape[0], dtype=np.int64)
        of_statement[down] = here.get_column("version").to_numpy()
        versions = tuple(of_statement.tolist())
    return RatingTable(table.name, tuple(statements), tuple(raters), values, lines, number, versions)
