"""Running a case: ten years by month, in every draw, as flows of money and counts of patients and work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allay.base.errors import InvalidValue, NotFound
from allay.coverage.fees.schedule import FeeSchedule
from allay.economics.case.case import Case
from allay.economics.case.flow import PROGRAM, Flow, net
from allay.economics.case.revenue import BundleEntry, GrantEntry, PerMemberEntry, SharedSavingsEntry
from allay.economics.program.contribution import Contribution, contributions
from allay.economics.program.costs import cost_flows, costs, minute_rate
from allay.economics.program.drawn import Drawn, draw_case
from allay.economics.program.grants import grants, spending
from allay.economics.program.patients import Patients, run_patients
from allay.economics.program.revenue import (
    LAGGED,
    bundle_owed,
    bundle_returned,
    members_owed,
    prices,
    revenue,
)
from allay.economics.program.work import Work, run_work

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """A case that has run. Arrays are [draw, month, ...], month 0 being the day before the program opens.

    Attributes
    ----------
    flows : tuple of Flow
        All money, in the months in which it moves.
    drawn : Drawn
        The numbers of every draw, by name.
    patients : Patients
    work : Work
    """

    case: Case
    flows: tuple[Flow, ...] = field(repr=False)
    drawn: Drawn = field(repr=False)
    patients: Patients = field(repr=False)
    work: Work = field(repr=False)

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.drawn.draws

    @property
    def services(self) -> tuple[str, ...]:
        """Ids of the services, in the order of the last axis of `visits`, `sessions` and `backlog`."""
        return tuple(service.id for service in self.case.services)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles, in the order of the last axis of `minutes` and `capacity`."""
        return tuple(role.role for role in self.case.staff)

    @property
    def started(self) -> Array:
        """Patients who start: array [draw, month]."""
        return self.patients.started.T

    @property
    def waiting(self) -> Array:
        """Patients who wait at the end of the month: array [draw, month]."""
        return self.patients.waiting.T

    @property
    def stay(self) -> Array:
        """Share of starters still there, by month of the stay: array [draw, age]; 1 in the first."""
        return self.patients.stay.T

    @property
    def panel(self) -> Array:
        """Patients in the program by month of their stay: array [draw, month, age].

        Made when asked for: 10,000 draws of 120 months with stays of 6 months take 58 MB.
        `patients.over_ages` adds it up with weights without making it.
        """
        months, draws = self.patients.started.shape
        found = np.zeros((draws, months, len(self.patients.stay)))
        for age, share in enumerate(self.patients.stay[:months]):
            found[:, age:, age] = (self.patients.started[: months - age] * share).T
        return found

    @property
    def visits(self) -> Array:
        """Visits that took place: array [draw, month, service]; made when asked for, as the next ones are."""
        return self._together(self.work.visits)

    @property
    def sessions(self) -> Array:
        """Sessions held: array [draw, month, service]."""
        return self._together(self.work.sessions)

    @property
    def backlog(self) -> Array:
        """Scheduled visits that wait for capacity at the end of the month: array [draw, month, service]."""
        return self._together(self.work.backlog)

    @property
    def minutes(self) -> Array:
        """Minutes worked for patients: array [draw, month, role]."""
        return self._together(self.work.minutes)

    @property
    def capacity(self) -> Array:
        """Minutes there are for patients: array [draw, month, role]."""
        return self._together([self.work.capacity(place) for place in range(len(self.roles))])

    def _together(self, parts: Sequence[Array]) -> Array:
        """Put arrays [month, draw] or [month, 1] side by side: array [draw, month, part]."""
        found = np.zeros((self.draws, self.case.program.months + 1, len(parts)))
        for place, part in enumerate(parts):
            found[:, :, place] = part.T
        return found

    @property
    def cash(self) -> Array:
        """What the program takes in less what it pays: array [draw, month], US dollars."""
        return net(self.flows, PROGRAM)

    def unused_cost(self) -> dict[str, Array]:
        """Return by role the cost of minutes for patients that nobody used: array [draw, month]."""
        found = {}
        for place, role in enumerate(self.case.staff):
            free = np.maximum(self.work.capacity(place) - self.work.minutes[place], 0.0)
            found[role.role] = (free * minute_rate(role, self.drawn)).T
        return found

    def contributions(self) -> tuple[Contribution, ...]:
        """Return what each service contributes."""
        return contributions(self.case, self.drawn, self.work)

    def receivable(self, *, to: str = PROGRAM) -> dict[str, Array]:
        """Return by payer what is earned and not yet paid after the last month: arrays [draw].

        What must still go back of bundles is taken off.

        Parameters
        ----------
        to : str
            Who has earned it: the program, or the health system that gets fees for places.
        """
        owed = {payer.id: np.zeros(self.draws) for payer in self.case.payers}
        places = {service: place for place, service in enumerate(self.services)}
        for price in prices(self.case, self.drawn):
            visits = self.work.visits[places[price.service]].sum(axis=0)
            for party, each in ((PROGRAM, price.by_payer), (price.facility_to, price.facility)):
                if party == to:
                    owed[price.payer] += visits * each
        for term in self.case.contracts if to == PROGRAM else ():
            if isinstance(term, BundleEntry):
                owed[term.payer] += self.patients.started.sum(axis=0) * bundle_owed(term, self.drawn)[0]
                owed[term.payer] -= bundle_returned(term, self.drawn, self.patients).sum(axis=0)
            elif isinstance(term, PerMemberEntry | SharedSavingsEntry):
                months = self.case.program.months
                owed[term.payer] += members_owed(term, self.drawn, months=months).sum(axis=0)
        for flow in self.flows:
            if flow.payer is not None and flow.kind in LAGGED and to in (flow.source, flow.target):
                paid = flow.amount.sum(axis=1)
                owed[flow.payer] += paid if flow.source == to else -paid
        return owed

    def work_rvus(self, fees: FeeSchedule, *, day: dt.date) -> tuple[dict[str, Array], dict[str, str]]:
        """Return work relative value units by service, and why there are none for the others.

        Parameters
        ----------
        fees : FeeSchedule
        day : date
            Whose release counts.

        Returns
        -------
        dict of str to array [draw, month], dict of str to str
        """
        units: dict[str, Array] = {}
        unknown: dict[str, str] = {}
        for place, service in enumerate(self.case.services):
            each = self.drawn.of(f"services/{service.id}/rvu")
            if service.rvu is None:
                try:
                    row = fees.relative_values(service.code, day=day)[1] if service.code else None
                except NotFound as absent:
                    unknown[service.id] = str(absent)
                    continue
                if row is None or row.work is None:
                    unknown[service.id] = f"no work units of {service.code}" if service.code else "no code"
                    continue
                each = np.array([float(row.work)])
            units[service.id] = (self.work.visits[place] * each).T
        return units, unknown


