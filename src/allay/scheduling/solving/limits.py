"""What single sessions and groups allow besides time: who may give them, how, and where."""

from __future__ import annotations

from dataclasses import dataclass

from allay.scheduling.problem.care import Cohort, Mode, Series, Service
from allay.scheduling.problem.people import Patient, Practitioner
from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.grid import Grid


@dataclass(frozen=True, slots=True)
class Way:
    """One way to give a session: by whom (place in the grid's arrays) and how."""

    lead: int
    mode: Mode


def speaks(practitioner: Practitioner, patient: Patient) -> bool:
    """Say whether a practitioner may lead for a patient as far as language goes."""
    return patient.interpreter or patient.language in practitioner.languages


def ways_of(grid: Grid, series: Series, *, lead: str | None = None) -> tuple[Way, ...]:
    """List who may give the sessions of a series, and how: everything but time.

    Parameters
    ----------
    grid : Grid
    series : Series
    lead : str, optional
        The only practitioner allowed, as of `DueSession.lead`.

    Returns
    -------
    tuple of Way
        In the order of the problem's practitioners, on site before telehealth; for on-site sessions of a
        linked service there must be somebody else with the second discipline. Empty: cannot be served.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "gym"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",)}, {"id": "j", "disciplines": ("PT", "MD")}),
    ...     patients=({"id": "a", "avoids": ("k",)},), series=({"id": "s", "patient": "a", "service": "pt"},))
    >>> ways_of(grid_of(problem), problem.series[0])
    (Way(lead=1, mode='onsite'),)
    """
    patient = grid.problem.patients[grid.patient_index[series.patient]]
    service = grid.service[series.service]
    only = lead or series.practitioner
    found: list[Way] = []
    for at, practitioner in enumerate(grid.problem.practitioners):
        if (
            (only is None or practitioner.id == only)
            and (series.practitioner is None or practitioner.id == series.practitioner)
            and service.discipline in practitioner.disciplines
            and practitioner.id not in patient.avoids
            and speaks(practitioner, patient)
        ):
            if series.mode != "telehealth" and on_site(grid, service, at, patient):
                found.append(Way(at, "onsite"))
            if series.mode != "onsite" and by_telehealth(service, patient, practitioner):
                found.append(Way(at, "telehealth"))
    return tuple(found)


def on_site(grid: Grid, service: Service, lead: int, patient: Patient) -> bool:
    """Say whether a service can be given on site at all: a room of its type, a second for a linked visit."""
    return any(room.type == service.room_type for room in grid.problem.rooms) and (
        service.linked is None or bool(seconds_of(grid, service, lead, patient))
    )


def by_telehealth(service: Service, patient: Patient, practitioner: Practitioner) -> bool:
    """Say whether a practitioner may give a service to a patient by telehealth."""
    return (
        service.telehealth
        and service.linked is None
        and patient.telehealth
        and practitioner.telehealth
        and (patient.state is None or patient.state in practitioner.states)
    )


def seconds_of(grid: Grid, service: Service, lead: int, patient: Patient) -> tuple[int, ...]:
    """Who may be the second practitioner of a linked visit: another one, with the second discipline.

    Not one whom the patient avoids, unless the second is only on site and not in the room.
    """
    if service.linked is None:
        return ()
    return tuple(
        at
        for at, practitioner in enumerate(grid.problem.practitioners)
        if at != lead
        and service.linked.discipline in practitioner.disciplines
        and (service.linked.presence == "general" or practitioner.id not in patient.avoids)
    )


def leads_of(grid: Grid, cohort: Cohort) -> tuple[int, ...]:
    """Who may lead a cohort: the discipline, its language, and the lead given if one is.

    The lead given must also have the discipline and the language, as every lead.
    """
    discipline = grid.service[cohort.service].discipline
    only = cohort.lead or (cohort.meets.lead if cohort.meets else None)
    return tuple(
        at
        for at, practitioner in enumerate(grid.problem.practitioners)
        if discipline in practitioner.disciplines
        and cohort.language in practitioner.languages
        and (only is None or practitioner.id == only)
    )


def rooms_of(grid: Grid, cohort: Cohort) -> tuple[int, ...]:
    """Rooms where a cohort may meet: the type of its service, seats for its full size, the room given."""
    service = grid.service[cohort.service]
    return tuple(
        at
        for at, room in enumerate(grid.problem.rooms)
        if room.type == service.room_type
        and room.seats >= cohort.max_size
        and (cohort.meets is None or room.id == cohort.meets.room)
    )


def may_join(cohort: Cohort, patient: Patient) -> bool:
    """Say whether a patient may have a place in a cohort: the kind asked for, and the language."""
    return patient.group == cohort.kind and (patient.interpreter or patient.language == cohort.language)


def meeting_days(grid: Grid, cohort: Cohort, weekday: int) -> list[int]:
    """Days (places in the grid) on which a cohort meets if it meets on a weekday: those in its window.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> from allay.scheduling.solving.grid import grid_of
    >>> cohort = Cohort(id="c", kind="pain", service="g", first=dt.date(2027, 1, 6))
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=(), services=(),
    ...     practitioners=(), patients=(), cohorts=(cohort,))
    >>> meeting_days(grid_of(problem), cohort, 0), meeting_days(grid_of(problem), cohort, 2)
    ([5], [2, 7])
    """
    return [
        at
        for at, day in enumerate(grid.days)
        if day.weekday() == weekday
        and (cohort.first is None or day >= cohort.first)
        and (cohort.last is None or day <= cohort.last)
    ]


def due_weeks(grid: Grid, cohort: Cohort) -> tuple[int, ...]:
    """Weeks in which a cohort is due: those that hold a day of its window."""
    last = grid.problem.opening.weeks - 1
    low = max(week_of(grid.problem, cohort.first), 0) if cohort.first else 0
    high = min(week_of(grid.problem, cohort.last), last) if cohort.last else last
    return tuple(range(low, high + 1))
