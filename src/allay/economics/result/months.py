"""A case month by month and year by year: patients, work, money."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from allay.economics.answers.answers import FUNDING
from allay.economics.answers.summary import INTERVAL
from allay.economics.case.flow import PROGRAM
from allay.economics.result.parts import Result
from allay.economics.result.run import CaseRun

Array = NDArray[np.float64]

YEAR = 12


class Band(Result):
    """A number by month: best estimate, mean, and the middle 95% of each month over draws."""

    best: tuple[float, ...]
    mean: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class MonthsResult(Result):
    """By month, month 0 being the day before the program opens.

    `cash` and `operating` leave grants and support out; `operating` also what is spent once; `bank` counts
    all. `cumulative` is the running total of `cash`. `program` has the best estimate of what the program
    takes in (above zero) and pays (below), by kind.
    """

    cash: Band
    operating: Band
    cumulative: Band
    bank: Band
    referred: Band
    started: Band
    waiting: Band
    program: Mapping[str, tuple[float, ...]]


class YearRow(Result):
    """One year of the program, best estimate; `use` is the share of a role's minutes that are worked."""

    year: int
    referred: float
    started: float
    finished: float
    waiting: float
    backlog: float
    visits: float
    sessions: float
    taken_in: float
    paid: float
    cash: float
    use: Mapping[str, float | None]
    unused_cost: float


def months(best: CaseRun, drawn: CaseRun) -> MonthsResult:
    """Lay a case out by month."""

    def band(one: Array, other: Array) -> Band:
        low, middle, high = np.quantile(other, INTERVAL, axis=0)
        return Band(
            best=tuple(one[0].tolist()),
            mean=tuple(other.mean(axis=0).tolist()),
            median=tuple(middle.tolist()),
            low=tuple(low.tolist()),
            high=tuple(high.tolist()),
        )

    patients = best.program.patients, drawn.program.patients
    return MonthsResult(
        cash=band(best.cash, drawn.cash),
        operating=band(best.operating, drawn.operating),
        cumulative=band(best.cash.cumsum(axis=1), drawn.cash.cumsum(axis=1)),
        bank=band(best.bank, drawn.bank),
        referred=band(*(one.referred.T for one in patients)),
        started=band(*(one.started.T for one in patients)),
        waiting=band(*(one.waiting.T for one in patients)),
        program={kind: tuple(amount.tolist()) for kind, amount in program_by_kind(best).items()},
    )


def program_by_kind(best: CaseRun) -> dict[str, Array]:
    """What the program takes in less what it pays, by kind of flow: arrays [month], from the first draw."""
    found: dict[str, Array] = {}
    for flow in best.program.flows:
        sign = 1.0 if flow.target == PROGRAM else -1.0 if flow.source == PROGRAM else 0.0
        if sign:
            found[flow.kind] = found.get(flow.kind, np.zeros(flow.amount.shape[1])) + sign * flow.amount[0]
    return {kind: amount for kind, amount in found.items() if amount.any()}


def years(best: CaseRun) -> tuple[YearRow, ...]:
    """Lay a case out by year; the day before it opens belongs to the first."""
    program, patients = best.program, best.program.patients
    kinds = [amount for kind, amount in program_by_kind(best).items() if kind not in FUNDING]
    taken = np.sum([np.maximum(amount, 0.0) for amount in kinds], axis=0) if kinds else np.zeros(1)
    unused = np.sum([cost[0] for cost in program.unused_cost().values()] or [np.zeros(1)], axis=0)
    rows = []
    for first in range(1, best.case.program.months + 1, YEAR):
        last = min(first + YEAR - 1, best.case.program.months)
        part = slice(0 if first == 1 else first, last + 1)
        cash = float(best.cash[0, part].sum())
        income = float(taken[part].sum()) if len(taken) > 1 else 0.0
        rows.append(
            YearRow(
                year=(first + YEAR - 1) // YEAR,
                referred=float(patients.referred[part, 0].sum()),
                started=float(patients.started[part, 0].sum()),
                finished=float(patients.finished[part, 0].sum()),
                waiting=float(patients.waiting[last, 0]),
                backlog=float(sum(late[last, 0] for late in program.work.backlog)),
                visits=float(sum(done[part, 0].sum() for done in program.work.visits)),
                sessions=float(sum(held[part, 0].sum() for held in program.work.sessions)),
                taken_in=income,
                paid=income - cash,
                cash=cash,
                use={
                    role: _share(program.work.minutes[place][part, 0], program.work.capacity(place)[part, 0])
                    for place, role in enumerate(program.roles)
                },
                unused_cost=float(unused[part].sum()) if len(unused) > 1 else 0.0,
            )
        )
    return tuple(rows)


def _share(worked: Array, there: Array) -> float | None:
    total = float(there.sum())
    return float(worked.sum()) / total if total > 0 else None
