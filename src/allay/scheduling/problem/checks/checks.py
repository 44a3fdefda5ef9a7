"""What must hold of a problem beyond its shape, all of it at once."""

from __future__ import annotations

from allay.scheduling.problem.checks.bookings import check_bookings
from allay.scheduling.problem.checks.calendars import check_hours, check_opening
from allay.scheduling.problem.checks.care import (
    check_patients,
    check_practitioners,
    check_rules,
    check_services,
)
from allay.scheduling.problem.checks.clashes import check_clashes
from allay.scheduling.problem.checks.cohorts import check_cohorts
from allay.scheduling.problem.checks.ids import check_ids
from allay.scheduling.problem.checks.index import Finding, ProblemIndex
from allay.scheduling.problem.checks.series import check_series
from allay.scheduling.problem.problem import SchedulingProblem


def check_problem(problem: SchedulingProblem) -> tuple[Finding, ...]:
    """Find everything that contradicts itself in a problem.

    A week in which not everything can be served is no contradiction; the solver says what is left out.
    Refused are ids that stand twice or name nothing, hours that cross, bookings while somebody is not there
    or has something else, series longer than their window, practitioners without any place to work,
    over-full cohorts.

    Parameters
    ----------
    problem : SchedulingProblem

    Returns
    -------
    tuple of (keys, expected, found)
        Where (the keys from the top of the file), what was expected there, and what was found. In the order
        of the file; empty if the problem holds together. The time grows with its entries, and for bookings
        with their number times its logarithm.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=({"id": "ana", "avoids": ("kim",)},))
    >>> check_problem(problem)
    ((('patients', 0, 'avoids', 0), 'a practitioner of the problem', "'kim' (there is none at all)"),)
    """
    index = ProblemIndex.of(problem)
    found = [*check_opening(problem.opening), *check_ids(index)]
    if any(keys in (("opening", "closes"), ("opening", "start")) for keys, _, _ in found):
        return _in_order(found)  # without days and times, nothing about times can be said
    for check in (check_hours, check_services, check_practitioners, check_patients, check_rules):
        found += check(index)
    for check in (check_cohorts, check_series, check_bookings, check_clashes):
        found += check(index)
    return _in_order(found)


def _in_order(found: list[Finding]) -> tuple[Finding, ...]:
    """As the file has them; findings of one entry stay in the order in which they were made."""
    fields = list(SchedulingProblem.model_fields)

    def place(finding: Finding) -> tuple[int, int]:
        keys = finding[0]
        return fields.index(str(keys[0])), next((key for key in keys if isinstance(key, int)), -1)

    return tuple(sorted(found, key=place))
