"""Small claims by hand, and their panels."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from allay.evaluation.claims.contract import ColumnType, claims_table
from allay.evaluation.panel import PanelResult, PanelSpec, build_panel

TYPES = {
    ColumnType.TEXT: pl.String,
    ColumnType.DATE: pl.Date,
    ColumnType.INTEGER: pl.Int32,
    ColumnType.QUANTITY: pl.Decimal(18, 3),
    ColumnType.AMOUNT: pl.Decimal(18, 2),
}
Rows = list[dict[str, Any]]
PERSON = "A"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def line(
    date: str, *, claim: str = "c1", number: int = 1, person: str = PERSON, paid: str = "10.00", **more: Any
) -> dict[str, Any]:
    """A professional line, unless it says otherwise."""
    row = {
        "claim_id": claim,
        "claim_line_number": number,
        "claim_type": "professional",
        "person_id": person,
        "claim_start_date": day(date),
        "paid_amount": Decimal(paid),
    }
    return row | {name: day(value) if name.endswith("_date") else value for name, value in more.items()}


def facility(date: str, **more: Any) -> dict[str, Any]:
    return line(date, **({"claim": "f1", "claim_type": "institutional", "bill_type_code": "131"} | more))


def stay(first: str, last: str, **more: Any) -> dict[str, Any]:
    given = {"claim": "s1", "bill_type_code": "111", "drg_code": "871", "revenue_center_code": "0120"}
    dates = {"admission_date": first, "discharge_date": last, "claim_end_date": last}
    return facility(first, **(given | dates | more))


def reversal(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    amounts = {name: -row[name] for name in ("paid_amount", "quantity") if row.get(name) is not None}
    return row | amounts | more


def fill(
    date: str,
    *,
    claim: str = "r1",
    person: str = PERSON,
    drug: str = "1049621",
    quantity: str = "60",
    days: int | None = 30,
    paid: str = "20.00",
    **more: Any,
) -> dict[str, Any]:
    """A fill of oxycodone 5 mg, unless it says otherwise."""
    return {
        "claim_id": claim,
        "claim_line_number": 1,
        "person_id": person,
        "dispensing_date": day(date),
        "rxnorm_code": drug,
        "quantity": Decimal(quantity),
        "days_supply": days,
        "paid_amount": Decimal(paid),
    } | more


def span(first: str = "2024-01-01", last: str = "2024-12-31", person: str = PERSON) -> dict[str, Any]:
    return {"person_id": person, "enrollment_start_date": day(first), "enrollment_end_date": day(last)}


def write_claims(
    folder: Path, medical: Rows = (), pharmacy: Rows = (), enrollment: Rows | None = None
) -> Path:
    """Write a claims folder with every column of the contract."""
    spans = [span()] if enrollment is None else enrollment
    people = sorted({row["person_id"] for row in spans})
    tables = {
        "member": [{"person_id": person, "birth_date": day("1970-01-01")} for person in people],
        "enrollment": spans,
        "medical_claim": medical,
        "pharmacy_claim": pharmacy,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        schema = {column.name: TYPES[column.type] for column in claims_table(name).columns}
        pl.DataFrame(list(rows), schema=schema, orient="row").write_parquet(folder / f"{name}.parquet")
    return folder


YEAR = PanelSpec(first_month=day("2024-01-01"), last_month=day("2024-12-01"))


def panels(folder: Path, engines: tuple[str, ...], spec: PanelSpec = YEAR) -> dict[str, PanelResult]:
    return {
        engine: build_panel(folder, engine=engine, memory="1GB", spec=spec, output=folder / f"panel-{engine}")
        for engine in engines
    }


def frame(result: PanelResult) -> pl.DataFrame:
    return pl.read_parquet(result.file)
