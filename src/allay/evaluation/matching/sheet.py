"""A table of people with a treatment, covariates and perhaps an outcome; every bad cell is named by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.findings import Findings
from allay.base.tables import CsvTable, Readable, read_csv
from allay.evaluation.matching.arrays import Flags, Floats
from allay.evaluation.matching.covariates import Covariates, encode

_LARGEST = 1e15


@dataclass(frozen=True, slots=True, eq=False)
class MatchSheet:
    """People to compare, as a file has them; `lines` says on which line each stands."""

    treated: Flags
    covariates: Covariates
    outcome: Floats | None
    lines: NDArray[np.int64]


def read_match(
    source: Readable,
    *,
    treat: str,
    covariates: Sequence[str],
    outcome: str | None = None,
    categories: Collection[str] = (),
    pre_outcomes: Collection[str] = (),
    name: str | None = None,
) -> MatchSheet:
    """Read people to compare from a CSV file.

    Parameters
    ----------
    treat : str
        Column of 0 and 1.
    covariates : sequence of str
        See `encode`.
    outcome : str, optional
        Column of numbers.
    pre_outcomes : collection of str
        Columns that are outcomes before the start; they must be there, as a slip of the pen would go unseen.

    Raises
    ------
    InvalidInput
        Columns that are absent, cells that are missing or wrong, nobody treated or untreated.
    InvalidValue
        A column that is asked to be two things.

    Examples
    --------
    >>> import io
    >>> sheet = read_match(io.BytesIO(b"d,age\\n1,40\\n0,50\\n"), treat="d", covariates=["age"])
    >>> sheet.treated.tolist(), sheet.covariates.values.ravel().tolist()
    ([True, False], [40.0, 50.0])
    """
    _check_roles(treat, covariates, outcome)
    wanted = list(
        dict.fromkeys([treat, *covariates, *([outcome] if outcome else []), *categories, *pre_outcomes])
    )
    table = read_csv(source, columns=wanted, minimum_rows=1, name=name)
    findings = Findings(table)
    text = table.frame.get_column(treat).str.strip_chars()
    findings.add(~text.is_in(["0", "1"]).fill_null(value=False).to_numpy(), treat, expected="0 or 1")
    values = None if outcome is None else _numbers(table, outcome, findings)
    try:
        found: Covariates | None = encode(table, covariates, categories=categories)
    except InvalidInput as wrong:
        found = None
        for problem in wrong.problems:
            findings.add_problem(problem)
        findings.total += wrong.total - len(wrong.problems)
    findings.refuse()
    treated: Flags = (text == "1").to_numpy()
    if treated.all() or not treated.any():
        only = "only 1" if treated.all() else "only 0"
        raise InvalidInput(
            Problem(table.name, "-", treat, "both 0 and 1, so that there is a comparison", only)
        )
    if found is None:
        raise AssertionError
    return MatchSheet(treated, found, values, table.lines)


def _check_roles(treat: str, covariates: Sequence[str], outcome: str | None) -> None:
    if not covariates:
        raise InvalidValue(expected="at least one covariate", found="none")
    for role, column in (("treatment", treat), ("outcome", outcome)):
        if column in covariates:
            raise InvalidValue(expected=f"covariates without the {role}", found=repr(column))
    if treat == outcome:
        raise InvalidValue(expected="an outcome other than the treatment", found=repr(treat))


def _numbers(table: CsvTable, column: str, findings: Findings) -> Floats:
    text = table.frame.get_column(column).str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    numbers[~(np.abs(numbers) <= _LARGEST)] = np.nan
    findings.add(np.isnan(numbers), column, expected="a number")
    return numbers
