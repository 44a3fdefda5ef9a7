"""Level 1: the template, once for all weeks: time, lead, room and members of each cohort."""

from __future__ import annotations

import datetime as dt

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.template.clock import Opened, clock_times
from allay.scheduling.solving.template.days import group_weekdays
from allay.scheduling.solving.template.facts import TemplateFacts, template_facts


def make_template(
    problem: SchedulingProblem, grid: Grid, *, seed: int = 0, effort: float = 1.0
) -> tuple[CohortPlace, ...]:
    """Decide when and where each cohort meets, who leads it and who belongs to it, all together.

    First each patient's group day is chosen by the model of the free bound, which looks ahead to the
    sessions of the weeks: the day on which most of them can be held beside the group. Then times, leads,
    rooms and members are chosen for those days, meetings being spread over the day.

    Parameters
    ----------
    problem : SchedulingProblem
        One that its checks accept.
    grid : Grid
        Of the problem, strict.
    seed : int
    effort : float
        Factor on the deterministic limits of both searches.

    Returns
    -------
    tuple of CohortPlace
        In the order of the problem's cohorts. Cohorts for which there is no time, lead, room or not enough
        members are left out, and so are patients without a place. If the searches end before anything was
        found, it is the template of the baselines. The same arguments give the same template.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> from allay.scheduling.solving.grid import grid_of
    >>> hours = ({"weekday": "tuesday", "start": dt.time(13), "end": dt.time(17)},)
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)},
    ...     rooms=({"id": "hall", "type": "group", "seats": 4},),
    ...     services=({"id": "g", "discipline": "PSY", "minutes": 240, "room_type": "group"},),
    ...     practitioners=({"id": "k", "disciplines": ("PSY",), "hours": hours},),
    ...     patients=({"id": "a", "group": "pain"}, {"id": "b", "group": "pain"}),
    ...     cohorts=({"id": "c", "kind": "pain", "service": "g", "min_size": 2, "max_size": 4},))
    >>> make_template(problem, grid_of(problem))
    (CohortPlace(cohort='c', weekday='tuesday', start=datetime.time(13, 0), lead='k', room='hall',
     members=('a', 'b')),)
    """
    facts = template_facts(problem, grid)
    if not facts.times:
        return ()
    wanted = group_weekdays(facts, seed=seed, effort=effort)
    opened = clock_times(facts, wanted, seed=seed, effort=effort)
    if opened is None:
        return simple_template(grid)
    places: dict[str, CohortPlace] = {}
    used: dict[int, int] = {}
    for each in opened:
        first = used.get(each.which, 0)
        ids = facts.classes[each.which].ids[first : first + len(each.leads)]
        used[each.which] = first + len(each.leads)
        places.update(zip(ids, _places(facts, each, ids), strict=True))
    return tuple(places[cohort.id] for cohort in problem.cohorts if cohort.id in places)


def _places(facts: TemplateFacts, opened: Opened, ids: tuple[str, ...]) -> list[CohortPlace]:
    """Part the members of cohorts that meet at one time: sizes differ by one at most."""
    problem = facts.grid.problem
    start: dt.datetime = facts.grid.time_of(0, opened.slot)
    return [
        CohortPlace(
            cohort=cohort,
            weekday=WEEKDAYS[opened.weekday],
            start=start.time(),
            lead=problem.practitioners[lead].id,
            room=problem.rooms[room].id,
            members=tuple(problem.patients[at].id for at in opened.members[number :: len(ids)]),
        )
        for number, (cohort, lead, room) in enumerate(zip(ids, opened.leads, opened.rooms, strict=True))
    ]
