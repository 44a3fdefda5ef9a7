"""A week with a template: level 2, level 3, and repair until the bound is reached or the effort is spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allay.scheduling.plan.plan import CohortPlace, Meeting, Session, UnservedMember
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.assignment.assignment import WeekAssignment, assignment_model, solve_assignment
from allay.scheduling.solving.assignment.options import Option, options_of
from allay.scheduling.solving.effort import WHOLE_WORK, Search
from allay.scheduling.solving.grid import Grid, grid_of
from allay.scheduling.solving.repair.model import exact_model, solve_exact
from allay.scheduling.solving.repair.repair import repair
from allay.scheduling.solving.sequencing.names import PlacedVisit
from allay.scheduling.solving.sequencing.sequencing import sequence_week
from allay.scheduling.solving.week.bound import WeekBounds, fingerprint
from allay.scheduling.solving.week.cost import week_cost
from allay.scheduling.solving.week.meetings import bookings_in
from allay.scheduling.solving.week.shift import option_hints, shifted
from allay.scheduling.solving.week.task import WeekTask, week_task

FIRST_REPAIR = 1 / 3
"""Share of the repair that comes before a tighter level 2."""
LARGE = 150
"""Visits of a week from which on a tighter level 2 is solved for its bound only."""


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A planned week.

    Attributes
    ----------
    week : int
    sessions : tuple of Session
        With those booked.
    meetings : tuple of Meeting
    unserved_members : tuple of UnservedMember
    left : tuple of (series, number)
        Sessions that could have been held this week and are not; later they may be.
    total, bound : int
        Points of the week, a session that could still follow paying for being late; and what no week with
        the template goes below.
    proven : bool
        Whether the model behind the bound was solved to the end.
    """

    week: int
    sessions: tuple[Session, ...]
    meetings: tuple[Meeting, ...]
    unserved_members: tuple[UnservedMember, ...]
    left: tuple[tuple[str, int], ...]
    total: int
    bound: int
    proven: bool


def solve_week(
    problem: SchedulingProblem,
    grid: Grid,
    week: int,
    *,
    template: Sequence[CohortPlace],
    before: Iterable[Session] = (),
    search: Search | None = None,
    bounds: WeekBounds | None = None,
) -> WeekPlan:
    """Plan a week.

    Parameters
    ----------
    problem : SchedulingProblem
    grid : Grid
        Of the problem.
    week : int
        From 0.
    template : sequence of CohortPlace
    before : iterable of Session
        Sessions of earlier weeks: what they left over is tried again, their practitioners, weekdays and times
        are kept where that costs nothing.
    search : Search, optional
        Effort, seed, and a clock if one limits it. Without a clock the same arguments give the same week.
    bounds : WeekBounds, optional
        Remembers the bounds of weeks alike.

    Returns
    -------
    WeekPlan
        The best week found; what has no place in it is listed. Time grows with the models of the week.
    """
    search = search or Search()
    bounds = bounds or WeekBounds(grid_of(problem, loose=True), template)
    earlier = tuple(before)
    task, met = week_task(grid, week, template=template, before=earlier, reach=bounds.reach)
    # What is proven of this very week also bounds it without what is known of other weeks.
    same = fingerprint(task) == fingerprint(bounds.task(week))
    work = _Work(task, search, bounds if same else None, shifted(grid, task, earlier))
    placed = work.best()
    bound, proven = bounds.best(week, search)
    booked = bookings_in(grid, week)
    sessions = [session_of(grid, task, each) for each in placed.values()]
    return WeekPlan(
        week=week,
        sessions=tuple(sorted((*booked, *sessions), key=lambda one: (one.start, one.series, one.number))),
        meetings=met.meetings,
        unserved_members=met.unserved,
        left=tuple(
            (problem.series[visit.series].id, visit.number)
            for at, visit in enumerate(task.visits)
            if at not in placed
        ),
        total=week_cost(task, placed),
        bound=bound,
        proven=proven,
    )


def session_of(grid: Grid, task: WeekTask, placed: PlacedVisit) -> Session:
    """Name a placed visit as a session of a plan."""
    visit = task.visits[placed.visit]
    problem = grid.problem
    return Session(
        series=problem.series[visit.series].id,
        number=visit.number,
        start=grid.time_of(grid.days.index(task.dates[placed.day]), placed.slot),
        lead=problem.practitioners[placed.lead].id,
        second=None if placed.second is None else problem.practitioners[placed.second].id,
        room=None if placed.room is None else problem.rooms[placed.room].id,
        mode="onsite" if placed.mode == "onsite" else "telehealth",
    )


