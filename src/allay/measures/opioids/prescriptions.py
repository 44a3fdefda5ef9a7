"""Prescriptions as text: what a dispensing file, or a bundle of orders, says before anything is figured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.opioids.coding import CodedText, code_text

COLUMNS = ("patient_id", "quantity", "days_supply")
DRUG = ("drug", "rxcui")
STRENGTH = ("strength", "unit")
OPTIONAL = ("form", "start_date", "quantity_unit")
ADDED = (
    "ingredient",
    "factor",
    "mme_per_day",
    "status",
    "reason",
    "mme_note",
    "factor_per",
    "excluded_mme_per_day",
    "factor_set",
    "factor_status",
    "caution",
)


@dataclass(frozen=True, slots=True, eq=False)
class Prescriptions:
    """Prescriptions, one a row.

    Attributes
    ----------
    table : CsvTable
        What was given, as text, with its lines. Columns that are none of ours pass through.
    refused : mapping of row to reason
        Rows of which the reader already knows that they cannot be figured.
    """

    table: CsvTable
    refused: Mapping[int, str]

    def coded(self, columns: Sequence[str]) -> dict[str, CodedText]:
        """Return columns with their distinct values numbered; one that is absent is blank throughout."""
        return code_text(self.table.frame, columns)


def read_prescriptions(source: Readable, *, name: str | None = None) -> Prescriptions:
    """Read a CSV file of prescriptions.

    Parameters
    ----------
    source : path or binary stream
        Columns ``patient_id``, ``drug`` or ``rxcui`` (or both), ``strength`` and ``unit`` (not needed where
        there is ``rxcui``), ``quantity``, ``days_supply``, and perhaps ``form``, ``start_date`` and
        ``quantity_unit``.

    Raises
    ------
    InvalidInput
        For missing columns, columns of the result, and everything that makes a file no CSV.

    Examples
    --------
    >>> import io
    >>> head = b"patient_id,drug,strength,unit,quantity,days_supply\\n"
    >>> read_prescriptions(io.BytesIO(head + b"A,oxycodone,5,mg,30,10\\n")).table.frame.height
    1
    """
    known = (*DRUG, *STRENGTH, *OPTIONAL)
    table = read_csv(source, columns=COLUMNS, optional=known, name=name)
    problems = []
    if not set(DRUG) & set(table.columns):
        listed = ", ".join(table.columns[:12])
        problems.append(Problem(table.name, "1", "drug", "this column, or rxcui", f"the columns {listed}"))
    if "rxcui" not in table.columns:
        problems += [
            Problem(table.name, "1", column, "this column, as there is no rxcui to look it up by", "nothing")
            for column in STRENGTH
            if column not in table.columns
        ]
    expected = "another name, as the result has this column"
    problems += [Problem(table.name, "1", c, expected, repr(c)) for c in table.columns if c in ADDED]
    if problems:
        raise InvalidInput(problems)
    return Prescriptions(table, {})


def prescriptions_of(
    rows: Iterable[Mapping[str, str | None]], *, name: str, refused: Mapping[int, str] | None = None
) -> Prescriptions:
    """Make prescriptions of rows that were read elsewhere, such as from FHIR.

    Examples
    --------
    >>> row = {"patient_id": "A", "drug": "oxycodone", "strength": "5", "unit": "mg", "quantity": "30"}
    >>> prescriptions_of([row], name="bundle.json").table.columns[:3]
    ('patient_id', 'drug', 'rxcui')
    """
    columns = (*COLUMNS[:1], *DRUG, *STRENGTH, *COLUMNS[1:], *OPTIONAL)
    given = list(rows)
    data = {column: [row.get(column) for row in given] for column in columns}
    frame = pl.DataFrame(data, schema=dict.fromkeys(columns, pl.String))
    lines = np.arange(1, len(given) + 1, dtype=np.int64)
    return Prescriptions(CsvTable(name, frame, lines), dict(refused or {}))
