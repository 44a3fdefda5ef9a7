"""What a week needs, for its relaxation: sessions by day and pool of practitioners, groups by class."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import Cohort, Mode, Series, Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.seats import most_members
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.due import booked_sessions, due_week, week_of, window_of
from allay.scheduling.solving.grid import Bools, Grid, starts
from allay.scheduling.solving.limits import due_weeks, may_join, rooms_of, ways_of

OPEN = frozenset[int]


@dataclass(frozen=True, slots=True)
class SessionPool:
    """Sessions that are alike for capacity: one service, one mode, the same practitioners who may lead."""

    service: str
    mode: Mode
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A session due in the week: on which days (places in the grid) it may be in which pool.

    `miss` is what it costs at least if it is not served in this week.
    """

    series: Series
    number: int
    patient: int
    service: Service
    days: Mapping[SessionPool, OPEN]
    miss: int


@dataclass(frozen=True, slots=True)
class GroupClass:
    """Cohorts that do not differ but in their ids.

    Attributes
    ----------
    cohort : Cohort
        The first of them.
    ids : tuple of str
        All of them.
    least, most : int
        Members of each.
    leads, rooms : tuple of int
        Who may lead and where; for a meeting of a single week, substitutes too.
    """

    cohort: Cohort
    ids: tuple[str, ...]
    least: int
    most: int
    leads: tuple[int, ...]
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupNeed:
    """A group that a patient needs; one for each kind.

    Attributes
    ----------
    patient : int
    kind : str
    open_to : tuple of int
        Classes of the kind that he or she may belong to.
    listed : bool
        Whether he or she is a member already: of the only class then.
    """

    patient: int
    kind: str
    open_to: tuple[int, ...]
    listed: bool


def occupied(grid: Grid, sessions: Iterable[Session]) -> Grid:
    """Take what sessions occupy out of a grid: practitioners, patients and rooms.

    A second practitioner is occupied as its linked visit says, and not at all where several visits share
    him or her.
    """
    practitioner, patient = grid.practitioner_free.copy(), grid.patient_free.copy()
    room = grid.room_free.copy()
    series = {each.id: each for each in grid.problem.series}
    for session in sessions:
        service = grid.service[series[session.series].service]
        day, slot = grid.place_of(session.start)
        taken = slice(slot, slot + grid.length(service.id))
        practitioner[grid.practitioner_index[session.lead], day, taken] = False
        patient[grid.patient_index[series[session.series].patient], day, taken] = False
        if session.room is not None:
            room[grid.room_index[session.room], day, taken] = False
        linked = service.linked
        if session.second is not None and linked and linked.max_ratio == 1 and linked.presence != "general":
            held = taken if linked.presence == "full" else slice(slot, slot + 1)
            practitioner[grid.practitioner_index[session.second], day, held] = False
    return replace(grid, practitioner_free=practitioner, patient_free=patient, room_free=room)


def needs_of(grid: Grid, week: int) -> tuple[Need, ...]:
    """List the sessions due in a week that are not booked.

    Parameters
    ----------
    grid : Grid
        Without what bookings occupy; loose, if the needs are for a bound.
    week : int

    Returns
    -------
    tuple of Need
        A need without days cannot be served in the week. Time grows with sessions times practitioners.
    """
    problem = grid.problem
    booked = {(each.series, each.number) for each in problem.bookings}
    days = grid.days_of(week)
    fits: dict[tuple[str, int], Bools] = {}
    found: list[Need] = []
    for series in problem.series:
        first, last = window_of(problem, series)
        inside = [day for day in days if first <= grid.days[day] <= last]
        for number in _numbers(problem, series, week):
            if (series.id, number) not in booked:
                later = week_of(problem, last) > week
                weights = problem.weights
                need = Need(
                    series=series,
                    number=number,
                    patient=grid.patient_index[series.patient],
                    service=grid.service[series.service],
                    days=_days(grid, series, inside, fits),
                    miss=min(weights.late, weights.unserved) if later else weights.unserved,
                )
                found.append(need)
    return tuple(found)


def _numbers(problem: SchedulingProblem, series: Series, week: int) -> range:
    ahead = week - due_week(problem, series, 1)
    if ahead < 0:
        return range(0)
    return range(ahead * series.per_week + 1, min(series.sessions, (ahead + 1) * series.per_week) + 1)


def _days(
    grid: Grid, series: Series, inside: list[int], fits: dict[tuple[str, int], Bools]
) -> Mapping[SessionPool, OPEN]:
    length = grid.length(series.service)
    patient = grid.patient_free[grid.patient_index[series.patient]]
    able = starts(patient, length)
    by_mode: dict[Mode, list[int]] = defaultdict(list)
    for way in ways_of(grid, series):
        by_mode[way.mode].append(way.lead)
    found: dict[SessionPool, OPEN] = {}
    for mode, leads in by_mode.items():
        for lead in leads:
            if (series.service, lead) not in fits:
                fits[series.service, lead] = starts(grid.practitioner_free[lead], length)
        there = np.any([fits[series.service, lead] for lead in leads], axis=0) & able
        open_days = frozenset(day for day in inside if there[day].any())
        if open_days:
            found[SessionPool(series.service, mode, tuple(leads))] = open_days
    return found


