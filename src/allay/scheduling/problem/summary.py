"""What is in a problem, in numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from allay.base.documents import Strict
from allay.scheduling.problem.problem import SchedulingProblem


class ProblemSummary(Strict):
    """What is in a problem.

    Attributes
    ----------
    id, digest : str
    synthetic : bool
    first_day, weeks, open_days
    patients, practitioners, rooms, services, cohorts, series, bookings, same_day_rules : int
    running_cohorts : int
        Cohorts that have their time already.
    group_patients : int
        Patients who need a place in a group.
    sessions : int
        Of all series together.
    telehealth_series, linked_series : int
        Series that may be or are by telehealth; series of linked visits.
    unverified_rules : dict
        Same-day rules whose status is not `verified` (or `contract` or `synthetic`), by id.
    """

    allay_version: str
    id: str
    digest: str
    synthetic: bool
    first_day: dt.date
    weeks: int
    open_days: int
    patients: int
    practitioners: int
    rooms: dict[str, int]
    services: int
    cohorts: int
    running_cohorts: int
    group_patients: int
    series: int
    sessions: int
    telehealth_series: int
    linked_series: int
    bookings: int
    same_day_rules: int
    unverified_rules: dict[str, str]


def summary_of(problem: SchedulingProblem, *, allay_version: str) -> ProblemSummary:
    """Count what is in a problem; the time grows with its entries.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=({"id": "a", "type": "b"},),
    ...     services=(), practitioners=(), patients=())
    >>> found = summary_of(problem, allay_version="1")
    >>> found.open_days, found.rooms
    (10, {'b': 1})
    """
    linked = {service.id for service in problem.services if service.linked}
    return ProblemSummary(
        allay_version=allay_version,
        id=problem.id,
        digest=problem.digest(),
        synthetic=problem.synthetic,
        first_day=problem.opening.start,
        weeks=problem.opening.weeks,
        open_days=problem.opening.weeks * len(problem.opening.weekdays),
        patients=len(problem.patients),
        practitioners=len(problem.practitioners),
        rooms=dict(sorted(Counter(room.type for room in problem.rooms).items())),
        services=len(problem.services),
        cohorts=len(problem.cohorts),
        running_cohorts=sum(cohort.meets is not None for cohort in problem.cohorts),
        group_patients=sum(patient.group is not None for patient in problem.patients),
        series=len(problem.series),
        sessions=sum(series.sessions for series in problem.series),
        telehealth_series=sum(series.mode != "onsite" for series in problem.series),
        linked_series=sum(series.service in linked for series in problem.series),
        bookings=len(problem.bookings),
        same_day_rules=len(problem.same_day),
        unverified_rules={
            rule.id: rule.status or "no status"
            for rule in problem.same_day
            if rule.status not in ("verified", "contract", "synthetic")
        },
    )
