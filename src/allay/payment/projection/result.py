"""The whole result of a projection, as it is written to a file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from allay.base.status import Status


class Result(BaseModel):
    """Base of results: amounts are dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnconfirmedResult(Result):
    """A number of the contract that is not confirmed."""

    where: str
    value: Decimal
    status: Status
    text: str


class MonthResult(Result):
    """Expected cash of one party in one month, with the middle 95% of what may come."""

    month: str
    party: str
    money_in: Decimal
    money_out: Decimal
    net: Decimal
    low: Decimal
    high: Decimal


class BalanceResult(Result):
    """What a party gains if all that is planned takes place and all is paid."""

    party: str
    net: Decimal


class LineResult(Result):
    """One entry of the ledger."""

    payer: str
    payee: str
    amount: Decimal
    kind: str
    term: str
    item: str
    patient_id: str
    service_date: dt.date
    cash_date: dt.date
    basis: str
    status: Status
    unconfirmed: bool
    note: str


class UnpaidResult(Result):
    """A visit that brings no money, and why."""

    line: int
    patient_id: str
    payer: str
    service: str
    date: dt.date
    reason: str


class SessionResult(Result):
    """One session of a group."""

    term: str
    session: str
    date: dt.date
    seats: int
    attended: int
    bundled: int
    uncovered: int
    empty: int
    revenue: Decimal
    cost: Decimal
    margin: Decimal
    break_even: int | None


class BundleResult(Result):
    """One patient's bundle: what is left of the price."""

    term: str
    patient_id: str
    payer: str
    start: dt.date
    planned_end: dt.date
    ended_on: dt.date | None
    dropped: bool
    visits: int
    price: Decimal
    due: Decimal
    proration: str
    status: Status


class ServiceLineResult(Result):
    """One service: what it brings, costs and leaves, and from whom it comes."""

    service: str
    interventional: bool
    visits: int
    revenue: Decimal
    cost: Decimal
    margin: Decimal
    by_payer: dict[str, Decimal]


class SubsidyResult(Result):
    """Surpluses, deficits and what is left."""

    pool: Decimal
    needed: Decimal
    left: Decimal


class DropResult(Result):
    """What falls when there are fewer interventions."""

    share: Decimal
    revenue_lost: Decimal
    cost_avoided: Decimal
    margin_lost: Decimal
    after: SubsidyResult


class SavingsResult(Result):
    """Shared savings with one payer."""

    settlement: str
    benchmark: Decimal
    actual: Decimal
    rate: Decimal
    payment: Decimal
    reason: str
    status: Status


class GrantResult(Result):
    """What became of a grant."""

    term: str
    amount: Decimal
    spent: Decimal
    unspent: Decimal
    returned: Decimal


class Projection(Result):
    """What a contract and a roster come to: cash by month and party, and all it rests on."""

    allay_version: str
    contract: str
    rows: int
    rows_left_out: int
    draws: int
    seed: int
    method: str
    status: Status = Field(description="The weakest of all numbers the money rests on.")
    cash: list[MonthResult]
    balances: list[BalanceResult]
    bundles: list[BundleResult]
    sessions: list[SessionResult]
    service_lines: list[ServiceLineResult]
    cross_subsidy: SubsidyResult
    intervention_drop: DropResult | None
    savings: list[SavingsResult]
    grants: list[GrantResult]
    carve_outs_on: dict[str, list[str]]
    unpaid: list[UnpaidResult]
    ledger: list[LineResult]
    unconfirmed: list[UnconfirmedResult]
    notes: list[str]
