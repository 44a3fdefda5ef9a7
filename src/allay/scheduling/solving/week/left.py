"""Weeks in which a plan leaves out a meeting that it could hold: a bound has to hold for them as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.solving.assignment.assignment import assignment_model, solve_assignment
from allay.scheduling.solving.effort import Limit
from allay.scheduling.solving.grid import Grid
from allay.scheduling.solving.week.meetings import WeekMeetings
from allay.scheduling.solving.week.task import week_task


def unless_left_out(
    grid: Grid,
    week: int,
    template: Sequence[CohortPlace],
    bound: tuple[int, bool],
    *,
    limit: Limit,
    reach: Mapping[str, int] | None = None,
) -> tuple[int, bool]:
    """Lower a bound of weeks that hold their meetings to what also bounds those that leave some out.

    Who leaves a meeting out pays for every member, and gains no more than the time of all meetings: the week
    is relaxed again with every meeting open, and what leaving out the least of them costs is added. A group
    has so many members that this hardly ever lowers anything, and mostly that is seen without a search.

    Parameters
    ----------
    grid : Grid
        Loose.
    week : int
    template : sequence of CohortPlace
    bound : (int, bool)
        Of weeks that hold every meeting whose lead and room are there, and whether it is proven.
    limit : Limit
        Of the search, if there is one.
    reach : mapping of str to int, optional
        As of `week_task`.

    Returns
    -------
    (int, bool)
        A bound of every week, and whether its model was solved to the end.
    """
    _, met = week_task(grid, week, template=template, relaxed=True, reach=reach)
    if not met.meetings:
        return bound
    least = _least(grid, template, met)
    task, _ = week_task(grid, week, template=template, relaxed=True, reach=reach, held=False)
    if task.constant + least >= bound[0]:
        return bound
    found = solve_assignment(assignment_model(task), limit)
    return bound if found.bound + least >= bound[0] else (found.bound + least, found.proven)


def _least(grid: Grid, template: Sequence[CohortPlace], met: WeekMeetings) -> int:
    """The least that leaving out one of the meetings costs beyond what each open meeting costs anyway."""
    members = {place.cohort: place.members for place in template}
    unserved = grid.problem.weights.unserved
    return min(
        sum(
            max(0, unserved - grid.problem.patients[grid.patient_index[member]].trip_weight)
            for member in members[meeting.cohort]
            if member not in meeting.absent
        )
        for meeting in met.meetings
    )
