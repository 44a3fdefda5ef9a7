"""The result of a reconciliation, as it is written to a file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from allay.base.status import Status
from allay.payment.projection.result import Result, UnconfirmedResult

Kind = Literal[
    "not_on_statement",
    "not_in_ledger",
    "amount_differs",
    "denied",
    "paid_twice",
    "wrong_month",
    "other_date",
    "prorated_differently",
    "withheld",
    "patient_share",
    "units",
]


class DifferenceResult(Result):
    """One difference: `difference` is what the ledger expects less what the statement pays."""

    kind: Kind
    payer: str
    patient_id: str
    item: str
    date: dt.date
    expected: Decimal
    paid: Decimal
    difference: Decimal
    explanation: str
    statement_line: int | None
    expected_on: dt.date | None
    paid_on: dt.date | None
    status: Status | None
    unconfirmed: bool


class TotalResult(Result):
    """The differences of one kind."""

    kind: Kind
    count: int
    difference: Decimal


class Reconciliation(Result):
    """A ledger against a statement: what agrees, each difference, and totals that tie out."""

    allay_version: str
    contract: str
    payers: list[str]
    through: dt.date | None
    rows_left_out: int
    matched: int
    expected: Decimal
    paid: Decimal
    difference: Decimal
    ties_out: bool
    totals: list[TotalResult]
    differences: list[DifferenceResult]
    unconfirmed: list[UnconfirmedResult]
    notes: list[str]
