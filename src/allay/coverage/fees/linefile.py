"""Lines of a day from a CSV file, and the prices beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from allay.base.errors import PROBLEMS_KEPT, InvalidInput, Problem
from allay.base.money import Money
from allay.base.sheetrow import Sheet, SheetRow
from allay.base.tables import CsvTable, Readable, read_csv
from allay.coverage.codes.procedure import MODIFIER, procedure
from allay.coverage.fees.day import RATIO, DayLine, PricedDay
from allay.coverage.fees.parameters import facts

COLUMNS = ("code", "units")
OPTIONAL = ("modifiers", "factors", "patient_id", "npi", "group", "tin")
ADDED = ("unit_amount", "allowed", "reduction", "status", "reason")
_UNITS = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_MODIFIER = re.compile(MODIFIER, re.ASCII)
_BETWEEN = re.compile(r"[;\s]+")


def ratios() -> tuple[str, ...]:
    """Ids of the ratios of the fee that a line may name."""
    return tuple(fact.id for fact in facts() if fact.unit == RATIO and "billing" in fact.scope)


@dataclass(frozen=True, slots=True, eq=False)
class LineFile:
    """The lines of a file; None where a row cannot be used and was flagged.

    Attributes
    ----------
    flagged : tuple of Problem
        The first 50 problems of the rows that were flagged, of `flagged_total`.
    """

    table: CsvTable
    lines: tuple[DayLine | None, ...]
    flagged: tuple[Problem, ...]
    flagged_total: int

    @property
    def good(self) -> tuple[DayLine, ...]:
        """The lines that can be priced."""
        return tuple(line for line in self.lines if line is not None)


def read_lines(source: Readable, *, on_invalid: str = "raise", name: str | None = None) -> LineFile:
    """Read the lines of one day. Costs one pass.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``code, units`` and perhaps ``modifiers`` and ``factors`` (several in one cell,
        between them a semicolon or a space), ``patient_id, npi, group, tin``; others pass through.
    on_invalid : {'raise', 'flag'}
        Refuse the file, or leave out the rows that cannot be used.

    Raises
    ------
    InvalidInput
        With every problem, by line.

    Examples
    --------
    >>> import io
    >>> read_lines(io.BytesIO(b"code,units,modifiers\\n97110,2,GP CQ\\n")).good[0].modifiers
    ('GP', 'CQ')
    """
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, name=name)
    sheet = Sheet(table)
    lines = tuple(_line(row) for row in sheet)
    clashes = [
        Problem(table.name, "1", column, "no column of this name, which the result adds", "one")
        for column in ADDED
        if column in table.columns
    ]
    problems = (*clashes, *sheet.problems)
    if clashes or (problems and on_invalid == "raise"):
        raise InvalidInput(problems)
    return LineFile(table, lines, problems[:PROBLEMS_KEPT], len(problems))


def _line(row: SheetRow) -> DayLine | None:
    code = row.must("code", procedure, otherwise="")
    units = row.cell("units")
    if not _UNITS.fullmatch(units):
        row.wrong("units", "a whole number of units of one or more")
    modifiers = tuple(filter(None, _BETWEEN.split(row.cell("modifiers").upper())))
    if not all(map(_MODIFIER.fullmatch, modifiers)):
        row.wrong("modifiers", "modifiers of two characters, between them a semicolon or a space")
    factors = tuple(filter(None, _BETWEEN.split(row.cell("factors"))))
    unknown = [each for each in factors if each not in ratios()]
    if unknown:
        row.wrong("factors", "ids of ratios: " + ", ".join(ratios()))
    if not row.sound:
        return None
    who = {column: row.cell(column) for column in ("npi", "group", "tin")}
    patient = row.cell("patient_id")
    return DayLine(code, int(units), modifiers=modifiers, factors=factors, patient=patient, **who)


def beside(file: LineFile, priced: PricedDay) -> pl.DataFrame:
    """Return the rows of a file with ``unit_amount, allowed, reduction, status, reason`` beside them.

    Amounts are exact decimals in dollars; blank where there is none. `status` says how sure the price is;
    `unknown` where there is none, `invalid` for a row that was flagged.
    """
    found = iter(priced.lines)
    rows = [None if line is None else next(found) for line in file.lines]

    def dollars(amounts: list[Money | None]) -> pl.Series:
        values = [None if amount is None else amount.dollars for amount in amounts]
        return pl.Series(values, dtype=pl.Decimal(18, 2))

    added = {
        "unit_amount": dollars([row.unit if row else None for row in rows]),
        "allowed": dollars([row.allowed if row else None for row in rows]),
        "reduction": dollars([row.reduction if row else None for row in rows]),
        "status": pl.Series([str(row.status) if row else "invalid" for row in rows], dtype=pl.String),
        "reason": pl.Series(
            [row.reason or None if row else "see the messages" for row in rows], dtype=pl.String
        ),
    }
    return file.table.frame.with_columns(**added)
