"""The search of a re-plan: week after week, first what is broken, then growing rings around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from allay.base.errors import InvalidValue
from allay.scheduling.plan.plan import CohortPlace, Meeting, Plan, Session, UnservedMember
from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.effort import Limit
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.replanning.followup import followed_up, with_numbers_back
from allay.scheduling.solving.replanning.groups import ReplanGroups
from allay.scheduling.solving.replanning.model import (
    PastClash,
    ReplanSolution,
    RingStart,
    cost_of,
    least,
    solve_free,
    visits_of,
    weight_of,
)
from allay.scheduling.solving.replanning.open import placeable
from allay.scheduling.solving.replanning.rooms import with_rooms
from allay.scheduling.solving.replanning.week import ReplanWeek, replan_week
from allay.scheduling.solving.week.week import session_of

WORK = 10.0
"""Deterministic time of a solve in each week, of all weeks together, at effort 1."""
PATIENCE = 20
"""How much longer what has to be found may take."""
MOST_FREE = 600
"""Visits of all weeks to which rings grow: stating larger models takes longer than solving them."""
Key = tuple[str, int]


class ReplanSearch:
    """Sessions and meetings of a re-plan, while it is being made.

    Parameters
    ----------
    grid : Grid
        Of the problem as it is now.
    before : Plan
    groups : ReplanGroups
    since : datetime.date
    seed : int
    effort : float
    progress : callable, optional

    Attributes
    ----------
    sessions : dict of (series, number) to Session
        Without what is booked.
    meetings : list of Meeting
    broken : int
        Sessions that could not stay.
    changed : set of int
        Weeks in which the problem as it is now changes something: a session or meeting that cannot stay as it
        was, a session that the plan before does not know, or one it did not serve that has a place by now
        without moving anything. With one week left it is always that.
    followed : set of int
        Weeks in which something was to follow up.
    """

    def __init__(
        self,
        grid: Grid,
        before: Plan,
        groups: ReplanGroups,
        since: dt.date,
        *,
        seed: int,
        effort: float,
        progress: Callable[[int, int], object] | None = None,
    ) -> None:
        self.grid, self.groups, self.since = grid, groups, since
        self.seed, self.effort, self.progress = seed, effort, progress
        problem = grid.problem
        booked = {(one.series, one.number) for one in problem.bookings}
        count = {one.id: one.sessions for one in problem.series}
        self.given: dict[Key, Session] = {
            (one.series, one.number): one
            for one in before.sessions
            if one.number <= count.get(one.series, 0) and (one.series, one.number) not in booked
        }
        self.sessions = dict(self.given)
        self.meetings: list[Meeting] = []
        self.kept: dict[Key, Session] = {}
        self.forced: set[int] = set(self._of_gone(before, booked))
        self.broken = 0
        self.changed: set[int] = set()
        self.followed: set[int] = set()
        self._before = before
        self._unserved = {(one.series, one.number) for one in before.unserved_sessions}
        self._booked = booked
        self._same = before.problem_digest == problem.digest()
        self._certain: dict[int, bool] = {}
        self._first = week_of(problem, since)

    def run(self) -> None:
        """Find the plan.

        Weeks without a change are left as they were: what they did not serve is not tried again. They are
        searched only for sessions that are to follow up in them.

        Raises
        ------
        PastClash
            When something before the first day that may change is not possible any more.
        """
        weeks = self.grid.problem.opening.weeks
        for week in range(weeks):
            self._leave(week)
        if not self._same and self._first == weeks - 1:
            self.changed.add(self._first)
        self.kept = dict(self.sessions)
        for week in range(weeks):
            self._step(week, rings=False)
            self._tell(week + 1, 2 * weeks)
        if not self._same:
            self._follow_up()
        for week in range(self._first, weeks):
            if not self._same and week in self.changed and self._open(week):
                self._step(week, rings=True)
            self._tell(weeks + week + 1, 2 * weeks)

    @property
    def left(self) -> int:
        """How many weeks that may change were left as they were."""
        if self._same:
            return 0
        weeks = set(range(self._first, self.grid.problem.opening.weeks))
        return len(weeks - self.changed - self.followed)

    def proven(self, told: tuple[str, ...], unserved: Iterable[UnservedMember]) -> bool:
        """Whether no plan with these groups can have fewer unserved, nor as many and fewer notified.

        Either everything is served and only those are told who are in any plan, or the week's exact model,
        or one without clock times, has no better solution.
        """
        if self._same and not told:
            return True
        groups, last = self.groups, self.grid.problem.opening.weeks - 1
        lacking = tuple(unserved)
        harmless = not groups.disturbed and not (groups.seated and lacking)
        harmless &= not (groups.chosen and any(one.cohort for one in lacking))
        if harmless and self._complete() and set(told) <= self._inevitable():
            return True
        free_of_choice = not (groups.chosen or groups.seated or groups.disturbed)
        return free_of_choice and self._first == last and self._certain.get(last, False)

    def _complete(self) -> bool:
        problem = self.grid.problem
        placed = {*self.sessions, *((one.series, one.number) for one in problem.bookings)}
        return all(
            (series.id, number) in placed
            for series in problem.series
            for number in range(1, series.sessions + 1)
        )

    def _inevitable(self) -> set[str]:
        """Patients who are told in every plan that serves everything."""
        new = {self._patient(key[0]) for key in self.sessions if key not in self.given}
        return {self.grid.problem.patients[at].id for at in self.forced | new}

    def _tell(self, done: int, of: int) -> None:
        if self.progress is not None:
            self.progress(done, of)

    def _patient(self, series: str) -> int:
        problem = self.grid.problem
        return self.grid.patient_index[problem.series[self.grid.series_index[series]].patient]

    def _of_gone(self, before: Plan, booked: set[Key]) -> Iterable[int]:
        """Patients whose sessions were taken out of the problem."""
        for one in before.sessions:
            kept = (one.series, one.number) in self.given or (one.series, one.number) in booked
            if one.series in self.grid.series_index and not kept and one.start.date() >= self.since:
                yield self._patient(one.series)

    def _week(self, week: int, *, kept: bool = False) -> ReplanWeek:
        """A week as it is now; or with what it had before, where that is possible, beside the others now."""
        sessions = self.sessions
        if kept:
            others = {key: one for key, one in self.sessions.items() if self._week_of(one) != week}
            own = {key: one for key, one in self.kept.items() if self._week_of(one) == week}
            sessions = {**own, **others}
        held = self.groups.held[week]
        return replan_week(
            self.grid, week, held=held, sessions=sessions.values(), given=self.given, since=self.since
        )

    def _open(self, week: int) -> bool:
        """Whether something might still be better: unserved, or told without need."""
        laid = self._week(week)
        lost = [at for at in range(len(laid.task.visits)) if at not in laid.stay]
        if any(option.visit in lost for option in laid.options):
            return True
        self._certain[week] = not lost and self._told() <= self.forced
        return not self._certain[week]

    def _week_of(self, session: Session) -> int:
        return week_of(self.grid.problem, session.start.date())

    def _told(self, *, but: int | None = None) -> set[int]:
        """Patients for whom something has changed so far, apart from a week."""
        told = set(self.forced)
        for key in dict.fromkeys((*self.sessions, *self.kept)):
            one, other = self.sessions.get(key), self.kept.get(key)
            if _differ(one, other) and but not in {self._week_of(each) for each in (one, other) if each}:
                told.add(self._patient(key[0]))
        return told

    def _leave(self, week: int) -> None:
        """Take out what cannot stay in a week, and note whose sessions and meetings that are."""
        laid = self._week(week)
        past = [one for one in laid.strange if one.start.date() < self.since]
        if past:
            raise PastClash(past)
        for one in laid.strange:
            del self.sessions[one.series, one.number]
            self.forced.add(self._patient(one.series))
            self.broken += 1
        self.meetings += laid.meetings
        told = self._of_meetings(week, laid.meetings)
        self.forced |= told
        problem = self.grid.problem
        was = {one for one in self._before.meetings if week_of(problem, one.start.date()) == week}
        if laid.strange or told or was != set(laid.meetings):
            self.changed.add(week)

    def _of_meetings(self, week: int, meetings: Iterable[Meeting]) -> set[int]:
        """Patients for whom a meeting of the week is dropped or added."""
        problem = self.grid.problem
        came = _coming(self._before.template, self._before.meetings)
        come = _coming(self.groups.template, meetings)
        in_week = {one for one in came if week_of(problem, one[1].date()) == week}
        differ = (in_week ^ come) if in_week or come else set()
        return {
            self.grid.patient_index[name]
            for _, start, name in differ
            if name in self.grid.patient_index and start.date() >= self.since
        }

    def _step(self, week: int, *, rings: bool) -> None:
        """Re-plan a week: what has no place, or with rings what stands around it too."""
        laid = self._week(week, kept=rings)
        missing = {at for at in range(len(laid.task.visits)) if at not in laid.stay}
        if self._same:
            missing = {at for at in missing if laid.key(self.grid, at) in self.given}
        wish = RingStart(laid.stay_now(), frozenset(self._told(but=week)))
        if rings:
            found = self._ringed(week, laid, missing, wish.told)
        else:
            found = self._left_alone(week, laid, missing, wish) or self._broken_only(laid, missing, wish)
        if found is not None and self._take(laid, found) and not rings:
            self.changed.add(week)

    def _left_alone(
        self, week: int, laid: ReplanWeek, missing: set[int], wish: RingStart
    ) -> ReplanSolution | None:
        """A week in which nothing has changed, as it was; None when something has."""
        if week in self.changed or any(self._lost(laid.key(self.grid, at)) for at in missing):
            self.changed.add(week)
            return None
        found = self._solved(laid, wish, placeable(laid, missing))
        return found if found.placed.keys() == laid.stay.keys() else None

    def _lost(self, key: Key) -> bool:
        """Whether a session without a place had one, or is new."""
        return key not in self._unserved

    def _follow_up(self) -> None:
        """Try what has no place at the end of its series, where later sessions count as earlier ones."""
        problem = self.grid.problem
        before = dict(self.sessions)
        lost = {
            series.id
            for series in problem.series
            for number in range(1, series.sessions + 1)
            if (key := (series.id, number)) not in before and key not in self._booked and self._lost(key)
        }
        trial, names = followed_up(problem, before, self.since, lost)
        if not names or self._first == problem.opening.weeks - 1:
            return
        self.sessions = trial
        for week in range(self._first, problem.opening.weeks):
            laid = self._week(week)
            keys = {at: laid.key(self.grid, at) for at in range(len(laid.task.visits)) if at not in laid.stay}
            open_ = {at for at, key in keys.items() if key[0] in names}
            if any(option.visit in open_ for option in laid.options):
                wish = RingStart(laid.stay_now(), frozenset(self._told(but=week)))
                self._take(laid, self._broken_only(laid, open_, wish))
                self.followed.add(week)
        self.sessions = with_numbers_back(problem, self.sessions, before, names)

    def _limit(self, *, linear: int = 1) -> Limit:
        """Limits of a solve: weeks share what there is."""
        weeks = self.grid.problem.opening.weeks - self._first
        return Limit(WORK * self.effort / weeks, seed=self.seed, linear=linear)

    def _broken_only(self, laid: ReplanWeek, missing: set[int], wish: RingStart) -> ReplanSolution:
        """Only what has no place moves, and what else its patients have; what clashes joins it."""
        free = set(missing)
        while True:
            moving = set(visits_of(laid, {laid.task.visits[at].patient for at in free}))
            found = self._solved(laid, wish, moving)
            out = {at for at in laid.stay if at not in found.placed} - free
            if not out:
                return found
            free |= out

    def _solved(self, laid: ReplanWeek, wish: RingStart, moving: set[int]) -> ReplanSolution:
        """What may move, solved; if that takes too long, only what has to go is taken out."""
        limit = self._limit()
        found = solve_free(laid, wish, moving, limit)
        found = found or solve_free(laid, wish, (), replace(limit, work=PATIENCE * limit.work))
        if found is None:
            raise InvalidValue(expected="a re-plan with more effort", found=f"none with {self.effort:g}")
        return found

    def _ringed(
        self, week: int, laid: ReplanWeek, missing: set[int], told: frozenset[int]
    ) -> ReplanSolution | None:
        """Grow what may move until the bound is reached, or all of the week may."""
        now = self._week(week).stay_now()
        value = cost_of(laid, now, told)
        bound, changed = least(laid, told, self._limit(linear=2))
        best: ReplanSolution | None = None
        wish, weeks = RingStart(now, told), self.grid.problem.opening.weeks - self._first
        for free in _rings(laid, missing | {at for at in laid.stay if at not in now}, changed):
            if value <= bound or len(free) * weeks > MOST_FREE:
                break
            found = solve_free(laid, wish, free, self._limit(), beat=value)
            if found is None:
                continue
            total = weight_of(laid) * found.unserved + found.notified
            if total < value:
                best, value, wish = found, total, RingStart(found.placed, told)
            if len(free) == len(laid.task.visits):
                bound = max(bound, found.bound)
        self._certain[week] = value <= bound
        return best

    def _take(self, laid: ReplanWeek, found: ReplanSolution) -> bool:
        """Make what was found the plan of the week, and say whether anything is other than it was."""
        grid, task = self.grid, laid.task
        keys = [laid.key(grid, at) for at in range(len(task.visits))]
        wanted: dict[int, int | None] = {}
        for at, key in enumerate(keys):
            given = self.given.get(key)
            wanted[at] = None if given is None or given.room is None else grid.room_index.get(given.room)
        placed = with_rooms(task, found.placed, wanted, self._limit())
        differs = False
        for at, key in enumerate(keys):
            was = self.sessions.pop(key, None)
            now = session_of(grid, task, placed[at]) if at in placed else None
            if now is not None:
                self.sessions[key] = now
            differs |= was != now
        return differs


def _differ(one: Session | None, other: Session | None) -> bool:
    if one is None or other is None:
        return one is not other
    return one.model_copy(update={"room": None}) != other.model_copy(update={"room": None})


def _rings(laid: ReplanWeek, missing: set[int], changed: frozenset[int]) -> Iterable[set[int]]:
    """Visits that may move, ever more of them."""
    visits = laid.task.visits
    seen = 0
    near = missing | changed
    alike = {visits[at].discipline for at in missing}
    ring = {at for at, one in enumerate(visits) if one.discipline in alike}
    for some in (near, near | ring, set(range(len(visits)))):
        free = set(visits_of(laid, {visits[at].patient for at in some}))
        if len(free) > seen:
            seen = len(free)
            yield free


def _coming(
    template: Iterable[CohortPlace], meetings: Iterable[Meeting]
) -> set[tuple[str, dt.datetime, str]]:
    members = {one.cohort: one.members for one in template}
    return {
        (one.cohort, one.start, name)
        for one in meetings
        for name in members.get(one.cohort, ())
        if name not in one.absent
    }
