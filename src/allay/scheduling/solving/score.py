"""The score of a plan, as the solver counts it; the checker counts by itself."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from allay.scheduling.plan.plan import (
    CohortPlace,
    Meeting,
    Score,
    Session,
    UnservedMember,
    UnservedSession,
)
from allay.scheduling.problem.care import SameDayRule, Series
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import due_week, week_of

Days = Mapping[tuple[str, dt.date], Counter[str]]


def score_of(
    problem: SchedulingProblem,
    *,
    template: Iterable[CohortPlace],
    meetings: Iterable[Meeting],
    sessions: Iterable[Session],
    unserved_sessions: Iterable[UnservedSession],
    unserved_members: Iterable[UnservedMember],
) -> Score:
    """Count a plan's points.

    Parameters
    ----------
    problem : SchedulingProblem
    template : iterable of CohortPlace
        Says who belongs to each cohort that meets.
    meetings, sessions, unserved_sessions, unserved_members : iterables
        As in the plan.

    Returns
    -------
    Score
        Time grows with meetings times members, and sessions.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), practitioners=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},),
    ...     patients=({"id": "a", "trip_weight": 3},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 2, "per_week": 2},))
    >>> session = Session(series="s", number=1, start=dt.datetime(2027, 1, 5, 9), lead="k", room="r")
    >>> score = score_of(
    ...     problem, template=(), meetings=(), sessions=[session], unserved_members=(),
    ...     unserved_sessions=[UnservedSession(series="s", number=2)])
    >>> score.trips, score.trip_points, score.unserved_points, score.total
    (1, 3, 50, 53)
    """
    members = {place.cohort: place.members for place in template}
    met, given = tuple(meetings), tuple(sessions)
    series = {each.id: each for each in problem.series}
    unserved = len(tuple(unserved_sessions)) + len(tuple(unserved_members))
    unserved += sum(len(meeting.absent) for meeting in met)
    late = sum(
        max(0, week_of(problem, each.start.date()) - due_week(problem, series[each.series], each.number))
        for each in given
    )
    on_site, received = _days(problem, members, met, given, series)
    weight = {patient.id: patient.trip_weight for patient in problem.patients}
    cents, same_day = _lost(problem, received)
    weights = problem.weights
    points = {
        "unserved_points": unserved * weights.unserved,
        "late_points": late * weights.late,
        "trip_points": sum(weight[patient] for patient, _ in on_site),
        "continuity_points": _changes(given, series) * weights.continuity,
        "preference_points": _not_preferred(problem, given, series) * weights.preference,
        "same_day_points": same_day,
    }
    total = sum(points.values())
    return Score(unserved=unserved, late=late, trips=len(on_site), lost_cents=cents, **points, total=total)


def applies(rule: SameDayRule, patient: Patient) -> bool:
    """Say whether a same-day rule holds for a patient."""
    return not rule.payers or patient.payer in rule.payers


def _days(
    problem: SchedulingProblem,
    members: Mapping[str, tuple[str, ...]],
    meetings: Iterable[Meeting],
    sessions: Iterable[Session],
    series: Mapping[str, Series],
) -> tuple[set[tuple[str, dt.date]], Days]:
    """Patient-days with something on site, and the services received on each patient-day."""
    on_site: set[tuple[str, dt.date]] = set()
    received: dict[tuple[str, dt.date], Counter[str]] = defaultdict(Counter)
    service = {cohort.id: cohort.service for cohort in problem.cohorts}
    for meeting in meetings:
        for patient in members.get(meeting.cohort, ()):
            if patient not in meeting.absent:
                on_site.add((patient, meeting.start.date()))
                received[patient, meeting.start.date()][service[meeting.cohort]] += 1
    for session in sessions:
        key = series[session.series].patient, session.start.date()
        received[key][series[session.series].service] += 1
        if session.mode == "onsite":
            on_site.add(key)
    return on_site, received


def _lost(problem: SchedulingProblem, received: Days) -> tuple[int, int]:
    patients = {patient.id: patient for patient in problem.patients}
    cents = points = 0
    for rule in problem.same_day:
        if rule.effect == "priced":
            one, other = rule.services
            days = sum(
                (counted[one] > 1 if one == other else counted[one] > 0 and counted[other] > 0)
                and applies(rule, patients[patient])
                for (patient, _), counted in received.items()
            )
            cents += days * rule.lost_cents
            points += days * problem.points(rule)
    return cents, points


def _changes(sessions: Iterable[Session], series: Mapping[str, Series]) -> int:
    leads: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for session in sessions:
        if series[session.series].continuity == "prefer":
            leads[session.series].append((session.number, session.lead))
    changed = 0
    for given in leads.values():
        ordered = [lead for _, lead in sorted(given)]
        changed += sum(one != other for one, other in pairwise(ordered))
    return changed


def _not_preferred(
    problem: SchedulingProblem, sessions: Iterable[Session], series: Mapping[str, Series]
) -> int:
    discipline = {service.id: service.discipline for service in problem.services}
    gives = {practitioner.id: practitioner.disciplines for practitioner in problem.practitioners}
    prefers = {patient.id: patient.prefers for patient in problem.patients}
    count = 0
    for session in sessions:
        liked = prefers[series[session.series].patient]
        needed = discipline[series[session.series].service]
        count += session.lead not in liked and any(needed in gives.get(other, ()) for other in liked)
    return count
