"""The floor: who and what is there, and what occupies them, as a plan has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.base.errors import InvalidValue
from allay.scheduling.plan.plan import Meeting, Plan, Session
from allay.scheduling.problem.care import Cohort, Series
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Grid, grid_of

FREE, TAKEN, FIXED = 0, 1, 2
"""Of a slot: nothing, something a plan could move, something booked or a meeting."""
Occupied = NDArray[np.int8]
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Floor:
    """Calendars of a problem and what occupies them.

    Attributes
    ----------
    grid : Grid
        Of the problem.
    practitioners : int8[K, D, S]
        0 free, 1 taken by a session, 2 by a meeting or a booking.
    rooms : int8[R, D, S]
    linked : int8[K, D, S]
        Linked sessions that a practitioner is the second of.
    patients : dict of str to int8[D, S]
        What is taken of each patient who has something.
    sessions : tuple of Session
        What stands on it.
    meetings : tuple of Meeting
    members : dict of str to tuple of str
        By cohort.
    """

    grid: Grid
    practitioners: Occupied
    rooms: Occupied
    linked: Occupied
    patients: dict[str, Occupied]
    sessions: tuple[Session, ...]
    meetings: tuple[Meeting, ...]
    members: dict[str, tuple[str, ...]]
    series: dict[str, Series]
    cohorts: dict[str, Cohort]

    @property
    def problem(self) -> SchedulingProblem:
        """The problem whose floor it is."""
        return self.grid.problem

    def patient(self, name: str) -> Patient:
        """A patient of the problem."""
        return self.problem.patients[self.grid.patient_index[name]]

    def of_patient(self, name: str) -> list[Session]:
        """Sessions of a patient that stand on the floor, by start."""
        own = [each for each in self.sessions if self.series[each.series].patient == name]
        return sorted(own, key=lambda each: (each.start, each.series))

    def attended(self, name: str) -> list[Meeting]:
        """Meetings that a patient attends."""
        return [
            each
            for each in self.meetings
            if name in self.members.get(each.cohort, ()) and name not in each.absent
        ]

    def booked(self) -> frozenset[Key]:
        """Series and number of what is booked."""
        return frozenset((each.series, each.number) for each in self.problem.bookings)


def floor_of(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    without: Collection[Key] = (),
    alone: bool = False,
    grid: Grid | None = None,
    between: tuple[dt.date, dt.date] | None = None,
    patient: str | None = None,
) -> Floor:
    """Lay a plan on the calendars of a problem.

    Parameters
    ----------
    problem : SchedulingProblem
        That of the plan, or one with changes.
    plan : Plan
    without : collection of (series, number)
        Sessions to leave out.
    alone : bool
        Leave out every session that is not booked: meetings and bookings stay.
    grid : Grid, optional
        Of the problem, if it is there already.
    between : (first, last), optional
        Days that matter: outside of them only sessions of `patient` are laid.
    patient : str, optional

    Returns
    -------
    Floor
        Time grows with sessions, and with people times days times slots.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "closes": dt.time(10)}, rooms=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},), practitioners=(
    ...         {"id": "k", "disciplines": ("PT",)},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt"},))
    >>> score = Score(**dict.fromkeys(Score.model_fields, 0))
    >>> plan = Plan(
    ...     allay_version="0", problem="p", problem_digest="0" * 64, method="x", score=score,
    ...     sessions=(Session(series="s", number=1, start=dt.datetime(2027, 1, 4, 8, 30), lead="k"),))
    >>> floor_of(problem, plan).practitioners[0, 0].tolist()
    [0, 1, 1, 0]
    """
    grid = grid or grid_of(problem)
    booked = {(each.series, each.number) for each in problem.bookings}
    series = {each.id: each for each in problem.series}
    first, last = between or (dt.date.min, dt.date.max)
    placed = {
        (each.series, each.number): each
        for each in (*plan.sessions, *booked_sessions(problem))
        if first <= each.start.date() <= last or series[each.series].patient == patient
    }
    left = set(without)
    sessions = tuple(each for key, each in placed.items() if key in booked or not (alone or key in left))
    floor = Floor(
        grid=grid,
        practitioners=np.zeros(grid.practitioner_free.shape, dtype=np.int8),
        rooms=np.zeros(grid.room_free.shape, dtype=np.int8),
        linked=np.zeros(grid.practitioner_free.shape, dtype=np.int8),
        patients={},
        sessions=sessions,
        meetings=tuple(each for each in plan.meetings if first <= each.start.date() <= last),
        members={place.cohort: place.members for place in plan.template},
        series=series,
        cohorts={each.id: each for each in problem.cohorts},
    )
    _meet(floor, floor.meetings)
    for session in sessions:
        _stand(floor, session, FIXED if (session.series, session.number) in booked else TAKEN)
    return floor


def place_on(grid: Grid, start: dt.datetime) -> tuple[int, int]:
    """Day and slot of a time of a plan.

    Raises
    ------
    InvalidValue
        When the program is not open then: the plan is not one of this problem.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=())
    >>> place_on(grid_of(problem), dt.datetime(2027, 1, 5, 8, 30))
    (1, 1)
    """
    try:
        day, slot = grid.place_of(start)
    except ValueError:
        day, slot = -1, -1
    if not 0 <= slot < grid.slots:
        raise InvalidValue(
            expected="a plan within opening hours (`allay scheduling check` says what is wrong with it)",
            found=f"something at {start.isoformat()}",
        )
    return day, slot


def _meet(floor: Floor, meetings: Iterable[Meeting]) -> None:
    grid = floor.grid
    for meeting in meetings:
        day, slot = place_on(grid, meeting.start)
        during = slice(slot, slot + grid.length(floor.cohorts[meeting.cohort].service))
        floor.practitioners[grid.practitioner_index[meeting.lead], day, during] = FIXED
        floor.rooms[grid.room_index[meeting.room], day, during] = FIXED
        for member in floor.members.get(meeting.cohort, ()):
            if member not in meeting.absent:
                _own(floor, member)[day, during] = FIXED


def _stand(floor: Floor, session: Session, how: int) -> None:
    grid, series = floor.grid, floor.series[session.series]
    day, slot = place_on(grid, session.start)
    during = slice(slot, slot + grid.length(series.service))
    floor.practitioners[grid.practitioner_index[session.lead], day, during] = how
    _own(floor, series.patient)[day, during] = how
    if session.room is not None:
        floor.rooms[grid.room_index[session.room], day, during] = how
    linked = grid.service[series.service].linked
    if linked is not None and session.second is not None:
        second = grid.practitioner_index[session.second]
        floor.linked[second, day, during] += 1
        occupied = {"full": during, "start": slice(slot, slot + 1), "general": slice(0, 0)}[linked.presence]
        floor.practitioners[second, day, occupied] = how


def _own(floor: Floor, patient: str) -> Occupied:
    if patient not in floor.patients:
        floor.patients[patient] = np.zeros((len(floor.grid.days), floor.grid.slots), dtype=np.int8)
    return floor.patients[patient]
