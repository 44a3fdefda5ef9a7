"""A week as one joint model: sessions with clock times, and every template that there could be.

It knows all of what an exact week with a template knows, and lets cohorts choose day, time, lead and members
at once. What it relaxes: which of the rooms of a type has enough seats, members who cannot come need not be
named, and a stand-in's language. So every week of every plan is one of its solutions and costs as much: its
bound is free of a template.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.solving.assignment.assignment import assignment_model
from allay.scheduling.solving.assignment.options import options_of
from allay.scheduling.solving.assignment.times import add_times
from allay.scheduling.solving.freebound.needs import surely_due
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.repair.model import ExactModel, exact_model
from allay.scheduling.solving.sequencing.rows import Var
from allay.scheduling.solving.sequencing.visits import DayVisits
from allay.scheduling.solving.week.task import WeekTask, broken
from allay.scheduling.solving.whole.groups import OpenGroups, starts_of

Key = tuple[int, int]


@dataclass(slots=True)
class WholeModel:
    """The joint model of a week.

    Attributes
    ----------
    exact : ExactModel
        Sessions with clock times; its objective counts groups too.
    groups : OpenGroups
    count : dict of (meeting, slot)
        How many cohorts begin.
    attend : dict of (patient, meeting, slot)
        A boolean each.
    missed : dict by patient
        Whether a patient attends no meeting.
    constant : int
        Points beyond the objective.
    """

    exact: ExactModel
    groups: OpenGroups
    count: dict[Key, Var] = field(default_factory=dict)
    attend: dict[tuple[int, int, int], Var] = field(default_factory=dict)
    missed: dict[int, Var] = field(default_factory=dict)
    constant: int = 0


def whole_model(
    grid: Grid, task: WeekTask, groups: OpenGroups, *, unplaced: int, counted: bool = False
) -> WholeModel:
    """State a week jointly.

    Parameters
    ----------
    grid : Grid
        Loose.
    task : WeekTask
        Of the grid, relaxed and without a template.
    groups : OpenGroups
    unplaced : int
        Members whom the task counts as unserved, having no template.
    counted : bool
        Whether sessions alike are only counted by their starts, so that a patient's own may overlap: a bound
        as well, and solved in seconds.

    Returns
    -------
    WholeModel
        Size grows with sessions times practitioners times days times slots, and with patients times starts of
        meetings.
    """
    exact = _counted(task, groups) if counted else _exact(task, groups)
    whole = WholeModel(exact, groups)
    whole.constant = task.constant - grid.problem.weights.unserved * unplaced
    _count(whole)
    _attend(whole, grid)
    _sizes(whole)
    _days(whole)
    exact.made.model.minimize(exact.made.objective())
    return whole


def _exact(task: WeekTask, groups: OpenGroups) -> ExactModel:
    days, visits = range(len(task.dates)), range(len(task.visits))
    return exact_model(task, options_of(task), days=days, placed={}, free=visits, beside=groups.beside())


def _counted(task: WeekTask, groups: OpenGroups) -> ExactModel:
    made, beside = assignment_model(task), groups.beside()
    parts = []
    for day in range(len(task.dates)):
        rows = add_times(made.model, task, made.options, made.chosen, day, beside.get(day, ()))
        parts.append(DayVisits(day, (), (), rows))
    return ExactModel(made, tuple(parts), {})


def _count(whole: WholeModel) -> None:
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, meeting in enumerate(whole.groups.meetings):
        numbers[meeting.day].append(number)
    per_class: dict[int, list[Var]] = defaultdict(list)
    for part in whole.exact.days:
        starts = part.rows.starts[len(part.rows.starts) - len(numbers[part.day]) :]
        for number, slots in zip(numbers[part.day], starts, strict=True):
            whole.count.update({(number, slot): var for slot, var in slots.items()})
            per_class[whole.groups.meetings[number].which] += slots.values()
    for which, counts in per_class.items():
        whole.exact.made.model.add(sum(counts) <= len(whole.groups.classes[which].ids))


def _attend(whole: WholeModel, grid: Grid) -> None:
    """Let everybody who needs a group attend one meeting, or pay if one is surely due."""
    made, groups = whole.exact.made, whole.groups
    unserved = grid.problem.weights.unserved
    for patient, listed in groups.open_to.items():
        kind = grid.problem.patients[patient].group
        asked = listed or [at for at, group in enumerate(groups.classes) if group.cohort.kind == kind]
        due = [surely_due(grid, groups.classes[which], made.task.week) for which in asked]
        owed = all(due) if listed else any(due)
        missed = whole.missed[patient] = made.model.new_bool_var("")
        attends = []
        for number, meeting in enumerate(groups.meetings):
            if _forbidden(made.task, patient, meeting.day, _service(whole, number)):
                continue
            for slot in starts_of(groups, made.task, patient, meeting):
                var = whole.attend[patient, number, slot] = made.model.new_bool_var("")
                attends.append(var)
        made.model.add_exactly_one([*attends, missed])
        if owed:
            made.cost.append((unserved, missed))


def _service(whole: WholeModel, number: int) -> str:
    return whole.groups.classes[whole.groups.meetings[number].which].cohort.service


def _forbidden(task: WeekTask, patient: int, day: int, service: str) -> bool:
    held = task.held.get((patient, day), ())
    return any(
        rule.effect == "forbidden" and broken(rule, (*held, service)) and not broken(rule, held)
        for rule in task.rules[patient]
    )


def _sizes(whole: WholeModel) -> None:
    """Neither too many nor too few in a cohort; who attends nothing may be a member who cannot come."""
    model, groups = whole.exact.made.model, whole.groups
    present: dict[Key, list[Var]] = defaultdict(list)
    for (_, number, slot), var in whole.attend.items():
        present[number, slot].append(var)
    spare: dict[int, list[Var]] = defaultdict(list)
    for (number, slot), count in whole.count.items():
        which = groups.meetings[number].which
        group = groups.classes[which]
        least = min(group.least, len(group.cohort.members)) if group.cohort.meets else group.least
        most = max(group.most, least)
        there = sum(present[number, slot])
        absent = model.new_int_var(0, least * len(group.ids), "")
        model.add(there <= most * count)
        model.add(there + absent >= least * count)
        spare[which].append(absent)
        for var in present[number, slot]:
            model.add(var <= count)
    for which, lacking in spare.items():
        may = [var for patient, var in whole.missed.items() if which in groups.open_to[patient]]
        model.add(sum(lacking) <= sum(may))
    if spare:
        every = [var for listed in spare.values() for var in listed]
        model.add(sum(every) <= sum(whole.missed.values()))


def _days(whole: WholeModel) -> None:
    """On each day of a patient: trips, one thing at a time, and same-day rules."""
    made = whole.exact.made
    task, model = made.task, made.model
    attends: dict[Key, list[tuple[int, int, Var]]] = defaultdict(list)
    for (patient, number, slot), var in whole.attend.items():
        attends[patient, whole.groups.meetings[number].day].append((number, slot, var))
    for (patient, day), listed in attends.items():
        if (patient, day) not in task.on_site and (patient, day) not in made.trips:
            trip = made.trips[patient, day] = model.new_bool_var("")
            made.cost.append((task.weights[patient], trip))
        _rules(whole, patient, day, listed)
    _one_at_a_time(whole, attends)
    for patient, most in enumerate(task.most_trips):
        trips = [var for (one, _), var in made.trips.items() if one == patient]
        if most is not None and trips:
            fixed = sum(one == patient for one, _ in task.on_site)
            model.add(sum(trips) <= max(0, most - fixed))


def _one_at_a_time(whole: WholeModel, attends: dict[Key, list[tuple[int, int, Var]]]) -> None:
    made = whole.exact.made
    task, model = made.task, made.model
    site: dict[tuple[int, int, int], list[Var]] = defaultdict(list)
    away: dict[tuple[int, int, int], list[Var]] = defaultdict(list)
    for part in whole.exact.days:
        for at, option in enumerate(part.options):
            visit = task.visits[option.visit]
            covers = site if option.mode == "onsite" else away
            for slot, var in part.rows.starts[at].items():
                for later in range(slot, slot + visit.length):
                    covers[visit.patient, part.day, later].append(var)
    for (patient, day), listed in attends.items():
        for number, slot, var in listed:
            for later in range(slot, slot + whole.groups.meetings[number].demand.length):
                site[patient, day, later].append(var)
    for (patient, day, slot), variables in site.items():
        trip = made.trips.get((patient, day))
        if trip is not None:
            model.add(sum(variables) <= trip)
        more = away.get((patient, day, slot), [])
        if len(variables) + len(more) > 1:
            model.add_at_most_one([*variables, *more])


def _rules(whole: WholeModel, patient: int, day: int, listed: list[tuple[int, int, Var]]) -> None:
    """Same-day rules between a meeting and sessions; among sessions they hold already."""
    made = whole.exact.made
    by_service: dict[str, list[Var]] = defaultdict(list)
    for number, _, var in listed:
        by_service[_service(whole, number)].append(var)
    held = made.task.held.get((patient, day), ())
    for service, attends in by_service.items():
        for rule in made.task.rules[patient]:
            if service not in rule.services or broken(rule, held):
                continue
            _rule(whole, (patient, day), rule, attends, broken(rule, (*held, service)), service)


def _rule(
    whole: WholeModel, key: Key, rule: SameDayRule, attends: list[Var], certain: bool, service: str
) -> None:
    made = whole.exact.made
    points = made.task.rule_points[rule.id]
    other = rule.services[1] if rule.services[0] == service else rule.services[0]
    sessions = list(_chosen(whole, key, other))
    trip = made.trips.get(key)
    if rule.effect == "forbidden":
        for on_site, listed in sessions:
            limit = trip if on_site and trip is not None else 1
            made.model.add(sum(attends) + sum(listed) <= limit)
        return
    if not points or not (certain or sessions):
        return
    lost = made.model.new_bool_var("")
    made.cost.append((points, lost))
    if certain:
        made.model.add(sum(attends) <= lost)
    for _, listed in sessions:
        made.model.add(sum(attends) + sum(listed) <= 1 + lost)


def _chosen(whole: WholeModel, key: Key, service: str) -> Iterator[tuple[bool, list[Var]]]:
    """Options of a patient's day, of each visit and mode together."""
    made = whole.exact.made
    found: dict[tuple[int, str], list[Var]] = defaultdict(list)
    for at, option in enumerate(made.options):
        visit = made.task.visits[option.visit]
        if (visit.patient, option.day) == key and visit.service == service:
            found[option.visit, option.mode].append(made.chosen[at])
    for (_, mode), listed in found.items():
        yield mode == "onsite", listed
