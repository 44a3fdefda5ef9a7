"""Solving a problem: the template once, then week after week, with both bounds beside the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import allay
from allay.base.errors import InvalidValue
from allay.scheduling.plan.plan import Bound, CohortPlace, Plan, Session, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.baselines.greedy import good_greedy
from allay.scheduling.solving.baselines.template import simple_template
from allay.scheduling.solving.effort import Effort, Search
from allay.scheduling.solving.freebound.freebound import bound_free
from allay.scheduling.solving.grid import Grid, grid_of
from allay.scheduling.solving.score import score_of
from allay.scheduling.solving.template.template import make_template
from allay.scheduling.solving.week.bound import WeekBounds
from allay.scheduling.solving.week.task import lawful, week_task
from allay.scheduling.solving.week.week import WeekPlan, solve_week
from allay.scheduling.solving.whole.whole import is_small, whole_week

Progress = Callable[[int, int], object]
Template = tuple[CohortPlace, ...]


def solve(
    problem: SchedulingProblem,
    *,
    seed: int = 0,
    effort: float = 1.0,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    template: Template | None = None,
) -> Plan:
    """Plan a problem by the three levels.

    The template is made once; each week gets days and practitioners (level 2), then clock times and rooms
    (level 3), then repair. What could not be served follows in a later week of its window. While the bound of
    the template is above the one that is free of any, a few other templates are tried.

    Parameters
    ----------
    problem : SchedulingProblem
        One that its checks accept.
    seed : int
    effort : float
        Factor on all limits, which count work and not seconds.
    seconds : float, optional
        A limit by the clock: then another run may find another plan, and a note in the plan says so. Making
        the template and the free bound is not cut short.
    clock : callable, optional
        Seconds that only grow, such as `time.monotonic`; goes with `seconds`.
    workers : int
        Threads for parts that do not depend on each other; they do not change the plan.
    progress : callable, optional
        Called with the weeks planned and all weeks.
    template : tuple of CohortPlace, optional
        Instead of making one.

    Returns
    -------
    Plan
        With its score, the bound given its template and the free one, and a list of what is not served.
        The same arguments give the same plan unless `seconds` is given.

    Raises
    ------
    NotFound
        When OR-Tools is not installed.
    InvalidValue
        When only one of `seconds` and `clock` is given.

    Examples
    --------
    >>> import datetime as dt
    >>> hours = ({"weekday": "monday", "start": dt.time(8), "end": dt.time(9)},)
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r", "type": "gym"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60, "room_type": "gym"},),
    ...     practitioners=({"id": "k", "disciplines": ("PT",), "hours": hours},), patients=({"id": "a"},),
    ...     series=({"id": "s", "patient": "a", "service": "pt", "sessions": 2, "per_week": 2},))
    >>> plan = solve(problem)
    >>> plan.score.total, [(bound.kind, bound.value, bound.proven) for bound in plan.bounds]
    (51, [('given_template', 51, True), ('free', 51, True)])
    >>> [(each.series, each.number) for each in plan.unserved_sessions]
    [('s', 2)]
    """
    limits = Effort().scaled(effort).for_weeks(problem.opening.weeks)
    if (seconds is None) != (clock is None):
        raise InvalidValue(expected="`seconds` and `clock` together", found="one of them")
    until = None if seconds is None or clock is None else clock() + seconds
    search = Search(limits, seed, workers, until, clock)
    grid, loose = grid_of(problem), grid_of(problem, loose=True)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as executor:
        bounding = executor.submit(bound_free, problem, seed=seed, effort=effort)
        templates = _templates(problem, grid, search, effort, template)
        first = next(templates)
        free = bounding.result()
    best = _planned(problem, grid, loose, first, search, progress)
    for other in islice(templates, limits.templates - 1):
        if best.bound <= free.value or search.over():
            break
        if not _promising(problem, loose, other, best, search):
            continue
        again = _planned(problem, grid, loose, other, search, progress)
        if _total(problem, again) < _total(problem, best):
            best = again
    if template is None and is_small(problem):
        best, free = _wholly(problem, grid, loose, best, free, search)
    return _not_worse(problem, _plan(problem, best, free, seed=seed, seconds=seconds))


def _not_worse(problem: SchedulingProblem, plan: Plan) -> Plan:
    """Take good greedy's weeks where the search, at its limit, found nothing as good."""
    other = good_greedy(problem, plan.template)
    if other.score.total >= plan.score.total:
        return plan
    return plan.model_copy(
        update={
            "meetings": other.meetings,
            "sessions": other.sessions,
            "unserved_sessions": other.unserved_sessions,
            "unserved_members": other.unserved_members,
            "score": other.score,
            "notes": (
                *plan.notes,
                "the search ended at its limit: good greedy's weeks are better, and stand here",
            ),
        }
    )


