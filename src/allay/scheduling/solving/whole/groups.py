"""Groups in the joint model of a week: every cohort's day, time, lead and members are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.freebound.needs import GroupClass, classes_open_to, group_classes, group_days
from allay.scheduling.solving.grid import Grid, starts
from allay.scheduling.solving.limits import leads_of
from allay.scheduling.solving.sequencing.rows import Demand
from allay.scheduling.solving.week.masks import mask_of, slots_in, starts_in
from allay.scheduling.solving.week.task import WeekTask


@dataclass(frozen=True, slots=True)
class OpenMeeting:
    """Meetings that cohorts of one class may have on one day of the week.

    Attributes
    ----------
    which, day : int
        Class, and day of the week.
    demand : Demand
        What each takes: leads, length, possible starts, a room.
    instead_of : mapping of int to int
        Where the leads are only stand-ins: whom the template may name, and when he or she is not there.
    """

    which: int
    day: int
    demand: Demand
    instead_of: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class OpenGroups:
    """All that a template could say, as far as one week sees it.

    Attributes
    ----------
    classes : tuple of GroupClass
    open_to : mapping of a patient to the classes he or she may belong to
    meetings : tuple of OpenMeeting
    """

    classes: tuple[GroupClass, ...]
    open_to: dict[int, tuple[int, ...]]
    meetings: tuple[OpenMeeting, ...]

    def beside(self) -> dict[int, list[Demand]]:
        """By day, what meetings would take."""
        found: dict[int, list[Demand]] = defaultdict(list)
        for meeting in self.meetings:
            found[meeting.day].append(meeting.demand)
        return dict(found)


def open_groups(problem: SchedulingProblem, loose: Grid, strict: Grid, task: WeekTask) -> OpenGroups:
    """List every meeting that some template could have in a week.

    Parameters
    ----------
    problem : SchedulingProblem
    loose, strict : Grid
        Of the problem.
    task : WeekTask
        Of the week, with the loose grid and no template.

    Returns
    -------
    OpenGroups
        By class and day; a meeting that only a stand-in could lead, because somebody whom the template may
        name is not there, is listed apart. Time grows with classes times days.
    """
    classes = group_classes(loose)
    days = loose.days_of(task.week)
    found = [
        meeting
        for which, group in enumerate(classes)
        for day in group_days(loose, group, days)
        for meeting in _meetings(loose, strict, task, (which, group), day, day - days[0])
    ]
    return OpenGroups(classes, classes_open_to(loose, classes), tuple(found))


def _meetings(
    loose: Grid, strict: Grid, task: WeekTask, named: tuple[int, GroupClass], day: int, at: int
) -> Iterator[OpenMeeting]:
    which, group = named
    service = loose.service[group.cohort.service]
    length = loose.length(service.id)
    rooms = 0
    for room in group.rooms:
        rooms |= starts_in(task.room[room][at], length)
    if group.cohort.meets is not None:
        opens = loose.problem.opening.opens
        begins = group.cohort.meets.start
        minutes = (begins.hour - opens.hour) * 60 + begins.minute - opens.minute
        rooms &= 1 << minutes // loose.problem.opening.slot_minutes
    usual = leads_of(loose, group.cohort)
    others = tuple(lead for lead in group.leads if lead not in usual)
    absent = {lead: mask_of(~starts(strict.practitioner_free[lead, day], length)) for lead in usual}
    missing = 0
    for mask in absent.values():
        missing |= mask
    for leads, mask, instead_of in ((usual, rooms, {}), (others, rooms & missing, absent)):
        there = 0
        for lead in leads:
            there |= starts_in(task.practitioner[lead][at], length)
        if mask & there:
            demand = Demand(length, leads, mask & there, service.room_type, most=len(group.ids))
            yield OpenMeeting(which, at, demand, instead_of)


def starts_of(groups: OpenGroups, task: WeekTask, patient: int, meeting: OpenMeeting) -> list[int]:
    """Slots at which a patient could attend a meeting."""
    if meeting.which not in groups.open_to.get(patient, ()):
        return []
    free = starts_in(task.patient[patient][meeting.day], meeting.demand.length)
    return list(slots_in(free & meeting.demand.starts))