def run_program(
    case: Case, *, draws: int | None = None, seed: int = 0, given: Mapping[str, ArrayLike] | None = None
) -> ProgramRun:
    """Run a case month by month, all draws at once.

    Parameters
    ----------
    case : Case
    draws : int, optional
        Without it, the best estimates: one draw, or as many as the arrays given have. The loss of a champion
        is then spread by its chance.
    seed : int
        Draws hang on seed, name and number alone: another quantity in the case changes no draw of the others.
    given : mapping of str to number or array [draw], optional
        Values in place of the case's, by name (`Case.quantities`).

    Raises
    ------
    NotFound, InvalidValue
        For a given value that cannot be.

    Notes
    -----
    Structure after "layer A" of the project's notes on business cases: referrals, waiting list, panel by
    month of stay, sessions by kind, capacity by role, time-driven costs, revenue by payer. Whoever does not
    come to a first visit, or finds no place, waits on; visits without capacity wait as backlog. A time slot
    of a patient who does not come counts as unused capacity. Memory for 10,000 draws of 120 months: about
    10 MB for each flow and role, 20 MB for each service.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> run = run_program(read_case(EXAMPLE), draws=100, seed=1)
    >>> run.cash.shape, run.services[0]
    ((100, 121), 'medical_visit')
    """
    drawn = draw_case(case, draws=draws, seed=seed, given=given)
    patients = run_patients(case, drawn)
    return _with_money(case, drawn, patients, run_work(case, drawn, patients))


MONEY = ("contracts/", "fees/")
"""Names of quantities that begin like this move money and nothing else."""


def repriced(run: ProgramRun, given: Mapping[str, ArrayLike]) -> ProgramRun:
    """Run a case again at other prices: who comes and what is done stay as they are.

    Parameters
    ----------
    run : ProgramRun
    given : mapping of str to number or array [draw]
        Of contracts and fees alone (`MONEY`).

    Raises
    ------
    InvalidValue
        A quantity that is no price.

    Examples
    --------
    >>> from allay.economics.case.casefile import EXAMPLE, read_case
    >>> run = run_program(read_case(EXAMPLE))
    >>> dearer = repriced(run, {"contracts/medicaid_bundle/price": 2000})
    >>> bool(dearer.cash.sum() > run.cash.sum())
    True
    """
    for name in given:
        if not name.startswith(MONEY) or name not in run.drawn.values:
            raise InvalidValue(expected="prices of contracts and fees of the case", found=name)
    drawn = run.drawn.given(given, quantities=run.case.quantities())
    return _with_money(run.case, drawn, run.patients, run.work)


def _with_money(case: Case, drawn: Drawn, patients: Patients, work: Work) -> ProgramRun:
    spent = list(costs(case, drawn, work))
    flows = [*revenue(case, drawn, patients, work), *cost_flows(spent, draws=drawn.draws)]
    if any(isinstance(term, GrantEntry) for term in case.contracts):
        flows += grants(case, drawn, spending(case, drawn, work, spent))
    for flow in flows:
        flow.amount.setflags(write=False)
    return ProgramRun(case, tuple(flows), drawn, patients, work)
