"""For whom a case is worth it: the table of returns, the ledger, budgets, and what has no price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from allay.base.status import Status
from allay.economics.answers.cash import discount_factors
from allay.economics.answers.summary import Summary
from allay.economics.case.case import Case
from allay.economics.ledger.budget_impact import MONTHS, MOST_YEARS, BudgetImpact, budget_impact
from allay.economics.ledger.cents import expected_entries, transfers
from allay.economics.ledger.returns import StakeholderReturn, returns
from allay.economics.ledger.stakeholders import RESOURCES, stakeholders_of
from allay.economics.result.parts import Result
from allay.economics.result.run import CaseRun
from allay.payment.ledger import payer_party

Array = NDArray[np.float64]


class ReturnResult(Result):
    """What a case is worth to one stakeholder: present values; `ratio` is (benefit - cost) / cost.

    The ratio is of means, and None without a cost. A row with `part_of` is a part of that stakeholder and is
    not added to the others.
    """

    stakeholder: str
    benefit: Summary
    cost: Summary
    net_present_value: Summary
    best: float
    ratio: float | None
    ratio_by_draw: Summary
    gain_chance: float
    part_of: str


class LedgerRow(Result):
    """Money from one party to another for one purpose: present value over the whole case.

    A `real` row uses up or makes a resource; any other is a transfer, which leaves society as it was.
    """

    source: str
    target: str
    kind: str
    service: str | None
    real: bool
    best: float
    mean: float


class LedgerResult(Result):
    """The double-entry ledger; `transfers` is what all gain by transfers: 0.00 to the cent."""

    rows: tuple[LedgerRow, ...]
    entries: int
    transfers: str


class BudgetResult(Result):
    """A payer's budget, year by year; below zero it saves."""

    payer: str
    members: float
    years: tuple[BudgetImpact, ...]


class NonFinancialResult(Result):
    """A return that is no money; without a value nobody has measured it."""

    name: str
    title: str
    stakeholder: str
    value: float | None
    unit: str
    source: str
    status: Status
    note: str


def stakeholder_worth(run: CaseRun, stakeholder: str) -> Array:
    """Net present value for a stakeholder: array [draw], US dollars."""
    benefit, cost = run.ledger.present(stakeholder, yearly_rate=run.rate)
    return benefit - cost


def stakeholder_returns(best: CaseRun, drawn: CaseRun) -> Iterator[ReturnResult]:
    """Yield a row for each stakeholder, society last."""
    split = [payer.id for payer in drawn.case.payers if payer.federal_share is not None]
    both = [
        returns(
            run.ledger,
            yearly_rate=run.rate,
            federal_share={one: run.program.drawn.of(f"payers/{one}/federal_share") for one in split},
        )
        for run in (best, drawn)
    ]
    alone = {row.stakeholder: row for row in both[0]}
    for row in both[1]:
        known: StakeholderReturn = alone[row.stakeholder]
        yield ReturnResult(
            stakeholder=row.stakeholder,
            benefit=row.benefit,
            cost=row.cost,
            net_present_value=row.net_present_value,
            best=known.net_present_value.mean or 0.0,
            ratio=row.ratio,
            ratio_by_draw=row.ratio_by_draw,
            gain_chance=row.gain_chance,
            part_of=row.part_of,
        )


def ledger_result(best: CaseRun, drawn: CaseRun, *, status: Status) -> LedgerResult:
    """Add the flows up by who gives, who gets and what for; check in cents that transfers come to nothing."""
    months = best.case.program.months + 1
    factors = discount_factors(yearly_rate=best.rate, months=months)
    summed: dict[tuple[str, str, str, str | None, bool], list[float]] = {}
    for place, run in enumerate((best, drawn)):
        for flow in run.ledger.flows:
            key = (flow.source, flow.target, flow.kind, flow.service, flow.real)
            worth = float((flow.amount @ factors).mean())
            summed.setdefault(key, [0.0, 0.0])[place] += worth
    year, month = map(int, best.case.program.opens.split("-"))
    entries = expected_entries(drawn.ledger, start=dt.date(year, month, 1), status=status)
    moved = transfers(entries, resources=RESOURCES)
    return LedgerResult(
        rows=tuple(
            LedgerRow(
                source=source, target=target, kind=kind, service=service, real=real, best=one, mean=other
            )
            for (source, target, kind, service, real), (one, other) in sorted(
                summed.items(), key=lambda item: (-abs(item[1][1]), str(item[0]))
            )
            if one or other
        ),
        entries=sum(1 for _ in entries),
        transfers=f"{sum(money.cents for money in moved.values()) / 100:.2f}",
    )


def budgets(drawn: CaseRun) -> Iterator[BudgetResult]:
    """Yield the budgets of payers whose members are known, those of one kind together.

    A budget is what a payer pays and saves as a payer: what an employer gains by fewer days of absence is
    not in it, and neither is a payer of the same kind whose members nobody gave.
    """
    case = drawn.case
    years = min(MOST_YEARS, case.program.months // MONTHS)
    if not years:
        return
    known = stakeholders_of({payer.id: payer.kind for payer in case.payers})
    members: dict[str, dict[str, float]] = {}
    for payer in case.payers:
        if payer.members is not None and payer.kind != "self":
            party = payer_party(payer.id)
            members.setdefault(known[party], {})[party] = payer.members.value
    for who, by_party in members.items():
        own = drawn.ledger.touching(by_party)
        if own is not None:
            count = sum(by_party.values())
            found = budget_impact(own, payer=who, members=np.full(years, count), years=years)
            yield BudgetResult(payer=who, members=count, years=found)


def non_financial(case: Case) -> Iterator[NonFinancialResult]:
    """Yield the returns that are no money, as the case lists them."""
    for one in case.non_financial:
        yield NonFinancialResult(
            name=one.name,
            title=one.title,
            stakeholder=one.stakeholder,
            value=one.value,
            unit=one.unit,
            source=case.sources[one.source].title,
            status=one.status or case.sources[one.source].status,
            note=one.note,
        )
