"""Item banks from CSV files; every bad cell is named by line and column."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.irt.bank import MOST_CATEGORIES, GradedItem, ItemBank
from allay.measures.irt.graded import Floats

RESPONDENT = "respondent"


def read_bank(source: Readable, *, name: str | None = None) -> ItemBank:
    """Read an item bank: columns ``item,a,b1..bk``, one item a row.

    Items with fewer answers than the widest leave their last thresholds blank.

    Raises
    ------
    InvalidInput
        Other columns, a gap in their numbers, items without a name or twice, slopes that are not above 0,
        thresholds that are missing, not numbers or not rising.

    Examples
    --------
    >>> import io
    >>> bank = read_bank(io.BytesIO(b"item,a,b1,b2\\nmood,2.0,-1,0.5\\nsleep,1.2,0,\\n"))
    >>> [(item.id, item.slope, item.thresholds) for item in bank.items]
    [('mood', 2.0, (-1.0, 0.5)), ('sleep', 1.2, (0.0,))]
    """
    table = read_csv(source, columns=("item", "a", "b1"), minimum_rows=1, name=name)
    columns = _threshold_columns(table)
    findings = Findings(table)
    names = table.frame.get_column("item").str.strip_chars()
    blank = names.fill_null("") == ""
    findings.add(blank.to_numpy(), "item", expected="an item id", found=lambda row: "nothing")
    findings.add((names == RESPONDENT).fill_null(value=False).to_numpy(), "item", expected="another item id")
    again = (~names.is_first_distinct() & ~blank).to_numpy()
    findings.add(again, "item", expected="every item once")
    slopes, filled = numeric_cells(table, "a")
    findings.add(~filled, "a", expected="a number above 0", found=lambda row: "nothing")
    findings.add(filled & ~(slopes > 0), "a", expected="a number above 0")
    thresholds = _thresholds(table, columns, findings)
    findings.refuse()
    return ItemBank(
        tuple(
            GradedItem(item, slope, tuple(b for b in row if b == b))
            for item, slope, row in zip(names, slopes.tolist(), thresholds.tolist(), strict=True)
        )
    )


def _threshold_columns(table: CsvTable) -> list[str]:
    found = [column for column in table.columns if column not in ("item", "a")]
    wanted = [f"b{place}" for place in range(1, len(found) + 1)]
    problems = [
        Problem(table.name, "1", column, "only the columns item, a and b1 up to bk", "one more")
        for column in found
        if not re.fullmatch(r"b[1-9]\d*", column)
    ]
    if not problems and (absent := [column for column in wanted if column not in found]):
        listed = ", ".join(found)
        problems = [
            Problem(table.name, "1", column, "this column", f"the columns {listed}") for column in absent
        ]
    if not problems and len(wanted) >= MOST_CATEGORIES:
        expected = f"at most {MOST_CATEGORIES - 1} thresholds"
        problems = [Problem(table.name, "1", wanted[-1], expected, str(len(wanted)))]
    if problems:
        raise InvalidInput(problems)
    return wanted


def _thresholds(table: CsvTable, columns: list[str], findings: Findings) -> Floats:
    found = np.full((table.frame.height, len(columns)), np.nan)
    last = np.full(table.frame.height, -np.inf)
    ended = np.zeros(table.frame.height, dtype=np.bool_)
    for place, column in enumerate(columns):
        numbers, filled = numeric_cells(table, column)
        found[:, place] = numbers
        if place == 0:
            findings.add(~filled, column, expected="a number", found=lambda row: "nothing")
        else:
            ended |= ~filled
        findings.add(filled & np.isnan(numbers), column, expected="a number")
        before = columns[place - 1]
        late, low = filled & ended, filled & ~ended & (numbers <= last)
        findings.add(late, column, expected="a blank, as a threshold before it is blank")
        findings.add(low, column, expected=f"a number above the one of {before}")
        last = np.where(np.isnan(numbers), last, np.maximum(last, numbers))
    return found


def numeric_cells(table: CsvTable, column: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Cells of a column as numbers, and whether there is anything in them; what is no finite number is NaN.

    Examples
    --------
    >>> import io
    >>> numbers, filled = numeric_cells(read_csv(io.BytesIO(b"id,a\\n1,2.5\\n2,\\n3,x\\n")), "a")
    >>> numbers.tolist(), filled.tolist()
    ([2.5, nan, nan], [True, False, True])
    """
    text = table.frame.get_column(column).str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers, (text.fill_null("") != "").to_numpy()
