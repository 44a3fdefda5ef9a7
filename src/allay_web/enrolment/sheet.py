"""A sheet of referrals, pasted or from a file: every row read, every problem named by its row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from allay.base.errors import InvalidInput, Problem
from allay.base.tables import read_csv
from allay_web.enrolment.columns import COLUMNS, OF_PATIENT, REQUIRED, Unreadable, canonical, read_cell
from allay_web.people.actions import PayerType
from allay_web.people.duplicates import Identity

MOST_ROWS = 2_000
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One referral of a sheet: the patient's details and the referral's own, checked."""

    line: int
    patient: dict[str, Any]
    referral: dict[str, Any]

    @property
    def name(self) -> str:
        """The patient's name."""
        return f"{self.patient['given_name']} {self.patient['family_name']}"

    @property
    def payer(self) -> str:
        """Who pays, in words; blank where the sheet does not say."""
        return PayerType(self.patient["payer_type"]).label if self.patient["payer_type"] else ""

    @property
    def identity(self) -> Identity:
        """What tells the patient from others."""
        names = ("given_name", "family_name", "birth_date", "phone", "record_number")
        return Identity.of(**{name: self.patient[name] for name in names})


def read_sheet(content: bytes, *, name: str, on: date) -> list[SheetRow]:
    """Read a sheet of at most 2,000 referrals.

    Parameters
    ----------
    content : comma- or tab-separated text in UTF-8 with a header
    name : what messages call it
    on : today, which is also the day of receipt where none is given

    Raises
    ------
    InvalidInput
        with every problem: the file's kind and size, its header, and each cell that cannot be read.
    """
    if len(content) > MOST_BYTES:
        found = f"{len(content) / 1_000_000:.1f} MB; split it into smaller files"
        raise InvalidInput(Problem(name, "1", "(file)", "at most 2 MB", found))
    optional = [column for column in COLUMNS if column not in REQUIRED]
    table = read_csv(
        io.BytesIO(_as_commas(content)),
        columns=REQUIRED,
        optional=optional,
        others="refuse",
        minimum_rows=1,
        name=name,
    )
    if table.frame.height > MOST_ROWS:
        found = f"{table.frame.height:,}; split it into smaller files"
        raise InvalidInput(Problem(name, "1", "(file)", f"at most {MOST_ROWS:,} rows", found))
    rows: list[SheetRow] = []
    problems: list[Problem] = []
    for number, cells in enumerate(table.frame.iter_rows(named=True)):
        if not any(cells.values()):
            continue  # spreadsheets leave rows of nothing but commas
        line = int(table.lines[number])
        values: dict[str, Any] = {}
        for column in COLUMNS:
            try:
                values[column] = read_cell(column, cells.get(column), on=on)
            except Unreadable as wrong:
                found = repr(cells[column]) if cells.get(column) else "nothing"
                problems.append(Problem(name, str(line), column, str(wrong), found))
        rows.append(_row(line, values, on))
        problems += _impossible(rows[-1], name)
    if problems:
        raise InvalidInput(problems)
    if not rows:
        raise InvalidInput(Problem(name, "2", "(file)", "at least one referral", "only blank rows"))
    return rows


def _row(line: int, values: dict[str, Any], on: date) -> SheetRow:
    values["received_on"] = values.get("received_on") or on
    return SheetRow(
        line,
        patient={name: values.get(name) for name in OF_PATIENT},
        referral={name: value for name, value in values.items() if name not in OF_PATIENT},
    )


def _impossible(row: SheetRow, name: str) -> list[Problem]:
    born, received = row.patient.get("birth_date"), row.referral["received_on"]
    if born is not None and received < born:
        expected = "a day on or after the birth date"
        return [Problem(name, str(row.line), "received_on", expected, received.isoformat())]
    return []


def _as_commas(content: bytes) -> bytes:
    """Commas between the columns and our own names in the header; what is not text stays as it is.

    What a spreadsheet puts on the clipboard is separated by tabs.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content  # the reader of the table names the line
    head, newline, rest = text.partition("\n")
    if "\0" in text or content.startswith((b"PK", b"%PDF")):
        return content
    try:
        if "\t" in head:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
        else:
            rows = list(csv.reader([head], strict=True))
    except csv.Error:
        return content
    if not rows or not rows[0]:
        return content
    rows[0] = [canonical(header) for header in rows[0]]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return (out.getvalue() if "\t" in head else out.getvalue().rstrip("\n") + newline + rest).encode()


def template() -> str:
    """An empty sheet with one example row, to download and fill in."""
    example = {
        "given_name": "Maria",
        "family_name": "Example",
        "birth_date": "1970-03-04",
        "sex": "Female",
        "phone": "304-555-0188",
        "language": "Spanish",
        "payer_type": "Medicaid",
        "received_on": "2026-01-15",
        "referred_by": "Dr. Patel",
        "reason": "Low back pain for two years",
    }
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerow(example)
    return out.getvalue()
