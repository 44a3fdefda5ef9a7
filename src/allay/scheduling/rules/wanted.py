"""Pairs of services that can fall on one day of a patient, by payer; and what a problem's rules are."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, combinations_with_replacement

from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.problem import SchedulingProblem

Pair = tuple[str, str]


def wanted_pairs(problem: SchedulingProblem) -> dict[str, tuple[Pair, ...]]:
    """Return for each payer the pairs of services that some patient of it may have on one day.

    A pair is in the order of the problem's services; twice the same service where a patient has two sessions
    of it, or a session and a group. Costs the patients times the pairs of each.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="none", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> wanted_pairs(problem)
    {}
    """
    order = {one.id: place for place, one in enumerate(problem.services)}
    sessions: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for series in problem.series:
        sessions[series.patient][series.service] += series.sessions
    found: dict[str, set[Pair]] = defaultdict(set)
    for patient in problem.patients:
        if patient.payer is not None:
            found[patient.payer] |= _of(patient, sessions[patient.id], problem)
    return {payer: _sorted(found[payer], order) for payer in sorted(found)}


def _sorted(pairs: set[Pair], order: dict[str, int]) -> tuple[Pair, ...]:
    """Return pairs in the order of the problem's services, each and among each other."""
    places = sorted({tuple(sorted((order[one], order[other]))) for one, other in pairs})
    names = list(order)
    return tuple((names[place[0]], names[place[1]]) for place in places)


def _of(patient: Patient, sessions: dict[str, int], problem: SchedulingProblem) -> set[Pair]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for cohort in problem.cohorts:
        if cohort.kind == patient.group or patient.id in cohort.members:
            kinds[cohort.kind].add(cohort.service)
    pairs: set[Pair] = set()
    for one, other in combinations_with_replacement(sessions, 2):
        if one != other or sessions[one] > 1:
            pairs.add((one, other))
    for services in kinds.values():
        pairs |= {(one, other) for one in sessions for other in services}
    for kind, other_kind in combinations(kinds, 2):
        pairs |= {(one, other) for one in kinds[kind] for other in kinds[other_kind]}
    return pairs


def rules_by_payer(problem: SchedulingProblem) -> dict[str, tuple[SameDayRule, ...]]:
    """Return the same-day rules that hold for each payer of the problem's patients.

    A rule without payers holds for all, also for patients without a payer, who are under "".

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, practitioners=(), rooms=(), services=(),
    ...     patients=({"id": "p1", "payer": "plan-a"}, {"id": "p2"}),
    ...     same_day=({"id": "r", "payers": ("plan-a",), "services": ("pt", "psy")},))
    >>> {payer: [rule.id for rule in rules] for payer, rules in rules_by_payer(problem).items()}
    {'': [], 'plan-a': ['r']}
    """
    payers = sorted({patient.payer or "" for patient in problem.patients})
    return {
        payer: tuple(rule for rule in problem.same_day if not rule.payers or payer in rule.payers)
        for payer in payers
    }


def payers_of(problem: SchedulingProblem, service: str) -> tuple[str, ...]:
    """Return the payers whose patients have a service, alone or in a group, in the order of their ids.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, practitioners=(), rooms=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 30},),
    ...     patients=({"id": "p1", "payer": "plan-a"},),
    ...     series=({"id": "s", "patient": "p1", "service": "pt"},))
    >>> payers_of(problem, "pt")
    ('plan-a',)
    """
    alone = {series.patient for series in problem.series if series.service == service}
    cohorts = [cohort for cohort in problem.cohorts if cohort.service == service]
    kinds = {cohort.kind for cohort in cohorts}
    members = {member for cohort in cohorts for member in cohort.members}
    found = {
        patient.payer
        for patient in problem.patients
        if patient.id in alone | members or (patient.group is not None and patient.group in kinds)
    }
    return tuple(sorted(payer for payer in found if payer is not None))
