"""Rules that look at one row of a claims table, each a predicate of SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from allay.evaluation.claims.columns import literal, quoted
from allay.evaluation.claims.contract import ClaimsColumn, ColumnType
from allay.evaluation.claims.folder import TableFiles
from allay.evaluation.claims.limits import ClaimsLimits

SERVICE_DAYS = {
    "medical_claim": ("claim_start_date", "claim_line_start_date"),
    "pharmacy_claim": ("dispensing_date",),
}
"""The columns a day of service is taken from."""

DAY = {
    "medical_claim": "coalesce(claim_line_start_date, claim_start_date)",
    "pharmacy_claim": "dispensing_date",
}
"""The day of service of a line."""

_ENDS = (
    ("claim_end_date", "claim_start_date"),
    ("claim_line_end_date", DAY["medical_claim"]),
    ("discharge_date", "admission_date"),
)


@dataclass(frozen=True, slots=True)
class ClaimsRule:
    """A rule of a table: which rows are wrong.

    Attributes
    ----------
    kind : str
        Id of the kind of finding.
    column : str
        The column it is about.
    wrong : str
        Predicate of SQL; NULL counts as false.
    expected : str
        What messages say was expected.
    found : str
        Text expression of SQL: what messages say was found. Never an id of a person.
    """

    kind: str
    column: str
    wrong: str
    expected: str
    found: str


def day_sql(day: dt.date) -> str:
    """Write a day as a literal of SQL.

    Examples
    --------
    >>> day_sql(dt.date(2024, 2, 29))
    "DATE '2024-02-29'"
    """
    return f"DATE '{day.isoformat()}'"


def shown(column: str) -> str:
    """Write the text of a cell, in SQL."""
    return f"CAST({quoted(column)} AS VARCHAR)"


def row_rules(files: TableFiles, limits: ClaimsLimits, *, extract_end: dt.date | None) -> list[ClaimsRule]:
    """Return the rules for the rows of a table taken by themselves, for columns that are there.

    Parameters
    ----------
    files : TableFiles
        The table.
    limits : ClaimsLimits
        From where on a value is not believed.
    extract_end : date or None
        Last day of the extract, if that is known.
    """
    rules = [*_cells(files)]
    if files.name == "member":
        rules += _member(limits)
    elif files.name == "enrollment":
        rules += _enrollment(limits, extract_end)
    else:
        rules += [*_days(files, limits, extract_end), *_amounts(files, limits)]
    return [rule for rule in rules if rule.column in files.found]


def _cells(files: TableFiles) -> Iterator[ClaimsRule]:
    for column in files.unsure:
        raw = quoted("raw_" + column.name)
        yield ClaimsRule(
            "wrong_type",
            column.name,
            f"{raw} IS NOT NULL AND {quoted(column.name)} IS NULL AND {_not_blank(column, files)}",
            column.type.words,
            f"'''' || left(CAST({raw} AS VARCHAR), 40) || ''''",
        )
    for column in files.table.columns:
        if column.required:
            yield ClaimsRule("blank", column.name, _blank(column, files), f"{_article(column)}", "'nothing'")
        if column.values:
            listed = ", ".join(map(literal, column.values))
            wrong = f"{quoted(column.name)} NOT IN ({listed})"
            found = f"'''' || left({quoted(column.name)}, 40) || ''''"
            yield ClaimsRule("unlisted_value", column.name, wrong, " or ".join(column.values), found)


def _article(column: ClaimsColumn) -> str:
    return "a value" if column.type is ColumnType.TEXT else column.type.words


def _blank(column: ClaimsColumn, files: TableFiles) -> str:
    name = quoted(column.name)
    if column.type is ColumnType.TEXT:
        return f"({name} IS NULL OR trim({name}) = '')"
    if column in files.unsure:
        raw = quoted("raw_" + column.name)
        return f"{raw} IS NULL OR NOT {_not_blank(column, files)}"
    return f"{name} IS NULL"


def _not_blank(column: ClaimsColumn, files: TableFiles) -> str:
    raw = quoted("raw_" + column.name)
    return f"trim({raw}) != ''" if files.found[column.name] == "VARCHAR" else "true"


def _between(column: str, low: dt.date, high: dt.date, *, kind: str) -> ClaimsRule:
    wrong = f"({quoted(column)} < {day_sql(low)} OR {quoted(column)} > {day_sql(high)})"
    return ClaimsRule(kind, column, wrong, f"a day from {low} to {high}", shown(column))


def _member(limits: ClaimsLimits) -> Iterator[ClaimsRule]:
    for column in ("birth_date", "death_date"):
        yield _between(column, limits.earliest_birth, limits.latest_day, kind="implausible_birth")
    wrong = "death_date < birth_date"
    yield ClaimsRule(
        "death_before_birth", "death_date", wrong, "a day from the birth on", shown("death_date")
    )


def _enrollment(limits: ClaimsLimits, extract_end: dt.date | None) -> Iterator[ClaimsRule]:
    start, end = "enrollment_start_date", "enrollment_end_date"
    yield ClaimsRule("ends_before_start", end, f"{end} < {start}", "a day from the start on", shown(end))
    yield _between(start, limits.earliest_day, limits.latest_day, kind="implausible_date")
    if extract_end is None:
        wrong = f"{end} > {day_sql(limits.latest_day)}"
        yield ClaimsRule("open_end", end, wrong, f"a day up to {limits.latest_day}", shown(end))
    else:
        wrong = f"{end} > {day_sql(extract_end)}"
        expected = f"a day up to the end of the extract, {extract_end}"
        yield ClaimsRule("enrolled_past_extract", end, wrong, expected, shown(end))


def _days(files: TableFiles, limits: ClaimsLimits, extract_end: dt.date | None) -> Iterator[ClaimsRule]:
    service = SERVICE_DAYS[files.name]
    for column in files.table.of(ColumnType.DATE):
        kind = "implausible_date" if column in service else "implausible_other_date"
        yield _between(column, limits.earliest_day, limits.latest_day, kind=kind)
        if column in service and extract_end is not None:
            wrong = f"{quoted(column)} > {day_sql(extract_end)}"
            expected = f"a day up to the end of the extract, {extract_end}"
            yield ClaimsRule("after_extract", column, wrong, expected, shown(column))
    if files.name == "medical_claim":
        for end, start in _ENDS:
            wrong = f"{end} < {start}"
            yield ClaimsRule("claim_ends_before_start", end, wrong, "a day from the start on", shown(end))


def _amounts(files: TableFiles, limits: ClaimsLimits) -> Iterator[ClaimsRule]:
    amounts = [name for name in files.table.of(ColumnType.AMOUNT) if name in files.found]
    quantities = [name for name in files.table.of(ColumnType.QUANTITY) if name in files.found]
    signed = [f"coalesce({quoted(name)}, 0)" for name in amounts]
    largest = f"greatest({', '.join([*signed, '0'])})"
    for name in amounts:
        wrong = f"{quoted(name)} < 0 AND {largest} > 0"
        yield ClaimsRule("mixed_signs", name, wrong, "no negative amount beside positive ones", shown(name))
        wrong = f"abs({quoted(name)}) > {limits.largest_amount}"
        yield ClaimsRule("absurd_amount", name, wrong, f"at most {limits.largest_amount:,}", shown(name))
    for name in quantities:
        wrong = f"abs({quoted(name)}) > {limits.largest_quantity}"
        yield ClaimsRule("absurd_quantity", name, wrong, f"at most {limits.largest_quantity:,}", shown(name))
    if files.name == "pharmacy_claim":
        wrong = f"abs(days_supply) > {limits.longest_days_supply}"
        expected = f"at most {limits.longest_days_supply} days"
        yield ClaimsRule("absurd_quantity", "days_supply", wrong, expected, shown("days_supply"))
