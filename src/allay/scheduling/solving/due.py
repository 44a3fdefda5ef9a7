"""Sessions that are due: in which week, what is left over, and between which times each may start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from allay.scheduling.plan.plan import Session
from allay.scheduling.problem.care import Series, Service
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.grid import WEEK, Grid


@dataclass(frozen=True, slots=True)
class DueSession:
    """A session to be placed in a week: due in it, or left over from an earlier one.

    Attributes
    ----------
    series : Series
    number : int
    patient : Patient
    service : Service
    due_week : int
        Served in this week it is not late; before it, it may not be served.
    last_week : int
        Last week of its window: if it is not served by then, it is not served at all.
    earliest, latest : datetime.datetime
        It may start from `earliest` to `latest`: its window, and `min_gap_hours` from the sessions placed.
        Sessions of one series due in one week keep order and gap between each other besides.
    lead : str or None
        The only practitioner allowed: the fixed one, or the one of the sessions placed if continuity is
        required.
    lead_before : str or None
        Who gave the last placed session with a lower number.
    """

    series: Series
    number: int
    patient: Patient
    service: Service
    due_week: int
    last_week: int
    earliest: dt.datetime
    latest: dt.datetime
    lead: str | None
    lead_before: str | None


def week_of(problem: SchedulingProblem, day: dt.date) -> int:
    """Week of the horizon that holds a day, from 0."""
    return (day - problem.opening.start).days // WEEK


def window_of(problem: SchedulingProblem, series: Series) -> tuple[dt.date, dt.date]:
    """First and last day of a series' window, inside the horizon.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=(), services=(),
    ...     practitioners=(), patients=())
    >>> window_of(problem, Series(id="s", patient="a", service="pt", last=dt.date(2027, 1, 8)))[1].isoformat()
    '2027-01-08'
    """
    start = problem.opening.start
    end = start + dt.timedelta(days=WEEK * problem.opening.weeks - 1)
    return max(series.first or start, start), min(series.last or end, end)


def due_week(problem: SchedulingProblem, series: Series, number: int) -> int:
    """Week in which a session of a series is due, from 0.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 3}, rooms=(), services=(),
    ...     practitioners=(), patients=())
    >>> series = Series(
    ...     id="s", patient="a", service="pt", sessions=4, per_week=2, first=dt.date(2027, 1, 12))
    >>> [due_week(problem, series, number) for number in (1, 2, 3)]
    [1, 1, 2]
    """
    return week_of(problem, window_of(problem, series)[0]) + (number - 1) // series.per_week


def booked_sessions(problem: SchedulingProblem) -> tuple[Session, ...]:
    """Bookings as sessions of a plan, in the order of the problem."""
    return tuple(Session(**booking.model_dump()) for booking in problem.bookings)


def due_sessions(
    problem: SchedulingProblem, grid: Grid, week: int, placed: Iterable[Session]
) -> tuple[DueSession, ...]:
    """List the sessions that may be placed in a week.

    Parameters
    ----------
    problem : SchedulingProblem
    grid : Grid
        Of the problem.
    week : int
        From 0.
    placed : iterable of Session
        Sessions placed already, in any week. Bookings count as placed, whether they are among them or not.

    Returns
    -------
    tuple of DueSession
        By series as the problem lists them, then by number. A left-over session which a placed session with
        a higher number has overtaken is not among them. Time grows with sessions of the problem.

    Examples
    --------
    >>> from allay.scheduling.solving.grid import grid_of
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4), "weeks": 2}, rooms=(), practitioners=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 4, "per_week": 2},))
    >>> at = dt.datetime(2027, 1, 5, 9)
    >>> placed = (Session(series="s", number=1, start=at, lead="k"),)
    >>> [(due.number, due.due_week) for due in due_sessions(problem, grid_of(problem), 1, placed)]
    [(2, 0), (3, 1), (4, 1)]
    """
    by_series: dict[str, dict[int, Session]] = {}
    for session in (*booked_sessions(problem), *placed):
        by_series.setdefault(session.series, {})[session.number] = session
    found: list[DueSession] = []
    for series in problem.series:
        first, last = window_of(problem, series)
        numbers = min(series.sessions, (week - week_of(problem, first) + 1) * series.per_week)
        if week_of(problem, last) < week:
            continue
        known = by_series.get(series.id, {})
        for number in range(1, numbers + 1):
            if number not in known:
                due = _due(problem, grid, series, number, known)
                if _reaches(problem, due, week):
                    found.append(due)
    return tuple(found)


def _due(
    problem: SchedulingProblem, grid: Grid, series: Series, number: int, known: dict[int, Session]
) -> DueSession:
    first, last = window_of(problem, series)
    gap = dt.timedelta(hours=series.min_gap_hours)
    before = [known[other] for other in sorted(known) if other < number]
    after = [known[other].start for other in known if other > number]
    # Even without a gap, two sessions of a patient do not start at once.
    earliest = [dt.datetime.combine(first, problem.opening.opens), *(each.start + gap for each in before)]
    latest = [dt.datetime.combine(last, problem.opening.closes), *(start - gap for start in after)]
    required = next(iter(known.values())).lead if series.continuity == "require" and known else None
    return DueSession(
        series=series,
        number=number,
        patient=problem.patients[grid.patient_index[series.patient]],
        service=grid.service[series.service],
        due_week=due_week(problem, series, number),
        last_week=week_of(problem, last),
        earliest=max(earliest),
        latest=min(latest),
        lead=series.practitioner or required,
        lead_before=before[-1].lead if before else None,
    )


def _reaches(problem: SchedulingProblem, due: DueSession, week: int) -> bool:
    begins = dt.datetime.combine(problem.opening.start + dt.timedelta(days=WEEK * week), dt.time())
    ends = begins + dt.timedelta(days=WEEK)
    return max(due.earliest, begins) <= due.latest and due.earliest < ends and due.latest >= begins
