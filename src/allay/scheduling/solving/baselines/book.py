"""The day book of the baselines: who and what is still free while a plan is filled, session by session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from allay.scheduling.plan.plan import Meeting, Session
from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.people import Patient
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Bools, Grid, Ints

MINUTE = 60
NO_RATIO = 1_000  # more than any most ratio


@dataclass(slots=True)
class DayBook:
    """What is taken so far. The bookings of the problem are taken from the start.

    Attributes
    ----------
    grid : Grid
    practitioner, patient, room : bool[K, D, S], bool[P, D, S], bool[R, D, S]
        Free still.
    linked, ratio : int64[K, D, S]
        Linked sessions that a second practitioner has running, and the least `max_ratio` among them.
    on_site : bool[P, D]
        Whether a patient has something on site that day.
    received : dict of (int, int) to list of str
        Services of a patient on a day.
    placed : dict of str to dict of int to Session
        By series and number.
    rules : tuple of tuple of SameDayRule, length P
        The same-day rules that hold for each patient.
    """

    grid: Grid
    practitioner: Bools
    patient: Bools
    room: Bools
    linked: Ints
    ratio: Ints
    on_site: Bools
    received: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    placed: dict[str, dict[int, Session]] = field(default_factory=dict)
    rules: tuple[tuple[SameDayRule, ...], ...] = ()

    def slots_of(self, start: dt.datetime, minutes: int) -> tuple[int, slice]:
        """Day, and the slots that something touches."""
        opening = self.grid.problem.opening
        opens = opening.opens.hour * MINUTE + opening.opens.minute
        begins = start.hour * MINUTE + start.minute - opens
        last = -(-(begins + minutes) // opening.slot_minutes)
        day = self.grid.days.index(start.date())
        return day, slice(max(0, begins // opening.slot_minutes), max(0, last))

    def forbids(self, patient: int, day: int, service: str) -> bool:
        """Say whether a same-day rule forbids a patient one more service on a day."""
        return any(
            self.pairs(rule, patient, day, service)
            for rule in self.rules[patient]
            if rule.effect == "forbidden"
        )

    def pairs(self, rule: SameDayRule, patient: int, day: int, service: str | None = None) -> bool:
        """Say whether a day holds both services of a rule, with one more service if it is given."""
        received = self.received.get((patient, day), [])
        if service is not None:
            received = [*received, service]
        one, other = rule.services
        return received.count(one) > 1 if one == other else one in received and other in received

    def full(self, patient: int, day: int) -> bool:
        """Say whether a patient may not come that day, having come as often in its week as allowed."""
        most = self.grid.problem.patients[patient].most_trips
        if most is None or self.on_site[patient, day]:
            return False
        week = self.grid.week_of == self.grid.week_of[day]
        return int(self.on_site[patient, week].sum()) >= most

    def attend(self, patient: int, day: int, slots: slice, service: str, *, on_site: bool) -> None:
        """Take a patient's time for something received."""
        self.patient[patient, day, slots] = False
        self.on_site[patient, day] |= on_site
        self.received.setdefault((patient, day), []).append(service)

    def put_session(self, session: Session) -> None:
        """Take what a session occupies."""
        grid = self.grid
        series = grid.problem.series[grid.series_index[session.series]]
        service = grid.service[series.service]
        day, slots = self.slots_of(session.start, service.minutes)
        on_site = session.mode == "onsite"
        self.attend(grid.patient_index[series.patient], day, slots, service.id, on_site=on_site)
        self.practitioner[grid.practitioner_index[session.lead], day, slots] = False
        if session.room is not None:
            self.room[grid.room_index[session.room], day, slots] = False
        if session.second is not None and service.linked is not None:
            second = grid.practitioner_index[session.second]
            if service.linked.presence == "full":
                self.practitioner[second, day, slots] = False
            elif service.linked.presence == "start":
                self.practitioner[second, day, slots.start] = False
            self.linked[second, day, slots] += 1
            least = np.minimum(self.ratio[second, day, slots], service.linked.max_ratio)
            self.ratio[second, day, slots] = least
        self.placed.setdefault(series.id, {})[session.number] = session

    def put_meeting(self, meeting: Meeting, members: tuple[str, ...], service: str) -> None:
        """Take what a meeting occupies, and the time of the members who come."""
        grid = self.grid
        day, slots = self.slots_of(meeting.start, grid.service[service].minutes)
        self.practitioner[grid.practitioner_index[meeting.lead], day, slots] = False
        self.room[grid.room_index[meeting.room], day, slots] = False
        for member in members:
            if member not in meeting.absent:
                self.attend(grid.patient_index[member], day, slots, service, on_site=True)

    def sessions(self) -> tuple[Session, ...]:
        """All sessions placed, by the order of the series, then by number."""
        return tuple(
            self.placed[series.id][number]
            for series in self.grid.problem.series
            for number in sorted(self.placed.get(series.id, ()))
        )


def day_book(grid: Grid) -> DayBook:
    """Open a day book with the bookings of the problem in it.

    Time and memory are those of the grid.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.grid import grid_of
    >>> book = day_book(grid_of(generate("a4", patients=20, seed=1)))
    >>> book.on_site.shape, bool(book.on_site.any()), book.sessions()
    ((20, 5), False, ())
    """
    problem = grid.problem
    book = DayBook(
        grid=grid,
        practitioner=grid.practitioner_free.copy(),
        patient=grid.patient_free.copy(),
        room=grid.room_free.copy(),
        linked=np.zeros(grid.practitioner_free.shape, dtype=np.int64),
        ratio=np.full(grid.practitioner_free.shape, NO_RATIO, dtype=np.int64),
        on_site=np.zeros(grid.patient_free.shape[:2], dtype=np.bool_),
        rules=tuple(_rules(problem.same_day, patient) for patient in problem.patients),
    )
    for session in booked_sessions(problem):
        book.put_session(session)
    return book


def _rules(rules: tuple[SameDayRule, ...], patient: Patient) -> tuple[SameDayRule, ...]:
    return tuple(rule for rule in rules if not rule.payers or patient.payer in rule.payers)
