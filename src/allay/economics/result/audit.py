"""The audit sheet: each headline, its formula, its inputs, and the quantities and sources behind them.

It is of the best estimates, so that everything on it can be worked out again by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from allay.economics.answers.answers import FUNDING, START_UP, program_cash
from allay.economics.answers.cash import (
    cumulative_break_even,
    discounted_payback,
    net_present_value,
    operating_break_even,
    peak_funding,
)
from allay.economics.answers.of_case import bundle_break_even_price
from allay.economics.answers.summary import NEVER, Months
from allay.economics.case.revenue import BundleEntry
from allay.economics.effects.evaluated import EvaluatedEffects
from allay.economics.ledger.stakeholders import RESOURCES, SOCIETY, stakeholders_of
from allay.economics.models.compare import against
from allay.economics.program.run import repriced
from allay.economics.result.feeds import Feed, Inputs, feeds
from allay.economics.result.headlines import Headlines
from allay.economics.result.health import HealthResult, cost_for, qalys_of
from allay.economics.result.months import MonthsResult
from allay.economics.result.parts import Result
from allay.economics.result.recompute import FORMULAS, recompute
from allay.economics.result.run import CaseRun
from allay.economics.result.services import BundleResult, ServiceResult, attendance
from allay.economics.result.stakeholders import LedgerRow, ReturnResult, stakeholder_worth

Array = NDArray[np.float64]


class AuditInput(Result):
    """An input of a formula: a number, or a series of the months of the result by its name there."""

    name: str
    value: float | None = None
    series: str | None = None


class AuditRow(Result):
    """A headline of the best estimates, its formula and inputs, and what moves it (`Feed`).

    `formula` names one of `allay.economics.result.recompute.FORMULAS`; `words` are its words.
    """

    headline: str
    title: str
    value: float | None
    unit: str
    formula: str
    words: str
    inputs: tuple[AuditInput, ...]
    feeds: tuple[Feed, ...]


def recomputed(row: AuditRow, months: MonthsResult) -> float | None:
    """Work a row out again from its inputs alone; the series are those of the result."""
    series = [_series(one.series, months) for one in row.inputs if one.series is not None]
    numbers = [one.value for one in row.inputs if one.value is not None]
    return recompute(row.formula, series=series, numbers=numbers)


def _series(name: str, months: MonthsResult) -> Sequence[float]:
    table, kind = name.split("/")
    if table == "program":
        return months.program[kind]
    found: Sequence[float] = getattr(getattr(months, table), kind)
    return found


Question = Callable[[CaseRun], Array]


class _Sheet:
    """Gathers rows, and what has to be asked of the run with every quantity changed."""

    def __init__(self) -> None:
        self.rows: list[AuditRow] = []
        self.questions: dict[str, Question] = {}

    def add(
        self,
        headline: str,
        title: str,
        value: float | None,
        *,
        unit: str,
        formula: str,
        inputs: Sequence[AuditInput],
        question: Question,
    ) -> None:
        row = AuditRow(
            headline=headline,
            title=title,
            value=value,
            unit=unit,
            formula=formula,
            words=FORMULAS[formula][0],
            inputs=tuple(inputs),
            feeds=(),
        )
        self.rows.append(row)
        self.questions[headline] = question


def audit(
    best: CaseRun,
    *,
    months: MonthsResult,
    headlines: Headlines,
    services: Sequence[ServiceResult],
    bundles: Sequence[BundleResult],
    returns: Sequence[ReturnResult],
    ledger: Sequence[LedgerRow],
    health: HealthResult | None,
    evaluated: EvaluatedEffects | None = None,
) -> tuple[AuditRow, ...]:
    """Make the audit sheet of a case."""
    sheet = _Sheet()
    _cash(sheet, best, months, headlines)
    _bundles(sheet, best, bundles)
    for one in services:
        _service(sheet, one, best.program.services.index(one.service))
    known = stakeholders_of({payer.id: payer.kind for payer in best.case.payers})
    for row in returns:
        if not row.part_of:
            _stakeholder(sheet, row, ledger, known)
    if health is not None:
        _health(sheet, health)
    moved = feeds(best.case, sheet.questions, evaluated=evaluated)
    return tuple(row.model_copy(update={"feeds": moved.get(row.headline, ())}) for row in sheet.rows)


def _cash(sheet: _Sheet, best: CaseRun, months: MonthsResult, found: Headlines) -> None:
    rate = AuditInput(name="discount rate a year", value=best.rate)
    kinds = [
        AuditInput(name=kind.replace("_", " "), series=f"program/{kind}")
        for kind in months.program
        if kind not in FUNDING
    ]
    working = [one for one in kinds if one.series != f"program/{START_UP}"]
    # A program without any money has no kinds, but it has months.
    kinds = kinds or [AuditInput(name="cash", series="cash/best")]
    working = working or [AuditInput(name="cash from work", series="operating/best")]
    rows: list[tuple[str, float | None, str, str, list[AuditInput], Callable[[CaseRun], Array | Months]]] = [
        ("net_present_value", found.net_present_value.best, "usd", "present value", [*kinds, rate], worth_of),
        ("peak_funding", found.peak_funding.best, "usd", "deepest total", kinds,
         lambda run: peak_funding(run.cash)[0]),
        ("operating_break_even", found.operating_break_even.best, "month", "first of three", working,
         lambda run: operating_break_even(run.operating)),
        ("cumulative_break_even", found.cumulative_break_even.best, "month", "lasting total", kinds,
         lambda run: cumulative_break_even(run.cash)),
        ("discounted_payback", found.discounted_payback.best, "month", "lasting discounted", [*kinds, rate],
         lambda run: discounted_payback(run.cash, yearly_rate=run.rate)),
    ]  # fmt: skip
    for name, value, unit, formula, inputs, answer in rows:
        sheet.add(
            name,
            name.replace("_", " ").capitalize(),
            value,
            unit=unit,
            formula=formula,
            inputs=inputs,
            question=lambda run, answer=answer: _or_none(answer(run)),  # type: ignore[misc]
        )


def _or_none(values: Array | Months) -> Array:
    """A month that never comes is no number."""
    found = np.asarray(values, dtype=np.float64)
    return np.where(found == NEVER, np.nan, found) if values.dtype.kind == "i" else found


def worth_of(run: CaseRun) -> Array:
    """The program's net present value: array [draw]."""
    return net_present_value(run.cash, yearly_rate=run.rate)