def _wholly(
    problem: SchedulingProblem, grid: Grid, loose: Grid, best: _Planned, free: Bound, search: Search
) -> tuple[_Planned, Bound]:
    """Improve the template of a small problem, and the bound that is free of one, by a joint model."""
    total = _total(problem, best)
    if total <= free.value or search.over():
        return best, free
    found = whole_week(
        problem,
        loose=loose,
        strict=grid,
        template=best.template,
        total=total,
        floor=free.value,
        search=search,
    )
    if found.total < total and _lawful(problem, grid, found.template):
        again = _planned(problem, grid, loose, found.template, search, None)
        best = again if _total(problem, again) < total else best
    if found.bound > free.value:
        free = Bound(kind="free", value=found.bound, proven=found.proven)
    return best, free


class _Planned:
    """All weeks with one template."""

    def __init__(self, template: Template, weeks: Sequence[WeekPlan]) -> None:
        self.template, self.weeks = template, tuple(weeks)
        self.bound = sum(week.bound for week in weeks)
        self.sessions = tuple(one for week in weeks for one in week.sessions)
        self.meetings = tuple(one for week in weeks for one in week.meetings)
        self.members = tuple(one for week in weeks for one in week.unserved_members)


def _templates(
    problem: SchedulingProblem, grid: Grid, search: Search, effort: float, given: Template | None
) -> Iterator[Template]:
    """Templates to be tried, each only once: of the seed, of other seeds, and a simple one."""
    if given is not None:
        yield given
        return
    seen: list[Template] = []
    offered = 0
    for number in range(max(2, search.effort.templates)):
        made = (
            simple_template(grid)
            if number == 1
            else make_template(problem, grid, seed=search.seed + 1000 * number, effort=effort)
        )
        if made in seen:
            continue
        seen.append(made)
        if _lawful(problem, grid, made):
            offered += 1
            yield made
    if not offered:
        yield seen[0]


def _lawful(problem: SchedulingProblem, grid: Grid, template: Template) -> bool:
    """Whether meetings and bookings alone keep the most trips and the same-day rules of everybody."""
    return all(
        lawful(week_task(grid, week, template=template, relaxed=True)[0])
        for week in range(problem.opening.weeks)
    )


def _planned(
    problem: SchedulingProblem,
    grid: Grid,
    loose: Grid,
    template: Template,
    search: Search,
    progress: Progress | None,
) -> _Planned:
    bounds = WeekBounds(loose, template)
    weeks: list[WeekPlan] = []
    placed: list[Session] = []
    total = problem.opening.weeks
    for week in range(total):
        share = search.share(total - week)
        found = solve_week(problem, grid, week, template=template, before=placed, search=share, bounds=bounds)
        weeks.append(found)
        placed += found.sessions
        if progress is not None:
            progress(week + 1, total)
    return _Planned(template, weeks)


def _promising(
    problem: SchedulingProblem, loose: Grid, template: Template, best: _Planned, search: Search
) -> bool:
    """Whether another template has a bound below that of the best one."""
    bounds = WeekBounds(loose, template)
    return sum(bounds.best(week, search)[0] for week in range(problem.opening.weeks)) < best.bound


def _unserved(problem: SchedulingProblem, planned: _Planned) -> tuple[UnservedSession, ...]:
    held = {(one.series, one.number) for one in planned.sessions}
    return tuple(
        UnservedSession(series=series.id, number=number)
        for series in problem.series
        for number in range(1, series.sessions + 1)
        if (series.id, number) not in held
    )


def _total(problem: SchedulingProblem, planned: _Planned) -> int:
    return score_of(
        problem,
        template=planned.template,
        meetings=planned.meetings,
        sessions=planned.sessions,
        unserved_sessions=_unserved(problem, planned),
        unserved_members=planned.members,
    ).total


def _plan(
    problem: SchedulingProblem, planned: _Planned, free: Bound, *, seed: int, seconds: float | None
) -> Plan:
    unserved = _unserved(problem, planned)
    value = sum(week.bound for week in planned.weeks)
    given = Bound(kind="given_template", value=value, proven=all(week.proven for week in planned.weeks))
    if free.value > value:
        # What no plan goes below, no plan with this template goes below.
        given = Bound(kind="given_template", value=free.value, proven=free.proven)
    return Plan(
        allay_version=allay.__version__,
        problem=problem.id,
        problem_digest=problem.digest(),
        synthetic=problem.synthetic,
        method="three-levels",
        seed=seed,
        template=planned.template,
        meetings=planned.meetings,
        sessions=planned.sessions,
        unserved_sessions=unserved,
        unserved_members=planned.members,
        score=score_of(
            problem,
            template=planned.template,
            meetings=planned.meetings,
            sessions=planned.sessions,
            unserved_sessions=unserved,
            unserved_members=planned.members,
        ),
        bounds=(given, free),
        notes=tuple(_notes(problem, planned.template, seconds)),
    )


def _notes(problem: SchedulingProblem, template: Template, seconds: float | None) -> Iterator[str]:
    if seconds is not None:
        yield f"limited to {seconds:g} seconds by the clock: another run may find another plan"
    placed = {place.cohort for place in template}
    for cohort in problem.cohorts:
        if cohort.id not in placed:
            yield f"cohort {cohort.id} has no place in the template"
