"""Work by month: visits, sessions, what waits for capacity, and how the program grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.delivery import RoleEntry, ServiceEntry, TriggerEntry
from allay.economics.program.drawn import Drawn
from allay.economics.program.patients import Patients

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

NEARLY = 1e-9
"""Sessions are whole; a count that misses a whole number by less than this is that number, since sums of
shares of patients are only so exact."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is done. Month 0 is the day before the program opens.

    Attributes
    ----------
    visits, sessions, backlog : array [month, service, draw]
        Visits that took place; sessions held; scheduled visits that wait at the end of the month.
    minutes, capacity : array [month, role, draw]
        Worked for patients, and available for them.
    fte : array [month, role, draw]
        Positions, filled or vacant.
    """

    visits: Array
    sessions: Array
    backlog: Array
    minutes: Array
    capacity: Array
    fte: Array


def run_work(case: Case, drawn: Drawn, patients: Patients) -> Work:
    """Schedule the visits of the panel, and hold as many as the staff has minutes for.

    Where a role has too few minutes, all services that need it are cut by the same share; the rest waits
    and is scheduled again next month. Of a group only whole sessions are held.
    """
    return _Clinic(case, drawn, patients).run()


def capacity_per_fte(role: RoleEntry, drawn: Drawn) -> Array:
    """Minutes for patients in a month of one position, vacancies taken off: array [draw] or [1]."""
    base = f"staff/{role.role}"
    return (
        practical_minutes(role, drawn) / 12 * drawn.of(f"{base}/clinical") * (1 - vacant_share(role, drawn))
    )


def practical_minutes(role: RoleEntry, drawn: Drawn) -> Array:
    """Minutes in a year of one position that are left for work: array [draw] or [1]."""
    base = f"staff/{role.role}"
    hours = drawn.of(f"{base}/hours") * drawn.of(f"{base}/weeks")
    return hours * 60 * drawn.of(f"{base}/practical")


def vacant_share(role: RoleEntry, drawn: Drawn) -> Array:
    """Share of the time a position is vacant, on average: array [draw] or [1]."""
    base = f"staff/{role.role}"
    return np.minimum(drawn.of(f"{base}/turnover") / 12 * drawn.of(f"{base}/vacancy"), 1.0)


def service_minutes(
    case: Case, drawn: Drawn, work: Work, *, service: ServiceEntry, role: str, total: bool = False
) -> Array | None:
    """Minutes a role works for a service: array [month, draw], or [draw] in `total`; None for none at all."""
    place = [one.id for one in case.services].index(service.id)
    found: Array | None = None
    for number, step in enumerate(service.steps, start=1):
        if step.role == role:
            count = (work.sessions if step.each == "session" else work.visits)[:, place]
            minutes = drawn.of(f"services/{service.id}/steps/{number}/minutes")
            added = (count.sum(axis=0) if total else count) * minutes
            found = added if found is None else found + added
    return found


class _Trigger:
    """Watches a measure, and remembers in which draws it has been met long enough."""

    def __init__(self, entry: TriggerEntry, above: Array, draws: int) -> None:
        self.entry, self.above = entry, above
        self.row = np.zeros(draws, dtype=np.int64)
        self.met: Mask = np.zeros(draws, dtype=bool)

    def watch(self, measured: Array) -> None:
        self.row = np.where(measured > self.above, self.row + 1, 0)
        self.met |= self.row >= self.entry.months


class _Clinic:
    """The program month by month."""

    def __init__(self, case: Case, drawn: Drawn, patients: Patients) -> None:
        self.case, self.drawn, self.patients = case, drawn, patients
        self.services = {service.id: place for place, service in enumerate(case.services)}
        self.roles = {role.role: place for place, role in enumerate(case.staff)}
        months, draws = case.program.months, drawn.draws
        self.visits, self.sessions, self.backlog = np.zeros((3, months + 1, len(self.services), draws))
        self.minutes, self.capacity, self.fte = np.zeros((3, months + 1, len(self.roles), draws))
        self.doses = [
            [drawn.of(f"services/{one.id}/dose/{n + 1}/visits") for n in range(len(one.dose))]
            for one in case.services
        ]
        self.attend = [1 - drawn.of(f"services/{one.id}/no_show") for one in case.services]
        self.seats = [_seats(one, drawn) for one in case.services]
        self.steps = [_steps(one, self.roles, drawn) for one in case.services]
        self.per_fte = [capacity_per_fte(role, drawn) for role in case.staff]
        self.positions = [np.full(draws, drawn.of(f"staff/{role.role}/fte")) for role in case.staff]
        self.opening = {
            one.id: _Trigger(one.when, drawn.of(f"services/{one.id}/when/above"), draws)
            for one in case.services
            if one.when is not None
        }
        self.growing = {
            role.role: _Trigger(role.grows.when, drawn.of(f"staff/{role.role}/grows/when/above"), draws)
            for role in case.staff
            if role.grows is not None
        }

    def run(self) -> Work:
        drops = self.drawn.each("panel/drop_out")
        panel = np.zeros((self.case.panel.months, self.drawn.draws))
        for month in range(1, self.case.program.months + 1):
            for age in range(len(panel) - 1, 0, -1):
                panel[age] = (
                    panel[age - 1] * (1 - drops[min(age, len(drops)) - 1]) if drops else panel[age - 1]
                )
            panel[0] = self.patients.started[month]
            self._month(month, panel)
            self._watch(month)
        return Work(self.visits, self.sessions, self.backlog, self.minutes, self.capacity, self.fte)

    def _month(self, month: int, panel: Array) -> None:
        wanted = self.backlog[month]
        for place, service in enumerate(self.case.services):
            wanted[place] = self.backlog[month - 1, place] + self._scheduled(place, service, month, panel)
        for role, minutes in enumerate(self.per_fte):
            self.fte[month, role] = self.positions[role]
            self.capacity[month, role] = self.positions[role] * minutes
        coming = [wanted[place] * self.attend[place] for place in range(len(wanted))]
        held = [self._sessions(place, visits) for place, visits in enumerate(coming)]
        need = self._minutes(coming, held)
        short = need > self.capacity[month]
        if not short.any():
            self._hold(month, coming, held, need)
            wanted[:] = 0.0
            return
        cut = np.where(short, self.capacity[month] / np.where(short, need, 1.0), 1.0)
        for place, steps in enumerate(self.steps):
            if steps:
                share = np.minimum.reduce([cut[role] for role, _, _ in steps])
                coming[place], held[place] = self._cut(place, coming[place], held[place], share)
        self._hold(month, coming, held, self._minutes(coming, held))
        for place, visits in enumerate(coming):
            attend = self.attend[place]
            done = np.where(attend > 0, visits / np.where(attend > 0, attend, 1.0), wanted[place])
            wanted[place] = np.maximum(wanted[place] - done, 0.0)

    def _scheduled(self, place: int, service: ServiceEntry, month: int, panel: Array) -> Array:
        if service.id not in self.opening and month < service.opens:
            return np.zeros(1)
        found: Array = np.zeros(1)
        for dose, visits in zip(service.dose, self.doses[place], strict=True):
            found = found + visits * panel[dose.from_month - 1 : dose.to_month].sum(axis=0)
        if service.id in self.opening:
            found = found * (self.opening[service.id].met & (month >= service.opens))
        return found

    def _sessions(self, place: int, visits: Array) -> Array:
        seats = self.seats[place]
        return visits if seats is None else np.ceil(visits / seats - NEARLY).clip(min=0.0)

    def _cut(self, place: int, visits: Array, sessions: Array, share: Array) -> tuple[Array, Array]:
        """Hold the share of sessions there is time for; the visits are those that fit in."""
        seats = self.seats[place]
        if seats is None:
            return visits * share, visits * share
        held = np.where(share < 1, np.floor(sessions * share + NEARLY), sessions)
        return np.where(share < 1, np.minimum(visits, held * seats), visits), held

    def _minutes(self, visits: list[Array], sessions: list[Array]) -> Array:
        need = np.zeros((len(self.roles), self.drawn.draws))
        for place, steps in enumerate(self.steps):
            for role, by_session, minutes in steps:
                need[role] += minutes * (sessions[place] if by_session else visits[place])
        return need

    def _hold(self, month: int, visits: list[Array], sessions: list[Array], minutes: Array) -> None:
        for place in range(len(visits)):
            self.visits[month, place] = visits[place]
            self.sessions[month, place] = sessions[place]
        self.minutes[month] = minutes

    def _watch(self, month: int) -> None:
        for trigger in (*self.opening.values(), *self.growing.values()):
            trigger.watch(self._measure(trigger.entry, month))
        for role, place in self.roles.items():
            if role in self.growing:
                to = self.drawn.of(f"staff/{role}/grows/fte")
                now = self.positions[place]
                self.positions[place] = np.where(self.growing[role].met, np.maximum(now, to), now)

    def _measure(self, entry: TriggerEntry, month: int) -> Array:
        if entry.measure == "waiting":
            waiting: Array = self.patients.waiting[month]
            return waiting
        if entry.measure == "backlog":
            late: Array = self.backlog[month, self.services[entry.of]]
            return late
        role = self.roles[entry.of]
        capacity = self.capacity[month, role]
        return np.where(capacity > 0, self.minutes[month, role] / np.where(capacity > 0, capacity, 1.0), 0.0)


def _seats(service: ServiceEntry, drawn: Drawn) -> Array | None:
    if service.group is None:
        return None
    base = f"services/{service.id}/group"
    return drawn.of(f"{base}/seats") * drawn.of(f"{base}/fill")


def _steps(service: ServiceEntry, roles: Mapping[str, int], drawn: Drawn) -> list[tuple[int, bool, Array]]:
    return [
        (roles[step.role], step.each == "session", drawn.of(f"services/{service.id}/steps/{n + 1}/minutes"))
        for n, step in enumerate(service.steps)
    ]
