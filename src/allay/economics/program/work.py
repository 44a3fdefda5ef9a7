"""Work by month: visits, sessions, what waits for capacity, and how the program grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.economics.case.case import Case
from allay.economics.case.delivery import RoleEntry, ServiceEntry, TriggerEntry
from allay.economics.program.capacity import shares_that_fit
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
    visits, sessions, backlog : tuple of array [month, draw]
        By service: visits that took place; sessions held; scheduled visits that wait at the end of the month.
        Where a session is a visit, both are one array.
    minutes : tuple of array [month, draw]
        By role: worked for patients.
    fte : tuple of array [month, draw] or [month, 1]
        By role: positions, filled or vacant.
    per_fte : tuple of array [draw] or [1]
        By role: minutes for patients in a month of one position.
    """

    visits: tuple[Array, ...]
    sessions: tuple[Array, ...]
    backlog: tuple[Array, ...]
    minutes: tuple[Array, ...]
    fte: tuple[Array, ...]
    per_fte: tuple[Array, ...]

    def capacity(self, role: int) -> Array:
        """Minutes of a role, by its place, that there are for patients: array [month, draw] or [month, 1]."""
        return self.fte[role] * self.per_fte[role]


def run_work(case: Case, drawn: Drawn, patients: Patients) -> Work:
    """Schedule the visits of the panel, and hold as many as the staff has minutes for.

    Where a role has too few minutes, all services that need it are cut by the same share (`shares_that_fit`);
    the rest waits and is scheduled again next month. Of a group only whole sessions are held.
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
            count = (work.sessions if step.each == "session" else work.visits)[place]
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


class _Line:
    """A service as the months need it.

    `places` are the scheduled visits for which a session of a group has room: more than `seats`, since some
    do not come. Where each patient takes minutes (`each_patient`), fewer sessions cannot be filled up.
    """

    def __init__(self, service: ServiceEntry, roles: Mapping[str, int], drawn: Drawn) -> None:
        base = f"services/{service.id}"
        self.service = service
        self.doses = [drawn.of(f"{base}/dose/{n}/visits") for n in range(1, len(service.dose) + 1)]
        self.attend = 1 - drawn.of(f"{base}/no_show")
        self.steps = [
            (roles[step.role], step.each == "session", drawn.of(f"{base}/steps/{n}/minutes"))
            for n, step in enumerate(service.steps, start=1)
        ]
        self.each_patient = not all(by_session for _, by_session, _ in self.steps)
        self.seats: Array | None = None
        if service.group is not None:
            self.seats = drawn.of(f"{base}/group/seats") * drawn.of(f"{base}/group/fill")
            self.places = self.seats / np.maximum(self.attend, NEARLY)


class _Clinic:
    """The program month by month. Rows are written only where something is to write: zeros cost no memory."""

    def __init__(self, case: Case, drawn: Drawn, patients: Patients) -> None:
        self.case, self.drawn, self.patients = case, drawn, patients
        self.services = {service.id: place for place, service in enumerate(case.services)}
        self.roles = {role.role: place for place, role in enumerate(case.staff)}
        draws = drawn.draws
        shape = (case.program.months + 1, draws)
        self.lines = [_Line(service, self.roles, drawn) for service in case.services]
        self.visits = [np.zeros(shape) for _ in self.lines]
        self.backlog = [np.zeros(shape) for _ in self.lines]
        self.sessions = [
            visits if line.seats is None else np.zeros(shape)
            for visits, line in zip(self.visits, self.lines, strict=True)
        ]
        self.minutes = [np.zeros(shape) for _ in case.staff]
        self.per_fte = [capacity_per_fte(role, drawn) for role in case.staff]
        self.fte = [_positions(role, drawn, shape) for role in case.staff]
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
        staying = [1 - drop for drop in drops] or [np.ones(1)]
        panel = np.zeros((self.case.panel.months, self.drawn.draws))
        for month in range(1, self.case.program.months + 1):
            for age in range(len(panel) - 1, 0, -1):
                np.multiply(panel[age - 1], staying[min(age, len(staying)) - 1], out=panel[age])
            panel[0] = self.patients.started[month]
            self._month(month, panel)
            self._watch(month)
        parts = (self.visits, self.sessions, self.backlog, self.minutes, self.fte, self.per_fte)
        return Work(*(tuple(part) for part in parts))

    def _month(self, month: int, panel: Array) -> None:
        wanted = [
            self.backlog[place][month - 1] + self._scheduled(line, month, panel)
            for place, line in enumerate(self.lines)
        ]
        for place, line in enumerate(self.lines):
            visits = np.multiply(wanted[place], line.attend, out=self.visits[place][month])
            if line.seats is not None:
                sessions = np.ceil(visits / line.seats - NEARLY)
                np.maximum(sessions, 0.0, out=self.sessions[place][month])
        self._add_minutes(month)
        capacity = [self.fte[role][month] * self.per_fte[role] for role in range(len(self.per_fte))]
        if any((self.minutes[role][month] > there).any() for role, there in enumerate(capacity)):
            self._cut(month, wanted, capacity)

    def _scheduled(self, line: _Line, month: int, panel: Array) -> Array:
        """Visits that the patients of the month are due."""
        service = line.service
        found: Array = np.zeros(1)
        if month < service.opens:
            return found
        for dose, visits in zip(service.dose, line.doses, strict=True):
            found = found + visits * panel[dose.from_month - 1 : dose.to_month].sum(axis=0)
        return found * self.opening[service.id].met if service.id in self.opening else found

    def _cut(self, month: int, wanted: list[Array], capacity: list[Array]) -> None:
        """Hold what there is time for; the rest waits."""
        loads = [
            [
                (role, minutes * (self.sessions if by_session else self.visits)[place][month])
                for role, by_session, minutes in line.steps
            ]
            for place, line in enumerate(self.lines)
        ]
        shares = shares_that_fit(loads, capacity)
        for place, line in enumerate(self.lines):
            if not line.steps:
                continue
            share = shares[place]
            if line.seats is None:
                done = wanted[place] * share
            else:
                sessions = self.sessions[place][month]
                held = np.floor(sessions * share + NEARLY, out=sessions)
                most = wanted[place] * share if line.each_patient else wanted[place]
                done = np.minimum(most, (held + NEARLY) * line.places)
            np.multiply(done, line.attend, out=self.visits[place][month])
            np.subtract(wanted[place], done, out=self.backlog[place][month])
        for minutes in self.minutes:
            minutes[month] = 0.0
        self._add_minutes(month)

    def _add_minutes(self, month: int) -> None:
        for place, line in enumerate(self.lines):
            for role, by_session, minutes in line.steps:
                count = self.sessions if by_session else self.visits
                self.minutes[role][month] += minutes * count[place][month]

    def _watch(self, month: int) -> None:
        for trigger in (*self.opening.values(), *self.growing.values()):
            trigger.watch(self._measure(trigger.entry, month))
        for role, place in self.roles.items():
            if role in self.growing:
                to = self.drawn.of(f"staff/{role}/grows/fte")
                now = self.fte[place][month]
                self.fte[place][month + 1 :] = np.where(self.growing[role].met, np.maximum(now, to), now)

    def _measure(self, entry: TriggerEntry, month: int) -> Array:
        if entry.measure == "waiting":
            waiting: Array = self.patients.waiting[month]
            return waiting
        if entry.measure == "backlog":
            late: Array = self.backlog[self.services[entry.of]][month]
            return late
        role = self.roles[entry.of]
        capacity = self.fte[role][month] * self.per_fte[role]
        used: Array = self.minutes[role][month] / np.maximum(capacity, NEARLY)
        return used


def _positions(role: RoleEntry, drawn: Drawn, shape: tuple[int, int]) -> Array:
    """Positions of every month as they are at the start: one number for all draws where all have the same."""
    fte = drawn.of(f"staff/{role.role}/fte")
    found = np.zeros((shape[0], len(fte)) if role.grows is None else shape)
    found[1:] = fte
    return found
