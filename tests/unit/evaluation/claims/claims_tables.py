"""A small claims folder without a fault, written by hand, and ways to plant one."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Mapping[str, str]]


def _span(first: str, last: str) -> Mapping[str, str]:
    return {"enrollment_start_date": first, "enrollment_end_date": last}


MEMBERS: Rows = [
    {"person_id": "p-one", "gender": "female", "birth_date": "1970-01-31", "death_date": ""},
    {"person_id": "p-two", "gender": "male", "birth_date": "1950-06-15", "death_date": "2024-09-30"},
]
ENROLLMENT: Rows = [
    {
        "person_id": "p-one",
        "payer": "A",
        "plan": "x",
        **_span("2024-01-01", "2024-06-30"),
    },
    {
        "person_id": "p-one",
        "payer": "A",
        "plan": "x",
        **_span("2024-08-01", "2024-12-31"),
    },
    {
        "person_id": "p-two",
        "payer": "B",
        "plan": "y",
        **_span("2024-01-01", "2024-09-30"),
    },
]
LINE = {
    "claim_id": "c1",
    "claim_line_number": "1",
    "claim_type": "professional",
    "person_id": "p-one",
    "claim_start_date": "2024-02-05",
    "claim_end_date": "2024-02-05",
    "claim_line_start_date": "",
    "admission_date": "",
    "discharge_date": "",
    "service_unit_quantity": "1",
    "hcpcs_code": "99213",
    "paid_date": "2024-03-01",
    "paid_amount": "80.00",
    "allowed_amount": "100.00",
    "copayment_amount": "20.00",
}
FILL = {
    "claim_id": "f1",
    "claim_line_number": "1",
    "person_id": "p-two",
    "dispensing_date": "2024-03-05",
    "ndc_code": "00000000001",
    "quantity": "30",
    "days_supply": "10",
    "paid_amount": "9.80",
}
MEDICAL: Rows = [
    LINE,
    {**LINE, "claim_line_number": "2", "hcpcs_code": "97110"},
    # Billed, taken back, and billed again: all of it in order.
    {**LINE, "claim_id": "c2", "paid_amount": "50.00"},
    {
        **LINE,
        "claim_id": "c2",
        "paid_amount": "-50.00",
        "allowed_amount": "-100.00",
        "copayment_amount": "-20.00",
        "service_unit_quantity": "-1",
    },
    {**LINE, "claim_id": "c2", "paid_amount": "60.00"},
]
PHARMACY: Rows = [FILL]


def write_csv(path: Path, rows: Rows) -> None:
    """Write rows as CSV; the header is that of the first row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def good(folder: Path, **tables: Rows | None) -> Path:
    """Write the folder without a fault; tables given stand in for its own, and None leaves one out."""
    given = {
        "member": MEMBERS,
        "enrollment": ENROLLMENT,
        "medical_claim": MEDICAL,
        "pharmacy_claim": PHARMACY,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**given, **tables}.items():
        if rows is not None:
            write_csv(folder / f"{name}.csv", rows)
    return folder


def changed(rows: Rows, place: int, **cells: str) -> Rows:
    """Return rows with some cells of one of them changed."""
    return [{**row, **cells} if place == number else row for number, row in enumerate(rows)]
