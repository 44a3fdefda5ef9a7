"""Reading of estimates from a CSV file; every bad cell is named by line."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.consensus.estimates.limits import limits
from allay.consensus.estimates.scale import EstimateScale
from allay.consensus.estimates.table import EstimateTable, on_shares
from allay.consensus.ratings.table import Floats, Ints

OtherScale: TypeAlias = Literal["warn", "refuse", "leave-out"]
"""What to do with estimates that are plainly on another scale."""
BOUNDS = ("lower", "upper")
OPTIONAL = (*BOUNDS, "round")
ONLY_ROUND = "1"
_NEAR = 0.75


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
        them, an expert twice for an item in a round, an item nobody estimated, a whole file that is on a
        scale from 0 to 1.

    Examples
    --------
    >>> import io
    >>> rows = b"item,expert,lower,best,upper\\ny1,a,20,30,50\\ny1,b,0.2,0.3,0.5\\n"
    >>> table = read_estimates(io.BytesIO(rows), name="e.csv")
    >>> print(*table.problems)
    e.csv:3: best: expected numbers on the scale from 0 to 100, as in the other rows, found 0.2/0.3/0.5, ...
    """
    scale = scale or EstimateScale()
    file = read_csv(source, columns=(item, "expert", "best"), optional=OPTIONAL, minimum_rows=1, name=name)
    findings = Findings(file)
    _refuse_misspelled(file, item, findings)
    items, experts = (_names(file, column, findings) for column in (item, "expert"))
    rounds = _rounds(file, findings)
    best, lower, upper = (_numbers(file, column, scale, findings) for column in ("best", *BOUNDS))
    _check_order(file, findings, best=best, lower=lower, upper=upper)
    _refuse_twice(file, findings, pl.DataFrame({"i": items, "r": rounds, "e": experts}))
    given = ~np.isnan(best)
    _refuse_nobody(file, findings, item, pl.DataFrame({"i": items, "r": rounds, "given": given}))
    findings.refuse()
    known = items.unique(maintain_order=True)
    ordered = sorted(rounds.unique(maintain_order=True).to_list(), key=_natural)
    table = EstimateTable(
        name=file.name,
        scale=scale,
        items=tuple(known.to_list()),
        rounds=tuple(ordered),
        item=_places(items, known),
        round=_places(rounds, pl.Series(ordered, dtype=pl.String)),
        expert=_places(experts, experts.unique(maintain_order=True)),
        best=best,
        lower=lower,
        upper=upper,
        lines=file.lines,
        other_scale=on_shares(scale, best=best, upper=upper),
    ).only(given)
    _refuse_all_on_shares(table)
    if other_scale == "leave-out":
        _refuse_nobody_left(table)
    if other_scale == "refuse" and table.other_scale.any():
        raise InvalidInput(table.problems)
    return table


def _refuse_misspelled(file: CsvTable, item: str, findings: Findings) -> None:
    """Other columns are not read, so one that was meant to be must not pass as another."""
    for column in file.columns:
        absent = [known for known in OPTIONAL if known not in file.columns]
        near = difflib.get_close_matches(column.strip().casefold(), absent, n=1, cutoff=_NEAR)
        if column not in (item, "expert", "best", *OPTIONAL) and near:
            expected = f"the column {near[0]!r}, or another name for what is not to be read"
            findings.add_problem(Problem(file.name, "1", column, expected, repr(column)))
    for here, there in (BOUNDS, BOUNDS[::-1]):
        if here in file.columns and there not in file.columns:
            findings.add_problem(Problem(file.name, "1", there, f"this column beside {here!r}", "none"))


def _names(file: CsvTable, column: str, findings: Findings) -> pl.Series:
    found = file.frame.get_column(column).str.strip_chars().fill_null("")
    findings.add((found == "").to_numpy(), column, expected="a name")
    return found


def _rounds(file: CsvTable, findings: Findings) -> pl.Series:
    if "round" in file.columns:
        return _names(file, "round", findings)
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


def _check_order(file: CsvTable, findings: Findings, *, best: Floats, lower: Floats, upper: Floats) -> None:
    fine = ~findings.wrong
    gaps = {column: np.isnan(of) for column, of in (("best", best), ("lower", lower), ("upper", upper))}
    any_bound = ~gaps["lower"] | ~gaps["upper"]
    findings.add(fine & gaps["best"] & any_bound, "best", expected="a number between the bounds")
    for column in BOUNDS:
        findings.add(fine & gaps[column] & any_bound, column, expected="both bounds, or none of them")
    for wrong, bound, word in ((best < lower, lower, "below lower"), (best > upper, upper, "above upper")):
        said = partial(_out_of_order, best, bound, word)
        findings.add(fine & wrong, "best", expected="lower <= best <= upper", found=said)


def _out_of_order(best: Floats, bound: Floats, word: str, row: int) -> str:
    return f"{best[row]:g} {word} {bound[row]:g}"


def _refuse_twice(file: CsvTable, findings: Findings, keys: pl.DataFrame) -> None:
    first = (
        keys.with_row_index("row").select(pl.col("row").first().over("i", "r", "e")).to_series().to_numpy()
    )
    findings.add(
        (first != np.arange(len(first))) & ((keys["i"] != "") & (keys["e"] != "")).to_numpy(),
        "expert",
        expected="an expert once for an item in a round",
        found=lambda row: f"{keys['e'][row]!r} again (the first is in line {file.lines[first[row]]})",
    )


def _refuse_nobody(file: CsvTable, findings: Findings, item: str, keys: pl.DataFrame) -> None:
    """An item of which every row is blank was listed, and there is nothing to say of it."""
    if findings.total:
        return
    asked = keys.select(
        nobody=~pl.col("given").any().over("i", "r"), first=pl.struct("i", "r").is_first_distinct()
    )
    findings.add(
        (asked["nobody"] & asked["first"]).to_numpy(),
        item,
        expected="an estimate by somebody in the round",
        found=lambda row: f"none of {keys['i'][row]!r} in round {keys['r'][row]!r}",
    )


def _refuse_all_on_shares(table: EstimateTable) -> None:
    rule = limits().other_scale
    largest = np.where(np.isnan(table.upper), table.best, table.upper)
    if table.other_scale.any() and largest.max() <= rule.at_most:
        expected = (
            f"an estimate above {rule.at_most:g} on a scale from {table.scale}; for shares, the scale 0:1"
        )
        raise InvalidInput(
            Problem(table.name, str(table.lines[0]), "best", expected, "none in the whole file")
        )


def _refuse_nobody_left(table: EstimateTable) -> None:
    cell = table.item * len(table.rounds) + table.round
    left = np.unique(cell[~table.other_scale])
    alone = table.only(~np.isin(cell, left))
    if len(alone.lines):
        raise InvalidInput(
            replace(problem, expected="another estimate of the item in the round, as this is to be left out")
            for problem in alone.problems
        )


def _places(column: pl.Series, known: pl.Series) -> Ints:
    place = {value: index for index, value in enumerate(known.to_list())}
    return np.array([place[value] for value in column.to_list()], dtype=np.int64)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """`round_10` after `round_2`."""
    parts = re.findall(r"[0-9]{1,15}|[^0-9]+", text)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)
