"""Re-planning after sickness: few unserved, then few patients to notify, then few points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import allay
from allay.base.errors import InvalidInput, Problem
from allay.scheduling.plan.plan import Plan, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.bounds.bounds import bound_given
from allay.scheduling.solving.due import booked_sessions
from allay.scheduling.solving.grid import Grid, grid_of
from allay.scheduling.solving.replanning.before import check_before, first_day
from allay.scheduling.solving.replanning.changes import PlanChange, changes_between, counts, notified
from allay.scheduling.solving.replanning.groups import ReplanGroups, groups_now, unserved_members
from allay.scheduling.solving.replanning.model import PastClash
from allay.scheduling.solving.replanning.search import ReplanSearch
from allay.scheduling.solving.score import score_of


@dataclass(frozen=True, slots=True)
class Replan:
    """A plan made anew from an earlier one, and what has changed.

    Attributes
    ----------
    plan : Plan
    changes : tuple of PlanChange
        In calling order.
    notified : tuple of str
        Patients to be called, in calling order.
    broken : int
        Sessions of the earlier plan that could not stay as they were.
    proven_fewest : bool
        Whether it is proven that no plan with these groups leaves fewer unserved, and none that leaves as
        many has fewer patients to notify.
    """

    plan: Plan
    changes: tuple[PlanChange, ...]
    notified: tuple[str, ...]
    broken: int
    proven_fewest: bool


def replan(
    problem: SchedulingProblem,
    before: Plan,
    *,
    since: dt.date | None = None,
    seed: int = 0,
    effort: float = 1.0,
    name: str = "plan",
    progress: Callable[[int, int], object] | None = None,
) -> Replan:
    """Plan a problem that has changed, from the plan it had.

    What is possible as it was stays, unless it must give way. As few as possible are unserved; of such plans,
    as few patients as possible are to be notified; of those, points are few. A patient is notified when any
    session or meeting gets another day, time, mode or practitioner, is dropped or added; another room alone
    is shown on the day, and another lead of a group when it meets. First only what cannot stay moves, then
    patients around it, then everybody in the week. Groups keep their times, members and usual leads; a
    patient without a place gets a free seat.

    Weeks without a change are left as they were: previously unserved sessions of these are not tried again,
    unless one has a place by now without moving anything, or only one week may change. In a week with a
    change everything without a place is tried. A session that cannot be held in its week may follow in any.

    Parameters
    ----------
    problem : SchedulingProblem
        As it is now; one that its checks accept. Who is sick is `away`.
    before : Plan
        Of the problem as it was.
    since : datetime.date, optional
        Days before it stay as they were; the first day of the horizon without it.
    seed : int
    effort : float
        Factor on all limits, which count work and not seconds.
    name : str
        What messages call the earlier plan.
    progress : callable, optional
        Called with the steps done and all steps.

    Returns
    -------
    Replan
        The same arguments give the same plan. Time grows with weeks; in weeks with a change where something
        has no place otherwise, with the exact model of the week.

    Raises
    ------
    InvalidInput
        A plan of another problem, one that contradicts itself or what the problem now says of the past or of
        groups, `since` outside the horizon.
    InvalidValue
        When the effort allows too little to find anything.
    NotFound
        When OR-Tools is not installed.

    Examples
    --------
    >>> from allay.scheduling.solving.solve import solve
    >>> days = "monday", "friday"
    >>> hours = tuple({"weekday": day, "start": dt.time(8), "end": dt.time(9)} for day in days)
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "gym"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": hours},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt"},))
    >>> before = solve(problem)
    >>> day = before.sessions[0].start.replace(hour=0)
    >>> from allay.scheduling.problem.times import Away
    >>> away = Away(start=day, end=day + dt.timedelta(days=1))
    >>> sick = problem.practitioners[0].model_copy(update={"away": (away,)})
    >>> found = replan(problem.model_copy(update={"practitioners": (sick,)}), before)
    >>> [(one.patient, one.kind) for one in found.changes], found.proven_fewest
    ([('a', 'day')], True)
    """
    start = first_day(problem, since)
    grid = grid_of(problem)
    check_before(grid, before, name=name)
    groups = groups_now(grid, before, start, name=name)
    search = ReplanSearch(grid, before, groups, start, seed=seed, effort=effort, progress=progress)
    counts = {each.id: each.sessions for each in problem.series}
    held = [one for one in before.sessions if one.start.date() < start]
    try:
        if dropped := [one for one in held if one.number > counts.get(one.series, one.number)]:
            raise PastClash(dropped)
        search.run()
    except PastClash as strange:
        raise InvalidInput(_past(before, strange, start, name)) from None
    plan = _plan(grid, groups, search, seed=seed, effort=effort)
    changes = changes_between(problem, before, plan, since=start)
    told = notified(changes)
    proven = search.proven(told, plan.unserved_members)
    notes = (*plan.notes, *_notes(problem, before, search, changes, told, proven=proven))
    return Replan(plan.model_copy(update={"notes": notes}), changes, told, search.broken, proven)


def _past(before: Plan, strange: PastClash, since: dt.date, name: str) -> Iterator[Problem]:
    expected = f"what the problem still allows, as it is before {since}"
    for at, session in enumerate(before.sessions):
        if session in strange.sessions:
            text = f"{session.series} number {session.number} on {session.start:%Y-%m-%d %H:%M}"
            yield Problem(name, f"/sessions/{at}", "start", expected, f"{text} with {session.lead}")
    if not strange.sessions:
        text = "sessions and meetings that the problem does not allow together any more"
        yield Problem(name, "/sessions", "start", expected, text)


def _plan(grid: Grid, groups: ReplanGroups, search: ReplanSearch, *, seed: int, effort: float) -> Plan:
    problem = grid.problem
    sessions = sorted(
        (*booked_sessions(problem), *search.sessions.values()),
        key=lambda one: (one.start, one.series, one.number),
    )
    given = {(one.series, one.number) for one in sessions}
    unserved = tuple(
        UnservedSession(series=series.id, number=number)
        for series in problem.series
        for number in range(1, series.sessions + 1)
        if (series.id, number) not in given
    )
    meetings = tuple(search.meetings)
    members = unserved_members(grid, groups.template, meetings)
    score = score_of(
        problem,
        template=groups.template,
        meetings=meetings,
        sessions=sessions,
        unserved_sessions=unserved,
        unserved_members=members,
    )
    return Plan(
        allay_version=allay.__version__,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method="replan",
        seed=seed,
        template=groups.template,
        meetings=meetings,
        sessions=tuple(sessions),
        unserved_sessions=unserved,
        unserved_members=members,
        score=score,
        bounds=(bound_given(problem, groups.template, seed=seed, effort=effort),),
        notes=tuple(_unplaced(problem, groups)),
    )


def _unplaced(problem: SchedulingProblem, groups: ReplanGroups) -> Iterator[str]:
    placed = {place.cohort for place in groups.template}
    for cohort in problem.cohorts:
        if cohort.id in groups.closed:
            yield f"cohort {cohort.id} has fewer members than its least size and does not meet any more"
        elif cohort.id not in placed:
            yield f"cohort {cohort.id} has no place in the template"


def _notes(
    problem: SchedulingProblem,
    before: Plan,
    search: ReplanSearch,
    changes: tuple[PlanChange, ...],
    told: tuple[str, ...],
    *,
    proven: bool,
) -> Iterator[str]:
    yield f"sessions of the earlier plan that cannot stay as they were: {search.broken}"
    fewest = "the fewest possible, which is proven" if proven else "not proven to be the fewest possible"
    yield f"patients to be notified: {len(told)} ({fewest})"
    yield f"changes: {counts(changes)}"
    if search.left:
        left = f"{search.left} of {problem.opening.weeks}"
        yield f"weeks without a change were left as they were, and what they do not serve not tried: {left}"
    known = {one.id for one in problem.series}
    gone = {one.series for one in before.sessions if one.series not in known}
    if gone:
        yield f"series of the earlier plan that the problem no longer has: {len(gone)}"