def group_classes(grid: Grid) -> tuple[GroupClass, ...]:
    """Gather the cohorts of a problem into classes, in the order of the problem.

    Leads are all who have the discipline, whatever cohort or language: whoever stands in for a lead need
    have no more. A cohort that runs already may have fewer members than its smallest number.
    """
    gathered: dict[str, list[Cohort]] = {}
    for cohort in grid.problem.cohorts:
        gathered.setdefault(cohort.model_copy(update={"id": "x"}).model_dump_json(), []).append(cohort)
    return tuple(
        GroupClass(
            cohort=alike[0],
            ids=tuple(cohort.id for cohort in alike),
            least=1 if alike[0].meets else alike[0].min_size,
            most=max(most_members(alike[0]), len(alike[0].members)),
            leads=_with_discipline(grid, alike[0]),
            rooms=rooms_of(grid, alike[0].model_copy(update={"meets": None})),
        )
        for alike in gathered.values()
    )


def _with_discipline(grid: Grid, cohort: Cohort) -> tuple[int, ...]:
    discipline = grid.service[cohort.service].discipline
    return tuple(at for at, each in enumerate(grid.problem.practitioners) if discipline in each.disciplines)


def group_needs(grid: Grid, classes: tuple[GroupClass, ...]) -> tuple[GroupNeed, ...]:
    """List the groups that patients need, by patient and kind.

    Who is listed in a cohort needs that one and no other of its kind. Who asks for a kind and is listed in
    no cohort of it needs any cohort he or she may join. Time grows with patients times classes.

    Examples
    --------
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), practitioners=(),
    ...     services=({"id": "g", "discipline": "PSY", "minutes": 60, "room_type": "group"},),
    ...     patients=({"id": "ana", "group": "pain"},),
    ...     cohorts=({"id": "c", "kind": "pain", "service": "g"}, {"id": "d", "kind": "pain", "service": "g"},
    ...              {"id": "e", "kind": "sleep", "service": "g", "members": ("ana",)}))
    >>> grid = grid_of(problem)
    >>> [(need.kind, need.open_to, need.listed) for need in group_needs(grid, group_classes(grid))]
    [('sleep', (1,), True), ('pain', (0,), False)]
    """
    homes: dict[str, list[int]] = defaultdict(list)
    for which, group in enumerate(classes):
        for member in group.cohort.members:
            homes[member].append(which)
    found: list[GroupNeed] = []
    for at, patient in enumerate(grid.problem.patients):
        held = {classes[which].cohort.kind: which for which in homes.get(patient.id, ())}
        found += [GroupNeed(at, kind, (which,), True) for kind, which in held.items()]
        if patient.group is not None and patient.group not in held:
            open_to = tuple(which for which, group in enumerate(classes) if may_join(group.cohort, patient))
            found.append(GroupNeed(at, patient.group, open_to, False))
    return tuple(found)


def classes_open_to(grid: Grid, classes: tuple[GroupClass, ...]) -> dict[int, tuple[int, ...]]:
    """Say which classes (places in `classes`) each patient who needs a group may belong to.

    A member already listed belongs to his or her cohort; everybody else to those of the kind asked for.
    """
    held = {member: at for at, group in enumerate(classes) for member in group.cohort.members}
    found: dict[int, tuple[int, ...]] = {}
    for at, patient in enumerate(grid.problem.patients):
        if patient.id in held:
            found[at] = (held[patient.id],)
        elif patient.group is not None:
            found[at] = tuple(which for which, group in enumerate(classes) if may_join(group.cohort, patient))
    return found


def group_days(grid: Grid, group: GroupClass, days: Iterable[int]) -> list[int]:
    """Those of some days on which a class may meet: inside its window, and its weekday if it runs already."""
    cohort = group.cohort
    return [
        day
        for day in days
        if (cohort.first is None or grid.days[day] >= cohort.first)
        and (cohort.last is None or grid.days[day] <= cohort.last)
        and (cohort.meets is None or WEEKDAYS[grid.weekday_of[day]] == cohort.meets.weekday)
    ]


def group_starts(grid: Grid, group: GroupClass) -> Bools:
    """Slots at which a class may meet: some lead and some room are there, and its time if it runs already.

    Returns
    -------
    bool[D, S]
    """
    length = grid.length(group.cohort.service)
    shape = (len(grid.days), grid.slots)
    found: Bools = np.ones(shape, dtype=np.bool_)
    for free, chosen in ((grid.practitioner_free, group.leads), (grid.room_free, group.rooms)):
        found &= starts(free[list(chosen)], length).any(axis=0) if chosen else np.zeros(shape, dtype=np.bool_)
    if group.cohort.meets is not None and len(grid.days):
        _, slot = grid.place_of(dt.datetime.combine(grid.days[0], group.cohort.meets.start))
        only = np.zeros(shape, dtype=np.bool_)
        only[:, slot] = True
        found &= only
    return found


def surely_due(grid: Grid, group: GroupClass, week: int) -> bool:
    """Say whether a class is due in a week on whichever weekday it meets."""
    days = grid.days_of(week)
    if group.cohort.meets is not None:
        days = [day for day in days if WEEKDAYS[grid.weekday_of[day]] == group.cohort.meets.weekday]
    return bool(days) and week in due_weeks(grid, group.cohort) and group_days(grid, group, days) == days


def bookings_of(grid: Grid, week: int) -> list[Session]:
    """Booked sessions held in a week."""
    return [
        each for each in booked_sessions(grid.problem) if week_of(grid.problem, each.start.date()) == week
    ]
