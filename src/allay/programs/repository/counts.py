"""Counts of a program by quarter and group: read strictly, checked against each other, small ones hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from allay.base.errors import InvalidInput, Problem
from allay.base.tables import CsvTable, Readable, read_csv

STEPS = ("referred", "accepted", "started", "completed", "followed_up", "improved")
"""From referral on. Whoever reached a step reached those before it; the period is that of referral."""

COLUMNS = ("step", "period", "dimension", "group", "count")
ALL = "all"
MOST_GROUPS = 12
MOST_DIMENSIONS = 4
_PERIOD = re.compile(r"[0-9]{4}(-Q[1-4])?", re.ASCII)
_COUNT = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)

Key = tuple[str, str, str, str]
"""Step, period, dimension, group."""


@dataclass(frozen=True, slots=True)
class CountSheet:
    """Counts of the people referred, by step reached, period of referral, and group.

    Attributes
    ----------
    steps : tuple of str
        In the order of `STEPS`.
    periods : tuple of str
        In order of time.
    dimensions : mapping of str to tuple of str
        By what people are grouped, and the groups: each person is in one group of every dimension.
    counts : mapping of (step, period, dimension, group) to int
        Complete: every combination has its count.
    """

    steps: tuple[str, ...]
    periods: tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    counts: Mapping[Key, int]

    def total(self, step: str, period: str) -> int:
        """Return everybody of a period who reached a step."""
        dimension, groups = next(iter(self.dimensions.items()))
        return sum(self.counts[step, period, dimension, group] for group in groups)


def read_counts(source: Readable, *, name: str | None = None) -> CountSheet:
    """Read a CSV file with the columns step, period, dimension, group, count; no other column is let in.

    Parameters
    ----------
    source : path or binary stream
        `step` is one of `STEPS`, `period` the quarter (2026-Q1) or year (2026) of referral, `dimension` what
        people are grouped by, `group` the group, `count` people who reached the step so far.

    Raises
    ------
    InvalidInput
        Unknown steps and periods, counts that are no whole numbers, combinations that are missing or there
        twice, a step reached by more people than the one before, dimensions that do not add up to the same.

    Examples
    --------
    >>> import io
    >>> text = "step,period,dimension,group,count\\nreferred,2026,sex,women,40\\nreferred,2026,sex,men,31"
    >>> read_counts(io.BytesIO(text.encode())).total("referred", "2026")
    71
    """
    table = read_csv(source, columns=COLUMNS, others="refuse", minimum_rows=1, name=name)
    rows = table.frame.select(COLUMNS).rows()
    if problems := _cell_problems(table, rows):
        raise InvalidInput(problems)
    places: dict[Key, int] = {}
    for row, (step, period, dimension, group, _) in enumerate(rows):
        if (first := places.setdefault((step, period, dimension, group), row)) != row:
            found = f"it again (first in line {table.lines[first]})"
            problems.append(table.problem(row, "group", expected="each combination once", found=found))
    dimensions: dict[str, tuple[str, ...]] = {}
    for _, _, dimension, group, _ in rows:
        dimensions[dimension] = tuple(dict.fromkeys((*dimensions.get(dimension, ()), group)))
    steps = tuple(step for step in STEPS if any(row[0] == step for row in rows))
    sheet = CountSheet(
        steps,
        tuple(sorted({row[1] for row in rows})),
        dimensions,
        {key: int(rows[row][4]) for key, row in places.items()},
    )
    problems += _shape_problems(table, sheet)
    problems = problems or _sum_problems(table, sheet, places)
    if problems:
        raise InvalidInput(problems)
    return sheet


def _cell_problems(table: CsvTable, rows: Sequence[tuple[str | None, ...]]) -> list[Problem]:
    problems = []
    form = None
    for row, (step, period, dimension, group, count) in enumerate(rows):
        if step not in STEPS:
            problems.append(table.problem(row, "step", expected="one of " + ", ".join(STEPS)))
        if period is None or not _PERIOD.fullmatch(period):
            problems.append(table.problem(row, "period", expected="a quarter (2026-Q1) or a year (2026)"))
        elif len(period) != (form := form or len(period)):
            problems.append(table.problem(row, "period", expected="quarters or years, not both"))
        if dimension == ALL and group != ALL:
            problems.append(table.problem(row, "group", expected=f"{ALL}, the dimension being {ALL}"))
        for column, value in (("dimension", dimension), ("group", group)):
            if value is None or value != value.strip():
                problems.append(table.problem(row, column, expected="a name without spaces around it"))
        if count is None or not _COUNT.fullmatch(count):
            problems.append(table.problem(row, "count", expected="a whole number of zero or more"))
    return problems


def _shape_problems(table: CsvTable, sheet: CountSheet) -> list[Problem]:
    found = []
    if len(sheet.dimensions) > MOST_DIMENSIONS:
        expected = f"at most {MOST_DIMENSIONS} dimensions"
        found.append(Problem(table.name, "1", "dimension", expected, str(len(sheet.dimensions))))
    for dimension, groups in sheet.dimensions.items():
        if len(groups) > MOST_GROUPS:
            expected = f"at most {MOST_GROUPS} groups of {dimension}"
            found.append(Problem(table.name, "1", "group", expected, str(len(groups))))
    missing = [
        Problem(
            table.name, "1", "(rows)", f"a count for {step}, {period}, {dimension}, {group}", "no such row"
        )
        for step in sheet.steps
        for period in sheet.periods
        for dimension, groups in sheet.dimensions.items()
        for group in groups
        if (step, period, dimension, group) not in sheet.counts
    ]
    return found + missing


def _sum_problems(table: CsvTable, sheet: CountSheet, places: Mapping[Key, int]) -> list[Problem]:
    problems = []
    for (step, period, dimension, group), row in places.items():
        before = sheet.steps[: sheet.steps.index(step)][-1:]
        for earlier in before:
            limit = sheet.counts[earlier, period, dimension, group]
            if sheet.counts[step, period, dimension, group] > limit:
                expected = f"at most the {limit} who were {earlier.replace('_', ' ')}"
                problems.append(table.problem(row, "count", expected=expected))
    for (step, period, dimension), keys in groupby(sorted(places), key=lambda key: key[:3]):
        own = list(keys)
        total = sum(sheet.counts[key] for key in own)
        if total != sheet.total(step, period):
            expected = f"{sheet.total(step, period)} in all, as by {next(iter(sheet.dimensions))}"
            found = f"{total} {step} in {period} by {dimension}"
            problems.append(table.problem(places[own[0]], "count", expected=expected, found=found))
    return problems
