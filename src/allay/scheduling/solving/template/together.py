"""Level 1: what the groups of one patient leave to each other, and to what is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from allay.scheduling.solving.grid import Bools, starts
from allay.scheduling.solving.score import applies
from allay.scheduling.solving.template.facts import TemplateFacts

Timed = tuple[int, int, tuple[int, ...]]
"""A class, a weekday, and the slots one of which its meetings begin at."""


def keep_apart(model: Any, facts: TemplateFacts, member: Mapping[tuple[int, Timed], Any]) -> None:
    """Let patients who need several groups be at one meeting at a time, within their rules and trips.

    Meetings that a patient cannot come to anyway stand in nobody's way.

    Parameters
    ----------
    model : ortools.sat.python.cp_model.CpModel
    facts : TemplateFacts
    member : mapping of (patient, (class, weekday, slots)) to a variable
        Whether the patient belongs to a cohort of that class at that time. Constraints grow with the square
        of the times of such a patient; nothing is added for patients who need one group only.
    """
    several = _several(facts)
    listed: dict[int, dict[Timed, Any]] = defaultdict(dict)
    for (patient, timed), variable in member.items():
        if patient in several:
            listed[patient][timed] = variable
    able = _Able(facts)
    for patient, at in listed.items():
        for one, other in combinations(at, 2):
            if one[1] == other[1] and _clash(facts, able, patient, one, other):
                model.add(at[one] + at[other] <= 1)
        _trips(model, facts, able, patient, at)


def _several(facts: TemplateFacts) -> set[int]:
    patients = [need.patient for need in facts.needs]
    return {patient for patient in set(patients) if patients.count(patient) > 1}


class _Able:
    """Days on which a patient can be at meetings, at some of their slots."""

    def __init__(self, facts: TemplateFacts) -> None:
        self._facts = facts
        self._free: dict[tuple[int, int], Bools] = {}

    def days(self, patient: int, timed: Timed) -> set[int]:
        which, weekday, slots = timed
        length = self._facts.length(which)
        if (patient, length) not in self._free:
            self._free[patient, length] = starts(self._facts.grid.patient_free[patient], length)
        free = np.asarray(self._free[patient, length][:, list(slots)].any(axis=1))
        return {day for day in self._facts.times[which, weekday].days if free[day]}


def _clash(facts: TemplateFacts, able: _Able, patient: int, one: Timed, other: Timed) -> bool:
    kinds = [facts.classes[each[0]].cohort.kind for each in (one, other)]
    if kinds[0] == kinds[1] or not able.days(patient, one) & able.days(patient, other):
        return False
    if len(one[2]) == len(other[2]) == 1:
        first, second = sorted((each[2][0], facts.length(each[0])) for each in (one, other))
        if first[0] + first[1] > second[0]:
            return True
    services = {facts.classes[each[0]].cohort.service for each in (one, other)}
    person = facts.grid.problem.patients[patient]
    return any(
        rule.effect == "forbidden" and {*rule.services} == services and applies(rule, person)
        for rule in facts.grid.problem.same_day
    )


def _trips(model: Any, facts: TemplateFacts, able: _Able, patient: int, at: Mapping[Timed, Any]) -> None:
    most = facts.grid.problem.patients[patient].most_trips
    if most is None:
        return
    by_day: dict[int, list[Any]] = defaultdict(list)
    for timed, variable in at.items():
        for day in able.days(patient, timed):
            by_day[day].append(variable)
    visits = facts.visits.get(patient, frozenset())
    for week in range(facts.grid.problem.opening.weeks):
        days = facts.grid.days_of(week)
        booked = sum(day in visits for day in days)
        trips = []
        for day in days:
            if by_day[day] and day not in visits:
                trip = model.new_bool_var("")
                trips.append(trip)
                for variable in by_day[day]:
                    model.add_implication(variable, trip)
        if booked + len(trips) > most:
            model.add(sum(trips) <= max(0, most - booked))
