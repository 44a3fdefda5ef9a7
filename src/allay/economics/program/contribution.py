"""Contribution: what a service earns less what it costs directly, by visit, by session and in all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.delivery import ServiceEntry
from allay.economics.program.costs import minute_rate
from allay.economics.program.drawn import Drawn
from allay.economics.program.revenue import prices
from allay.economics.program.work import Work, service_minutes

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One service over all months. Arrays [draw]; US dollars as earned, not as paid.

    Attributes
    ----------
    visits, sessions : array [draw]
    revenue : array [draw]
        Of payers and patients for its visits. A bundle pays for no single service: it is not in here.
    work, goods : array [draw]
        Minutes at their rates; supplies and rooms.
    """

    service: str
    visits: Array
    sessions: Array
    revenue: Array
    work: Array
    goods: Array

    @property
    def margin(self) -> Array:
        """Revenue less direct cost: array [draw]."""
        return self.revenue - self.work - self.goods

    @property
    def by_visit(self) -> Array:
        """Margin of a visit that took place; NaN where there was none."""
        return _each(self.margin, self.visits)

    @property
    def by_session(self) -> Array:
        """Margin of a session that was held; NaN where there was none."""
        return _each(self.margin, self.sessions)


def contributions(case: Case, drawn: Drawn, work: Work) -> tuple[Contribution, ...]:
    """Return the contribution of every service, in the order of the case."""
    earned: dict[str, Array] = {}
    for price in prices(case, drawn):
        earned[price.service] = earned.get(price.service, np.zeros(1)) + price.to_program
    found = []
    for place, service in enumerate(case.services):
        visits, sessions = (each[place].sum(axis=0) for each in (work.visits, work.sessions))
        base = f"services/{service.id}"
        goods = visits * drawn.of(f"{base}/supplies") + sessions * drawn.of(f"{base}/room")
        revenue = visits * earned.get(service.id, np.zeros(1))
        found.append(
            Contribution(service.id, visits, sessions, revenue, _work(case, drawn, work, service), goods)
        )
    return tuple(found)


def _work(case: Case, drawn: Drawn, work: Work, service: ServiceEntry) -> Array:
    total = np.zeros(drawn.draws)
    for role in case.staff:
        minutes = service_minutes(case, drawn, work, service=service, role=role.role, total=True)
        if minutes is not None:
            total += minutes * minute_rate(role, drawn)
    return total


def session_cost(case: Case, drawn: Drawn, *, service: str, patients: float) -> Array:
    """Return what a session costs directly with so many patients in it: array [draw] or [1], US dollars.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> from allay.economics.program.drawn import draw_case
    >>> case = read_case(EXAMPLE)
    >>> session_cost(case, draw_case(case, draws=None, seed=1), service="yoga", patients=8).round(2).tolist()
    [140.12]
    """
    entry = next(one for one in case.services if one.id == service)
    rates = {role.role: minute_rate(role, drawn) for role in case.staff}
    base = f"services/{service}"
    total = drawn.of(f"{base}/room") + drawn.of(f"{base}/supplies") * patients
    for number, step in enumerate(entry.steps, start=1):
        times = 1.0 if step.each == "session" else patients
        total = total + drawn.of(f"{base}/steps/{number}/minutes") * rates[step.role] * times
    return total


def _each(amount: Array, count: Array) -> Array:
    return np.where(count > 0, amount / np.where(count > 0, count, 1.0), np.nan)