@dataclass(slots=True)
class _Work:
    """Steps of a week, each taken only while the plan costs more than the bound known."""

    task: WeekTask
    search: Search
    bounds: WeekBounds | None
    wanted: Mapping[int, PlacedVisit]

    def best(self) -> dict[int, PlacedVisit]:
        """Plan the week, and let patients wait as little as possible in it."""
        if not self.task.visits:
            return {}
        plain = self._plain()
        bound, placed = plain.bound, self._sequence(plain, {})
        if self._above(placed, bound):
            placed = self._repaired(placed, bound, FIRST_REPAIR)
        if self._above(placed, bound) and (self.bounds is not None or len(placed) < LARGE):
            # In a week that follows others it raises no bound, and for a large one repair is the better way.
            timed = self._timed(plain)
            bound, placed = max(bound, timed.bound), self._sequence(timed, placed)
        if self._above(placed, bound):
            placed = self._repaired(placed, bound, 1 - FIRST_REPAIR)
        if self._above(placed, bound):
            placed = self._exact(placed)
        return self._shortened(placed)

    def _above(self, placed: Mapping[int, PlacedVisit], bound: int) -> bool:
        return week_cost(self.task, placed) > bound and not self.search.over()

    def _repaired(self, placed: dict[int, PlacedVisit], bound: int, share: float) -> dict[int, PlacedVisit]:
        """A share of the steps of repair; a few usually do, and cost less than a tighter level 2."""
        effort = self.search.effort
        limit = self.search.limit(effort.repair, linear=2)
        steps = max(1, round(effort.repairs * share))
        return repair(self.task, placed, bound=bound, limit=limit, steps=steps)

    def _plain(self) -> WeekAssignment:
        if self.bounds is not None:
            return self.bounds.plain(self.task.week, self.search)
        made = assignment_model(self.task)
        hint = option_hints(self.task, self.wanted, made.options)
        return solve_assignment(
            made, self.search.limit(self.search.effort.plain, linear=2), hint=hint or None
        )

    def _timed(self, plain: WeekAssignment) -> WeekAssignment:
        """Level 2 again with counted clock times on all days."""
        made = assignment_model(self.task, timed=range(len(self.task.dates)))
        hint = {visit: plain.options[at] for visit, at in plain.chosen.items()}
        timed = solve_assignment(made, self.search.limit(self.search.effort.timed, linear=2), hint=hint)
        self._note(timed.bound, proven=timed.proven)
        return timed

    def _note(self, bound: int, *, proven: bool) -> None:
        if self.bounds is not None:
            self.bounds.raise_to(self.task.week, bound, proven=proven)

    def _sequence(self, found: WeekAssignment, known: Mapping[int, PlacedVisit]) -> dict[int, PlacedVisit]:
        """Times for the days of an assignment, if that is better than what is known."""
        chosen = [found.options[at] for at in found.chosen.values()]
        placed = self._times(chosen, {at: each.slot for at, each in self.wanted.items()}, idle=False)
        if known and week_cost(self.task, known) <= week_cost(self.task, placed):
            return dict(known)
        return placed

    def _times(
        self, chosen: Sequence[Option], slots: Mapping[int, int], *, idle: bool
    ) -> dict[int, PlacedVisit]:
        days = sequence_week(
            self.task,
            chosen,
            self.search.limit(self.search.effort.sequence),
            idle=self.search.limit(self.search.effort.idle, linear=2) if idle else None,
            hint=slots,
            threads=self.search.threads,
        )
        return {each.visit: each for day in days for each in day.placed}

    def _exact(self, placed: dict[int, PlacedVisit]) -> dict[int, PlacedVisit]:
        """The whole week as one exact model, if it is small enough."""
        options = options_of(self.task)
        effort = self.search.effort
        if len(options) * self.task.slots > WHOLE_WORK:
            return placed
        everything = range(len(self.task.visits))
        model = exact_model(
            self.task, options, days=range(len(self.task.dates)), placed=placed, free=everything
        )
        found = solve_exact(model, self.search.limit(effort.exact, linear=2), hint=placed)
        if found is None:
            return placed
        self._note(found.bound, proven=found.proven)
        return dict(found.placed) if found.total < week_cost(self.task, placed) else placed

    def _shortened(self, placed: dict[int, PlacedVisit]) -> dict[int, PlacedVisit]:
        if self.search.over():
            return placed
        chosen = list(option_hints(self.task, placed, options_of(self.task)).values())
        slots = {at: each.slot for at, each in placed.items()}
        again = self._times(chosen, slots, idle=True)
        cost = week_cost(self.task, again)
        return again if cost <= week_cost(self.task, placed) else placed
