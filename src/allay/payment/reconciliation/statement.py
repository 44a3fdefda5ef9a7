"""A payer's statement, and our ledger in the form of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl

from allay.base.datecolumn import iso_day
from allay.base.errors import InvalidInput, Problem
from allay.base.findings import Findings
from allay.base.money import Money
from allay.base.tables import Readable, read_csv
from allay.payment.contracts.contract import Contract
from allay.payment.ledger import Ledger, LedgerEntry, payer_party

REQUIRED = ("item", "date", "paid")
OPTIONAL = ("patient_id", "payer", "paid_on", "withheld", "note")
COLUMNS = ("payer", "patient_id", "item", "date", "paid", "paid_on")


class StatementLine(NamedTuple):
    """One line of a statement, or of our ledger as it would stand on one.

    Attributes
    ----------
    place : int
        Line of the file; place of the entry in our ledger.
    item : str
        A service, or the id of a term (a bundle, shared savings).
    date : date
        Of the service, or on which the bundle began, changed or ended.
    paid : Money
        Below zero where money was taken back.
    paid_on : date or None
    withheld : Money
        What the payer says it kept back of this line.
    """

    place: int
    payer: str
    patient: str
    item: str
    date: dt.date
    paid: Money
    paid_on: dt.date | None = None
    withheld: Money = Money()
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PayerStatement:
    """The lines of a statement; `left_out` counts those that could not be used.

    `payer` is whose statement it is, where one payer's was asked for; without lines nothing else says so.
    """

    lines: tuple[StatementLine, ...]
    left_out: int = 0
    payer: str = ""


def read_statement(
    source: Readable,
    contract: Contract,
    *,
    payer: str | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> PayerStatement:
    """Read a payer's statement.

    Columns `item` (service or id of a term), `date`, `paid`; also `patient_id`, `payer`, `paid_on`,
    `withheld`, `note`. Without a column `payer` it is the one given, or the only one of the contract; with
    one, no line may be of another payer than the one given.

    Raises
    ------
    InvalidInput
        Every cell that is wrong, with its line; when nobody says whose statement it is.

    Examples
    --------
    >>> import io
    >>> from allay.payment.contracts.catalog import shipped
    >>> text = b"patient_id,item,date,paid\\nA,path,2021-03-01,3000\\n"
    >>> str(read_statement(io.BytesIO(text), shipped("path-2021")).lines[0].paid)
    '3000.00'
    """
    table = read_csv(source, columns=REQUIRED, optional=OPTIONAL, name=name)
    known = [each.id for each in contract.payers]
    only = payer or (known[0] if len(known) == 1 else None)
    if (payer is not None or "payer" not in table.columns) and only not in known:
        found = "no column payer, and none given" if only is None else only
        raise InvalidInput(Problem(table.name, "1", "payer", f"one of {', '.join(known)}", found))
    read = table.padded(OPTIONAL).with_columns(
        *(iso_day(pl.col(each)).alias(f"{each}:day") for each in ("date", "paid_on"))
    )
    findings = Findings(table)
    for column, expected, doubtful in _doubts(known if payer is None else [payer]):
        findings.add_where(read, column, doubtful, expected=expected)
    if on_invalid == "raise":
        findings.refuse()
    columns = ("payer", "patient_id", "item", "date:day", "paid", "paid_on:day", "withheld", "note")
    lines = []
    kept = np.flatnonzero(~findings.wrong).tolist()
    for place, cells in zip(kept, read.select(columns)[kept].iter_rows(), strict=True):
        who, patient, item, day, paid, paid_on, withheld, note = cells
        lines.append(
            StatementLine(int(table.lines[place]), who or only or "", patient or "", item, day,
                          Money.parse(paid), paid_on, Money.parse(withheld or "0"), note=note or "")
        )  # fmt: skip
    return PayerStatement(tuple(lines), int(findings.wrong.sum()), only or "")


def _doubts(payers: list[str]) -> Iterable[tuple[str, str, pl.Expr]]:
    yield "item", "a service or the id of a term", pl.col("item").is_null()
    yield "payer", f"one of {', '.join(payers)}", pl.col("payer").is_null() | ~pl.col("payer").is_in(payers)
    yield "date", "a date that exists, as YYYY-MM-DD", pl.col("date:day").is_null()
    wrong_day = pl.col("paid_on").is_not_null() & pl.col("paid_on:day").is_null()
    yield "paid_on", "a date that exists, as YYYY-MM-DD, or nothing", wrong_day
    dollars = r"^-?[0-9]{1,9}(\.[0-9]{1,2})?$"
    expected = "dollars with at most two decimals, as 1250.50"
    yield "paid", expected, pl.col("paid").is_null() | ~pl.col("paid").str.contains(dollars)
    yield "withheld", expected, ~pl.col("withheld").str.contains(dollars)


def expected_lines(ledger: Ledger, contract: Contract) -> list[StatementLine]:
    """Return what the ledger expects payers to have paid, as their statements would show it.

    Planned money is not expected on a statement.
    """
    parties = {payer_party(payer.id): payer.id for payer in contract.payers}
    found = []
    for place, entry in enumerate(ledger):
        if entry.basis == "happened" and (line := _line(place, entry, parties)):
            found.append(line)
    return found


def _line(place: int, entry: LedgerEntry, parties: dict[str, str]) -> StatementLine | None:
    if entry.payer in parties:
        payer, paid = parties[entry.payer], entry.amount
    elif entry.payee in parties:
        payer, paid = parties[entry.payee], -entry.amount
    else:
        return None
    return StatementLine(
        place, payer, entry.patient, entry.item, entry.service_date, paid, entry.cash_date, kind=entry.kind
    )


def statement_rows(lines: Iterable[StatementLine]) -> list[dict[str, Any]]:
    """Return lines as rows of a statement, in the columns `read_statement` takes."""
    return [
        {
            "payer": line.payer,
            "patient_id": line.patient or None,
            "item": line.item,
            "date": line.date.isoformat(),
            "paid": str(line.paid),
            "paid_on": line.paid_on.isoformat() if line.paid_on else None,
        }
        for line in lines
    ]