def _worth_at(run: CaseRun, prices: Inputs) -> float:
    """The program's net present value at other prices, of the first draw."""
    cash = program_cash(repriced(run.program, prices).flows)
    return float(net_present_value(cash, yearly_rate=run.rate)[0])


def _straight(best: CaseRun, contracts: Sequence[str], price: float) -> tuple[float, float]:
    """Prices on both sides of one, between which the net present value is a straight line.

    It bends where a price is as high as the copays within it: below, patients pay it all.
    """
    bends = []
    for term in best.case.contracts:
        if isinstance(term, BundleEntry) and term.id in contracts and term.within_price:
            copays, copay = (
                best.program.drawn.of(f"contracts/{term.id}/{one}") for one in ("copays", "copay")
            )
            bends.append(float((copays * copay)[0]))
    low = max([price / 2, *(bend for bend in bends if bend <= price)])
    high = min([max(price * 2, 1.0), *(bend for bend in bends if bend > price)])
    return low, high


def _bundles(sheet: _Sheet, best: CaseRun, found: Sequence[BundleResult]) -> None:
    for one in found:
        if one.break_even.best is None:
            continue
        names = [f"contracts/{contract}/price" for contract in one.contracts]
        inputs: list[AuditInput] = []
        for price in _straight(best, one.contracts, one.break_even.best):
            worth = _worth_at(best, dict.fromkeys(names, np.array([price])))
            inputs.append(AuditInput(name=f"price {price:,.2f}", value=price))
            inputs.append(AuditInput(name=f"net present value at {price:,.2f}", value=worth))
        sheet.add(
            f"break_even/{'+'.join(one.contracts)}",
            f"Break-even price of {' and '.join(one.contracts)}",
            one.break_even.best,
            unit="usd",
            formula="crossing",
            inputs=inputs,
            question=lambda run, one=one: bundle_break_even_price(  # type: ignore[misc]
                run.program, contracts=one.contracts, yearly_rate=run.rate
            ),
        )


