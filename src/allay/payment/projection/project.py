"""Projecting a contract: expected cash by month and party, and all it rests on, as one result."""

from __future__ import annotations

from decimal import Decimal

import allay
from allay.base.money import Exact, Money
from allay.base.status import Status
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.roster import Roster
from allay.payment.ledger import LedgerEntry, unconfirmed
from allay.payment.projection.forecast import METHOD, MonthCash, forecast
from allay.payment.projection.result import (
    BalanceResult,
    BundleResult,
    DropResult,
    GrantResult,
    LineResult,
    MonthResult,
    Projection,
    SavingsResult,
    ServiceLineResult,
    SessionResult,
    SubsidyResult,
    UnconfirmedResult,
    UnpaidResult,
)
from allay.payment.projection.service_lines import (
    CrossSubsidy,
    InterventionDrop,
    cross_subsidy,
    intervention_drop,
    service_lines,
)
from allay.payment.projection.settle import Settlement, settle

DRAWS = 1000


def project(
    contract: Contract,
    roster: Roster,
    *,
    seed: int,
    draws: int = DRAWS,
    interventions_drop: Exact | None = None,
) -> Projection:
    """Project a contract on a roster.

    Parameters
    ----------
    contract : Contract
    roster : Roster
        What took place and what is planned.
    seed : int
        Of the draws behind the intervals.
    draws : int
        How many; with none, intervals are the expected net itself.
    interventions_drop : exact number, optional
        Share by which interventional services drop, to see what they pay for.

    Returns
    -------
    Projection
        All amounts in dollars, exact to the cent; expected cash is rounded to cents.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.payment.contracts.catalog import shipped
    >>> from allay.payment.contracts.roster import RosterRow
    >>> row = RosterRow(2, "A", "acme", "member_month", dt.date(2026, 1, 1), "yes")
    >>> found = project(shipped("shared-savings"), Roster((row,)), seed=1, draws=0)
    >>> [(each.month, each.party, str(each.net)) for each in found.cash]
    [('2026-01', 'payer:acme', '-12.50'), ('2026-01', 'program', '12.50')]
    """
    settlement = settle(contract, roster)
    lines = service_lines(settlement)
    dropped = None if interventions_drop is None else intervention_drop(lines, interventions_drop)
    statuses = {entry.status for entry in settlement.ledger}
    return Projection(
        allay_version=allay.__version__,
        contract=contract.reference,
        rows=len(roster.rows),
        rows_left_out=roster.left_out,
        draws=draws,
        seed=seed,
        method=METHOD,
        status=Status.weakest(statuses or {Status.CONTRACT}),
        cash=[_month(each) for each in forecast(settlement, draws=draws, seed=seed)],
        balances=[
            BalanceResult(party=party, net=net.dollars) for party, net in settlement.ledger.balances().items()
        ],
        bundles=_bundles(settlement),
        sessions=[
            SessionResult(**{k: v.dollars if isinstance(v, Money) else v for k, v in each._asdict().items()})
            for each in settlement.sessions
        ],
        service_lines=[
            ServiceLineResult(
                service=line.service,
                interventional=line.interventional,
                visits=line.visits,
                revenue=line.revenue.dollars,
                cost=line.cost.dollars,
                margin=line.margin.dollars,
                by_payer={payer: amount.dollars for payer, amount in line.by_payer.items()},
            )
            for line in lines
        ],
        cross_subsidy=_subsidy(cross_subsidy(lines)),
        intervention_drop=None if dropped is None else _drop(dropped),
        savings=_savings(settlement),
        grants=[
            GrantResult(term=use.term, **{k: v.dollars for k, v in use._asdict().items() if k != "term"})
            for use in settlement.grants
        ],
        carve_outs_on={key: list(months) for key, months in settlement.flips.items()},
        unpaid=[
            UnpaidResult(
                line=each.line,
                patient_id=each.patient,
                payer=each.payer,
                service=each.service,
                date=each.date,
                reason=each.reason,
            )
            for each in settlement.unpaid
        ],
        ledger=[line_result(entry) for entry in settlement.ledger],
        unconfirmed=[
            UnconfirmedResult(where=each.where, value=Decimal(each.value), status=each.status, text=str(each))
            for each in contract.unconfirmed_numbers()
        ],
        notes=_notes(settlement),
    )


def line_result(entry: LedgerEntry) -> LineResult:
    """Return an entry of a ledger as it is written to a file."""
    return LineResult(
        payer=entry.payer,
        payee=entry.payee,
        amount=entry.amount.dollars,
        kind=entry.kind,
        term=entry.term,
        item=entry.item,
        patient_id=entry.patient,
        service_date=entry.service_date,
        cash_date=entry.cash_date,
        basis=entry.basis,
        status=entry.status,
        unconfirmed=unconfirmed(entry.status),
        note=entry.note,
    )


def _month(cash: MonthCash) -> MonthResult:
    def dollars(cents: float) -> Decimal:
        # Expected cents are a mean: rounded for showing, never added up again. A millionth of a cent is what
        # binary fractions add; without it a half goes up as everywhere.
        return Money.rounded(Decimal(f"{cents:.6f}") / 100).dollars

    return MonthResult(
        month=cash.month,
        party=cash.party,
        money_in=dollars(cash.money_in),
        money_out=dollars(cash.money_out),
        net=dollars(cash.net),
        low=dollars(cash.low),
        high=dollars(cash.high),
    )


def _bundles(settlement: Settlement) -> list[BundleResult]:
    return [
        BundleResult(
            term=each.term.id,
            patient_id=each.patient,
            payer=each.payer,
            start=each.start,
            planned_end=each.planned_end,
            ended_on=each.ended_on,
            dropped=each.dropped,
            visits=len(each.visits),
            price=each.term.price,
            due=each.due.dollars,
            proration=each.term.drop_out.rule,
            status=settlement.contract.status_of("price", each.term),
        )
        for each in settlement.episodes
    ]


def _savings(settlement: Settlement) -> list[SavingsResult]:
    contract = settlement.contract
    status = {
        term.id: Status.weakest(
            contract.status_of(name, term) for name in ("benchmark_per_month", "minimum_rate", "share")
        )
        for term in contract.terms
        if term.type == "shared_savings"
    }
    return [
        SavingsResult(
            settlement=key,
            benchmark=each.benchmark.dollars,
            actual=each.actual.dollars,
            rate=round(Decimal(each.rate.numerator) / each.rate.denominator, 6),
            payment=each.payment.dollars,
            reason=each.reason,
            status=status[key.split("/")[0]],
        )
        for key, each in settlement.savings.items()
    ]


def _subsidy(found: CrossSubsidy) -> SubsidyResult:
    return SubsidyResult(pool=found.pool.dollars, needed=found.needed.dollars, left=found.left.dollars)


def _drop(found: InterventionDrop) -> DropResult:
    return DropResult(
        share=Decimal(found.share.numerator) / found.share.denominator,
        revenue_lost=found.revenue_lost.dollars,
        cost_avoided=found.cost_avoided.dollars,
        margin_lost=found.margin_lost.dollars,
        after=_subsidy(found.after),
    )


def _notes(settlement: Settlement) -> list[str]:
    notes = list(settlement.notes)
    if settlement.roster.left_out:
        notes.append(f"{settlement.roster.left_out} rows could not be used and are left out.")
    if count := len(settlement.contract.unconfirmed_numbers()):
        notes.append(f"{count} numbers of the contract are unconfirmed; they are listed with their status.")
    return [*settlement.contract.notes, *notes]
