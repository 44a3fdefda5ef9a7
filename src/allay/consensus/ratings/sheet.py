"""A sheet of a survey tool, a row for each rater: taken apart into ratings by code and comments by nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.csvfile import CsvTable, read_csv
from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.sources import Readable
from allay.consensus.protocol.scale import NINE_POINTS, RatingScale
from allay.consensus.ratings.cells import filled, first_alike
from allay.consensus.ratings.reading import ratings_in

COMMENT = "comment"
_BETWEEN = "_.-: "


@dataclass(frozen=True, slots=True, eq=False)
class CollectedSheet:
    """What a sheet holds, taken apart.

    Attributes
    ----------
    ratings : polars.DataFrame
        Columns `round, statement, rater, rating`, statement by statement; blank where nothing was rated.
    comments : polars.DataFrame
        Columns `round, statement, text`, in an order that does not depend on the rows of the sheet.
    missing : tuple of str
        Statements without a column.
    left_out : tuple of str
        Columns that are neither the rater, a statement nor a comment on one.
    """

    ratings: pl.DataFrame
    comments: pl.DataFrame
    missing: tuple[str, ...]
    left_out: tuple[str, ...]


def collect_sheet(
    source: Readable,
    statements: Sequence[str],
    *,
    rater: str,
    number: int,
    raters: Iterable[str] = (),
    scale: RatingScale = NINE_POINTS,
    name: str | None = None,
) -> CollectedSheet:
    """Read a sheet with a row for each rater and a column for each statement.

    A column `s01` holds ratings of the statement s01; `s01_comment` (or with a point, a colon, a hyphen or a
    blank between) holds comments on it, which are kept without who wrote them.

    Parameters
    ----------
    source : path or binary stream
        CSV with a header.
    statements : sequence of str
        Those that are rated in the round.
    rater : str
        Name of the column with the codes of raters.
    number : int
        Of the round.
    raters : iterable of str
        Codes of the panel; empty: any code.
    scale : RatingScale
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        With every problem: no such column, no statement among the columns, a rating that is none, a rater
        without a code, twice, or not of the panel.

    Examples
    --------
    >>> import io
    >>> sheet = b"Time,Code,s1,s1_comment\\n9:00,r2,7,Too long\\n9:05,r1,,\\n"
    >>> found = collect_sheet(io.BytesIO(sheet), ["s1"], rater="Code", number=1)
    >>> found.ratings.rows(), found.comments.rows(), found.left_out
    ([(1, 's1', 'r2', 7), (1, 's1', 'r1', None)], [(1, 's1', 'Too long')], ('Time',))
    """
    table = read_csv(source, columns=[rater], minimum_rows=1, name=name)
    rated = [one for one in statements if one in table.columns and one != rater]
    comments = {header: one for header in table.columns if (one := _commented(header, statements))}
    if not rated:
        listed = ", ".join(statements[:12]) + (" ..." if len(statements) > 12 else "")
        raise InvalidInput(
            Problem(table.name, "1", "(header)", f"a column for each statement: {listed}", "none of them")
        )
    findings = Findings(table)
    codes = _codes(table, rater, set(raters), findings)
    columns = {one: ratings_in(table, one, scale, findings) for one in rated}
    findings.refuse()
    frames = [
        pl.DataFrame({"statement": one, "rater": codes, "rating": pl.Series(values, nan_to_null=True)})
        for one, values in columns.items()
    ]
    ratings = pl.concat(frames).select(
        pl.lit(number).alias("round"), "statement", "rater", pl.col("rating").cast(pl.Int64)
    )
    used = {rater, *rated, *comments}
    return CollectedSheet(
        ratings,
        _comments(table, comments, number),
        tuple(one for one in statements if one not in rated),
        tuple(header for header in table.columns if header not in used),
    )


def _commented(header: str, statements: Sequence[str]) -> str | None:
    """The statement that a column comments on; None where it is no such column."""
    if not header.casefold().endswith(COMMENT):
        return None
    stem = header[: -len(COMMENT)].rstrip(_BETWEEN)
    return stem if stem in statements and len(stem) < len(header) - len(COMMENT) else None


def _codes(table: CsvTable, rater: str, panel: set[str], findings: Findings) -> pl.Series:
    codes = filled(table, rater, findings, expected="the code of a rater")
    first = first_alike(pl.DataFrame({"code": codes}), "code")
    findings.add(
        (first != np.arange(len(first))) & ~findings.wrong,
        rater,
        expected="one row for each rater",
        found=lambda row: f"the same again (the first is in line {table.lines[first[row]]})",
    )
    if panel:
        strange = ~codes.is_in(list(panel)).to_numpy() & ~findings.wrong
        findings.add(strange, rater, expected="the code of somebody in the panel (panel.csv)")
    return codes


def _comments(table: CsvTable, columns: dict[str, str], number: int) -> pl.DataFrame:
    rows = [
        (number, statement, text.strip())
        for header, statement in columns.items()
        for text in table.frame.get_column(header).drop_nulls().to_list()
        if text.strip()
    ]
    # By hash: sorted by words, the order would still be nobody's, but alike texts would stand together.
    rows.sort(key=lambda row: (row[1], hashlib.sha256(row[2].encode()).hexdigest()))
    return pl.DataFrame(
        rows, schema={"round": pl.Int64, "statement": pl.String, "text": pl.String}, orient="row"
    )
