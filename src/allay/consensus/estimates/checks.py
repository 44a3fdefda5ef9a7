"""Checks of the rows of a file of estimates; each adds what it finds to the findings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl

from allay.base.errors import Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable
from allay.consensus.ratings.cells import again, first_alike
from allay.consensus.ratings.table import Floats

NEAR = 0.75
"""From this likeness on, a column that is not read is taken for one that is meant to be."""


def check_columns(
    file: CsvTable, findings: Findings, *, read: Sequence[str], bounds: Sequence[str], optional: Sequence[str]
) -> None:
    """Find a misspelled column (others are not read, so it would pass for one of them), and a single bound.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> file = read_csv(io.BytesIO(b"best,Round\\n1,2\\n"), name="e.csv")
    >>> findings = Findings(file)
    >>> check_columns(file, findings, read=["best"], bounds=[], optional=["round"])
    >>> print(*findings.problems)
    e.csv:1: Round: expected the column 'round', or another name for what is not to be read, found 'Round'
    """
    absent = [column for column in optional if column not in file.columns]
    for column in file.columns:
        near = difflib.get_close_matches(column.strip().casefold(), absent, n=1, cutoff=NEAR)
        if near and column not in (*read, *optional):
            expected = f"the column {near[0]!r}, or another name for what is not to be read"
            findings.add_problem(Problem(file.name, "1", column, expected, repr(column)))
    there = [column for column in bounds if column in file.columns]
    if 0 < len(there) < len(bounds):
        for column in (one for one in bounds if one not in there):
            findings.add_problem(Problem(file.name, "1", column, f"this column beside {there[0]!r}", "none"))


def check_order(findings: Findings, *, best: Floats, lower: Floats, upper: Floats) -> None:
    """Find rows without `lower <= best <= upper`, or with some of these and not all.

    Parameters
    ----------
    best, lower, upper : float64 arrays of shape (rows,)
        NaN where there is none. Rows that are wrong already are left alone.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> findings = Findings(read_csv(io.BytesIO(b"best,lower,upper\\n1,2,3\\n"), name="e.csv"))
    >>> check_order(findings, best=np.array([1.0]), lower=np.array([2.0]), upper=np.array([3.0]))
    >>> print(*findings.problems)
    e.csv:2: best: expected lower <= best <= upper, found 1 below lower 2
    """
    fine = ~findings.wrong
    bounded = ~np.isnan(lower) | ~np.isnan(upper)
    findings.add(fine & np.isnan(best) & bounded, "best", expected="a number between the bounds")
    for column, bound in (("lower", lower), ("upper", upper)):
        findings.add(fine & np.isnan(bound) & bounded, column, expected="both bounds, or none of them")
    for wrong, bound, word in ((best < lower, lower, "below lower"), (best > upper, upper, "above upper")):
        said = partial(_out_of_order, best, bound, word)
        findings.add(fine & wrong, "best", expected="lower <= best <= upper", found=said)


def _out_of_order(best: Floats, bound: Floats, word: str, row: int) -> str:
    return f"{best[row]:g} {word} {bound[row]:g}"


def check_once(file: CsvTable, findings: Findings, rows: pl.DataFrame) -> None:
    """Find an expert twice for an item in a round.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns ``item, round, expert``; blanks among them are problems of their own.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> file = read_csv(io.BytesIO(b"item,round,expert\\ny,1,a\\ny,1,a\\n"), name="e.csv")
    >>> findings = Findings(file)
    >>> check_once(file, findings, file.frame)
    >>> print(*findings.problems)
    e.csv:3: expert: expected an expert once for an item in a round, found 'a' again (the first is in line 2)
    """
    first = first_alike(rows, "item", "round", "expert")
    named = ((rows["item"] != "") & (rows["round"] != "") & (rows["expert"] != "")).to_numpy()
    findings.add(
        (first != np.arange(rows.height)) & named,
        "expert",
        expected="an expert once for an item in a round",
        found=again(rows["expert"], file, first),
    )


def check_somebody(findings: Findings, rows: pl.DataFrame, item: str) -> None:
    """Find an item that is listed in a round with blanks only; nothing is said where more is wrong.

    Parameters
    ----------
    rows : polars.DataFrame
        Columns ``item, round, given``.
    item : str
        Name of the column of items.

    Examples
    --------
    >>> import io
    >>> from allay.base.tables import read_csv
    >>> findings = Findings(read_csv(io.BytesIO(b"item,best\\ny,\\n"), name="e.csv"))
    >>> check_somebody(findings, pl.DataFrame({"item": ["y"], "round": ["1"], "given": [False]}), "item")
    >>> print(*findings.problems)
    e.csv:2: item: expected an estimate by somebody in the round, found none of 'y' in round 1
    """
    if findings.total:
        return
    asked = rows.select(
        nobody=~pl.col("given").any().over("item", "round"),
        first=pl.struct("item", "round").is_first_distinct(),
    )
    findings.add(
        (asked["nobody"] & asked["first"]).to_numpy(),
        item,
        expected="an estimate by somebody in the round",
        found=lambda row: f"none of {rows['item'][row]!r} in round {rows['round'][row]}",
    )
