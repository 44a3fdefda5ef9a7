"""The bound of a week given the template, and its memory: weeks alike are bounded once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.solving.assignment.assignment import WeekAssignment, assignment_model, solve_assignment
from allay.scheduling.solving.effort import Search
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.week.left import unless_left_out
from allay.scheduling.solving.week.task import WeekTask, reach_of, week_task


@dataclass(slots=True)
class WeekBounds:
    """Bounds of weeks with a template, beginning with level 2 and raised by tighter models.

    Attributes
    ----------
    grid : Grid
        Loose.
    template : tuple of CohortPlace
    reach : dict of str to int
        The last week in which each series could be given.
    """

    grid: Grid
    template: Sequence[CohortPlace]
    reach: dict[str, int] = field(init=False)
    _tasks: dict[int, tuple[WeekTask, str]] = field(default_factory=dict)
    _plain: dict[str, WeekAssignment] = field(default_factory=dict)
    _best: dict[str, tuple[int, bool]] = field(default_factory=dict)
    _every: dict[tuple[int, int], tuple[int, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reach = reach_of(self.grid)

    def task(self, week: int) -> WeekTask:
        """The relaxed task of a week."""
        return self._known(week)[0]

    def plain(self, week: int, search: Search) -> WeekAssignment:
        """Level 2 of the relaxed week."""
        task, key = self._known(week)
        if key not in self._plain:
            limit = search.limit(search.effort.plain, linear=2)
            self._plain[key] = solve_assignment(assignment_model(task), limit)
        return self._plain[key]

    def best(self, week: int, search: Search) -> tuple[int, bool]:
        """The best bound known of a week, and whether the model behind it was solved to the end."""
        key = self._known(week)[1]
        if key not in self._best:
            plain = self.plain(week, search)
            self._best[key] = plain.bound, plain.proven
        value, proven = self._best[key]
        if (week, value) not in self._every:
            limit = search.limit(search.effort.plain, linear=2)
            self._every[week, value] = unless_left_out(
                self.grid, week, self.template, (value, True), limit=limit, reach=self.reach
            )
        lowered, solved = self._every[week, value]
        return lowered, (proven if lowered == value else solved)

    def raise_to(self, week: int, bound: int, *, proven: bool) -> None:
        """Note the bound of a tighter model of the same relaxed week."""
        key = self._known(week)[1]
        known, solved = self._best.get(key, (-1, False))
        if bound > known or (bound == known and proven and not solved):
            self._best[key] = bound, proven

    def _known(self, week: int) -> tuple[WeekTask, str]:
        if week not in self._tasks:
            task, _ = week_task(self.grid, week, template=self.template, relaxed=True, reach=self.reach)
            self._tasks[week] = task, fingerprint(task)
        return self._tasks[week]


def fingerprint(task: WeekTask) -> str:
    """Name what a week's task asks, apart from its date and the numbers of its sessions."""
    start = task.dates[0] if task.dates else None
    alike = replace(
        task,
        week=0,
        dates=(),
        visits=tuple(replace(visit, number=0) for visit in task.visits),
    )
    offsets = [(date - start).days for date in task.dates] if start else []
    return hashlib.sha256(repr((offsets, alike)).encode()).hexdigest()
