"""Private rankings from a CSV file: who put what in which place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.errors import InvalidValue
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.consensus.ratings.cells import again, filled, first_alike, places
from allay.consensus.ratings.table import Floats, Ints

COLUMNS = ("rater", "item", "rank")
MOST_RANKED = 1000


@dataclass(frozen=True, slots=True, eq=False)
class RankingTable:
    """Ranks of items by raters.

    Attributes
    ----------
    name : str
        The file, as messages call it.
    items, raters : tuple of str
        In the order in which they first appear.
    ranks : float64 array of shape (items, raters)
        1 is the best; NaN where somebody did not rank an item.
    top : int, optional
        How many items each rater was asked to rank; None: all of them.
    """

    name: str
    items: tuple[str, ...]
    raters: tuple[str, ...]
    ranks: Floats
    top: int | None = None


def read_rankings(source: Readable, *, top: int | None = None, name: str | None = None) -> RankingTable:
    """Read rankings: columns ``rater,item,rank``, a row for each item that a rater ranked.

    Parameters
    ----------
    source : path or binary stream
        Ranks of a rater are 1, 2, 3 and so on, without ties or gaps. Time grows with the rows, memory with
        items times raters.
    top : int, optional
        Every rater ranked at most so many; without it everybody ranked every item.

    Raises
    ------
    InvalidInput
        With every problem: a rank that is no whole number from 1, a rank or an item twice by a rater, gaps,
        items that a rater left out where all are to be ranked.

    Examples
    --------
    >>> import io
    >>> rows = b"rater,item,rank\\na,tea,1\\na,yoga,2\\nb,yoga,1\\nb,tea,3\\n"
    >>> read_rankings(io.BytesIO(rows), name="r.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: r.csv:5: rank: expected ranks without gaps, found 3 and no 2 by this rater
    """
    if top is not None and not 1 <= top <= MOST_RANKED:
        raise InvalidValue(expected=f"a number of items from 1 to {MOST_RANKED}", found=str(top))
    file = read_csv(source, columns=COLUMNS, others="refuse", minimum_rows=1, name=name)
    findings = Findings(file)
    raters, items = (filled(file, column, findings) for column in COLUMNS[:2])
    ranks = _ranks(file, findings, top)
    rows = pl.DataFrame({"rater": raters, "item": items, "rank": ranks})
    _refuse_twice(file, findings, rows)
    _refuse_gaps(findings, rows)
    if top is None:
        _refuse_left_out(findings, rows)
    findings.refuse()
    known, everybody = items.unique(maintain_order=True), raters.unique(maintain_order=True)
    values = np.full((len(known), len(everybody)), np.nan)
    values[places(items, known), places(raters, everybody)] = ranks
    return RankingTable(file.name, tuple(known), tuple(everybody), values, top)


def _ranks(file: CsvTable, findings: Findings, top: int | None) -> Ints:
    text = file.frame.get_column("rank").str.strip_chars().fill_null("")
    whole = text.str.contains(r"^[0-9]{1,6}$").to_numpy()
    ranks = text.cast(pl.Int64, strict=False).fill_null(0).to_numpy().copy()
    most = top or MOST_RANKED
    wrong = ~whole | (ranks < 1) | (ranks > most)
    findings.add(wrong, "rank", expected=f"a whole number from 1 to {most}")
    ranks[wrong] = 0
    return ranks


def _refuse_twice(file: CsvTable, findings: Findings, rows: pl.DataFrame) -> None:
    fine = ~findings.wrong
    for column in ("item", "rank"):
        first = first_alike(rows, "rater", column)
        findings.add(
            fine & (first != np.arange(rows.height)),
            column,
            expected=f"{'an' if column == 'item' else 'a'} {column} once by a rater",
            found=again(rows[column], file, first),
        )


def _refuse_gaps(findings: Findings, rows: pl.DataFrame) -> None:
    """Of every rater without other faults, the lowest rank that has none right before it."""
    faulty = rows["rater"].filter(pl.Series(findings.wrong)).unique()
    ordered = (
        rows.with_row_index("row")
        .filter(~pl.col("rater").is_in(faulty.implode()))
        .sort("rater", "rank")
        .with_columns(wanted=pl.int_range(1, pl.len() + 1).over("rater"))
    )
    gaps = ordered.filter(pl.col("rank") != pl.col("wanted")).filter(pl.col("rater").is_first_distinct())
    wanted = dict(zip(gaps["row"].to_list(), gaps["wanted"].to_list(), strict=True))
    findings.add(
        np.isin(np.arange(rows.height), list(wanted)),
        "rank",
        expected="ranks without gaps",
        found=lambda row: f"{rows['rank'][row]} and no {wanted[row]} by this rater",
    )


def _refuse_left_out(findings: Findings, rows: pl.DataFrame) -> None:
    """Of every rater, that some items have no rank; only where nothing else is wrong."""
    if findings.total:
        return
    items = rows["item"].n_unique()
    of_rater = rows.select(ranked=pl.len().over("rater"), first=pl.col("rater").is_first_distinct())
    findings.add(
        (of_rater["first"] & (of_rater["ranked"] < items)).to_numpy(),
        "rater",
        expected=f"a rank for each of the {items} items, or at most how many each rater ranked (top)",
        found=lambda row: f"{of_rater['ranked'][row]} by this rater",
    )