def _service(sheet: _Sheet, one: ServiceResult, place: int) -> None:
    if one.by_visit.best is not None:
        sheet.add(
            f"by_visit/{one.service}",
            f"Contribution of a visit: {one.service}",
            one.by_visit.best,
            unit="usd/visit",
            formula="quotient",
            inputs=[
                AuditInput(name="margin (revenue less work and goods)", value=one.margin.best),
                AuditInput(name="visits", value=one.visits.best),
            ],
            question=lambda run: run.program.contributions()[place].by_visit,
        )
    group = one.attendance
    if group is not None and group.attendees.best is not None:
        sheet.add(
            f"attendance/{one.service}",
            f"Break-even attendance: {one.service}",
            group.attendees.best,
            unit="patients",
            formula="quotient up",
            inputs=[
                AuditInput(name="cost of a session", value=group.cost_of_session.best),
                AuditInput(name="what a seat brings less its own cost", value=group.brought_by_seat.best),
            ],
            question=lambda run: attendance(run, one.service).attendees,
        )


def _stakeholder(
    sheet: _Sheet, row: ReturnResult, ledger: Sequence[LedgerRow], known: Mapping[str, str]
) -> None:
    who = row.stakeholder
    inputs = [
        AuditInput(name=f"{one.kind} {one.service or ''}".strip().replace("_", " "), value=sign * one.best)
        for one in ledger
        if (sign := _sign(one, who, known))
    ]
    sheet.add(
        f"returns/{who}",
        f"Net present value for {who.replace('_', ' ')}",
        row.best,
        unit="usd",
        formula="sum",
        inputs=inputs,
        question=lambda run: stakeholder_worth(run, who),
    )


def _sign(row: LedgerRow, who: str, known: Mapping[str, str]) -> float:
    if who == SOCIETY:
        return (1.0 if row.source in RESOURCES else -1.0) if row.real else 0.0
    gains, pays = known.get(row.target) == who, known.get(row.source) == who
    return float(gains) - float(pays)


def _health(sheet: _Sheet, health: HealthResult) -> None:
    for one in health.perspectives:
        if one.cost.best is None or not health.qalys.best:
            continue
        if against(one.cost.best, health.qalys.best, comparator=(0.0, 0.0)).icer is None:
            continue  # one side dominates: the quotient would say nothing
        sheet.add(
            f"cost_per_qaly/{one.perspective}",
            f"Cost of a QALY for {one.perspective}",
            one.cost.best / health.qalys.best,
            unit="usd/qaly",
            formula="quotient",
            inputs=[
                AuditInput(name="cost", value=one.cost.best),
                AuditInput(name="quality-adjusted life-years", value=health.qalys.best),
            ],
            question=lambda run, who=one.perspective: cost_for(run, who) / qalys_of(run),  # type: ignore[misc]
        )


def flat(rows: Sequence[AuditRow]) -> Iterator[dict[str, object]]:
    """Yield the sheet as lines of a table: a headline's inputs, then the quantities it rests on."""
    for row in rows:
        head: dict[str, object] = {
            "headline": row.headline,
            "title": row.title,
            "value": row.value,
            "unit": row.unit,
        }
        for one in row.inputs:
            yield head | {"formula": row.words, "input": one.name, "amount": one.value, "series": one.series}
        for feed in row.feeds:
            yield {
                **head,
                "quantity": feed.quantity,
                "from": feed.value,
                "to": feed.to,
                "change": feed.change,
            }
