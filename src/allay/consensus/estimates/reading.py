"""Reading of estimates from a CSV file; every bad cell is named by line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, InvalidValue
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.consensus.estimates.checks import check_columns, check_once, check_order, check_somebody
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.estimates.table import EstimateTable, on_shares
from allay.consensus.ratings.cells import filled, places
from allay.consensus.ratings.table import Floats

OtherScale: TypeAlias = Literal["warn", "refuse", "leave-out"]
"""What to do with estimates that are plainly on another scale."""
BOUNDS = ("lower", "upper")
OPTIONAL = (*BOUNDS, "round")
ONLY_ROUND = "1"


def read_estimates(
    source: Readable,
    *,
    scale: EstimateScale | None = None,
    other_scale: OtherScale = "warn",
    item: str = "item",
    name: str | None = None,
) -> EstimateTable:
    """Read estimates: columns ``item,expert,best`` and where there are any ``lower,upper`` and ``round``.

    Parameters
    ----------
    source : path or binary stream
        A row for each expert, item and round. A row without any number says that there is no estimate. Other
        columns are not read. Time grows with the rows.
    scale : EstimateScale, optional
        0 to 100 by default.
    other_scale : {"warn", "refuse", "leave-out"}
        What becomes of rows that are plainly on a scale from 0 to 1 while the file is not: they are marked
        and kept as they stand (the caller names them), refused, or marked
        and kept for the caller to leave out; then every item keeps another estimate in its round.
    item : str
        Another name of the first column.

    Raises
    ------
    InvalidInput
        With every problem: text for a number, a number outside the scale, bounds out of order or only one of
        them, an expert twice for an item in a round, an item nobody estimated.
    InvalidValue
        When `item` is the name of a column for something else.

    Examples
    --------
    >>> import io
    >>> rows = b"item,expert,lower,best,upper\\ny1,a,20,30,50\\ny1,b,0.2,0.3,0.5\\n"
    >>> table = read_estimates(io.BytesIO(rows), name="e.csv")
    >>> print(*table.problems)
    e.csv:3: best: expected numbers on the scale from 0 to 100, as in the other rows, found 0.2/0.3/0.5, ...
    """
    scale = scale or EstimateScale()
    if item in ("", "expert", "best", *OPTIONAL):
        raise InvalidValue(expected="the name of another column for items", found=repr(item))
    file = read_csv(source, columns=(item, "expert", "best"), optional=OPTIONAL, minimum_rows=1, name=name)
    findings = Findings(file)
    check_columns(file, findings, read=(item, "expert", "best"), bounds=BOUNDS, optional=OPTIONAL)
    findings.refuse()
    items, experts = (filled(file, column, findings) for column in (item, "expert"))
    rounds = _rounds(file, findings)
    best, lower, upper = (_numbers(file, column, scale, findings) for column in ("best", *BOUNDS))
    check_order(findings, best=best, lower=lower, upper=upper)
    given = ~np.isnan(best)
    rows = pl.DataFrame({"item": items, "round": rounds, "expert": experts, "given": given})
    check_once(file, findings, rows)
    check_somebody(findings, rows, item)
    findings.refuse()
    known = items.unique(maintain_order=True)
    ordered = sorted(rounds.unique(maintain_order=True).to_list(), key=_natural)
    table = EstimateTable(
        name=file.name,
        scale=scale,
        items=tuple(known.to_list()),
        rounds=tuple(ordered),
        item=places(items, known),
        round=places(rounds, pl.Series(ordered, dtype=pl.String)),
        expert=places(experts, experts.unique(maintain_order=True)),
        best=best,
        lower=lower,
        upper=upper,
        lines=file.lines,
        other_scale=on_shares(scale, best=best, upper=upper),
    ).only(given)
    if other_scale == "leave-out":
        _refuse_nobody_left(table)
    if other_scale == "refuse" and table.problems:
        raise InvalidInput(table.problems)
    return table


def _rounds(file: CsvTable, findings: Findings) -> pl.Series:
    if "round" in file.columns:
        return filled(file, "round", findings)
    return pl.Series([ONLY_ROUND]).new_from_index(0, file.frame.height)


def _numbers(file: CsvTable, column: str, scale: EstimateScale, findings: Findings) -> Floats:
    if column not in file.columns:
        return np.full(file.frame.height, np.nan)
    text = file.frame.get_column(column).str.strip_chars()
    blank = (text.fill_null("") == "").to_numpy()
    numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    outside = ~((numbers >= scale.low) & (numbers <= scale.high)) & ~blank
    findings.add(outside, column, expected=f"a number from {scale}")
    numbers[outside | blank] = np.nan
    return numbers


def _refuse_nobody_left(table: EstimateTable) -> None:
    if table.all_on_other_scale:
        raise InvalidInput(table.problems)
    cell = table.item * len(table.rounds) + table.round
    left = np.unique(cell[~table.other_scale])
    alone = table.only(~np.isin(cell, left))
    if len(alone.lines):
        raise InvalidInput(
            replace(problem, expected="another estimate of the item in the round, as this is to be left out")
            for problem in alone.problems
        )


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """`round_10` after `round_2`."""
    parts = re.findall(r"[0-9]{1,15}|[^0-9]+", text)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)
