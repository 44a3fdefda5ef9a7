"""Grants: money for named purposes between two months, that covers each dollar once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.flow import GRANTOR, PROGRAM, Flow
from allay.economics.case.revenue import GrantEntry
from allay.economics.program.costs import CostLine, minute_rate, own_part
from allay.economics.program.drawn import Drawn
from allay.economics.program.work import Work, service_minutes

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spent:
    """Dollars of the program's own that a purpose of any of these names may cover: array [month, draw]."""

    names: frozenset[str]
    amount: Array


def spending(case: Case, drawn: Drawn, work: Work, found: Iterable[CostLine]) -> list[Spent]:
    """Take costs apart so that no dollar counts twice: pay by role and service, and the rest by its name.

    What no grant of the case is for is left out.
    """
    purposes = {one for term in case.contracts if isinstance(term, GrantEntry) for one in term.purposes}
    parts = []
    for cost in found:
        amount = own_part(cost) if cost.name in purposes or cost.kind == "work" else None
        if amount is None:
            continue
        if cost.kind == "work":
            for service in case.services:
                minutes = None
                if service.id in purposes:
                    minutes = service_minutes(case, drawn, work, service=service, role=cost.name)
                if minutes is not None:
                    rate = minute_rate(case.role(cost.name), drawn)
                    worked = minutes * (rate if cost.share is None else rate * (1 - cost.share))
                    parts.append(Spent(frozenset((cost.name, service.id)), worked))
                    amount = np.maximum(amount - worked, 0.0)
        if cost.name in purposes:
            parts.append(Spent(frozenset((cost.name,)), amount))
    return parts


def grants(case: Case, drawn: Drawn, spent: Iterable[Spent]) -> Iterator[Flow]:
    """Yield what grantors pay and get back.

    Grants cover what the program itself spends on their purposes, in the order of the case, month by month.
    """
    months = case.program.months
    parts = list(spent)
    left = [part.amount for part in parts]
    for term in case.contracts:
        if not isinstance(term, GrantEntry):
            continue
        amount = drawn.of(f"contracts/{term.id}/amount")
        served = [place for place, part in enumerate(parts) if not part.names.isdisjoint(term.purposes)]
        cost = np.zeros((months + 1, drawn.draws))
        window = slice(term.from_month, term.to_month + 1)
        for place in served:
            cost[window] += left[place][window]
        covered = np.diff(np.minimum(np.cumsum(cost, axis=0), amount), axis=0, prepend=0.0)
        share = np.where(cost > 0, covered / np.where(cost > 0, cost, 1.0), 0.0)
        for place in served:
            left[place] = left[place] * (1 - share)
        if term.paid == "as_spent":
            yield Flow(GRANTOR, PROGRAM, "grant", None, None, False, covered.T)
            continue
        paid, back = np.zeros((2, months + 1, drawn.draws))
        if term.from_month <= months:
            paid[term.from_month] = amount
        yield Flow(GRANTOR, PROGRAM, "grant", None, None, False, paid.T)
        if term.returns_unspent and term.to_month <= months:
            back[term.to_month] = amount - covered.sum(axis=0)
            yield Flow(PROGRAM, GRANTOR, "grant_return", None, None, False, back.T)
