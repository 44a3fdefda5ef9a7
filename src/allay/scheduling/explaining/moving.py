"""Moving everybody: a week planned anew, to see whether it does better where the plan does not."""

from __future__ import annotations

from collections.abc import Sequence

from allay.scheduling.explaining.result import Item
from allay.scheduling.explaining.totals import scored, unserved_of
from allay.scheduling.explaining.trips import trip_days
from allay.scheduling.plan.plan import Plan, UnservedSession
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.solving.due import week_of
from allay.scheduling.solving.grid import grid_of


def moved(
    problem: SchedulingProblem, plan: Plan, items: Sequence[Item], *, seed: int = 0, effort: float = 1.0
) -> list[Item]:
    """Plan each week anew in which something is blocked, and say of each item what that shows.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Its template, and its sessions of other weeks, stay.
    items : sequence of Item
    seed : int
    effort : float
        Factor on the limits of the solver.

    Returns
    -------
    list of Item
        `moving` is `possible` where a week that scores less serves the session or saves the day; `no_gain`
        where nothing scores less than the plan; `no_better_found` where the search found nothing and cannot
        say more. Time: that of solving each such week, some seconds for 300 patients.

    Examples
    --------
    >>> from allay.scheduling.explaining.explain import explain_plan
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=10, seed=1)
    >>> plan = good_greedy(problem)
    >>> items = explain_plan(problem, plan, allay_version="0").items
    >>> {item.moving for item in moved(problem, plan, items, effort=0.1)} & {"not_tried"}
    set()
    """
    weeks = sorted({item.week for item in items if _open(item)})
    found = {week: _again(problem, plan, week, seed=seed, effort=effort) for week in weeks}
    return [_told(problem, item, plan, *found[item.week]) if _open(item) else item for item in items]


def _open(item: Item) -> bool:
    return item.moving == "not_tried" and item.what in ("unserved_session", "second_trip")


def _again(
    problem: SchedulingProblem, plan: Plan, week: int, *, seed: int, effort: float
) -> tuple[Plan, bool]:
    """The plan with the week planned anew, if that scores less, and whether nothing can score less."""
    from allay.scheduling.solving.effort import Effort, Search
    from allay.scheduling.solving.solver import cp_model
    from allay.scheduling.solving.week.week import solve_week

    cp_model()  # says what to install if it is not there
    before = [each for each in plan.sessions if week_of(problem, each.start.date()) < week]
    others = [each for each in plan.sessions if week_of(problem, each.start.date()) != week]
    # What a later week holds already is not to be placed a second time.
    later = {(each.series, each.number) for each in others} - {(each.series, each.number) for each in before}
    search = Search(Effort().scaled(effort), seed=seed)
    new = solve_week(problem, grid_of(problem), week, template=plan.template, before=before, search=search)
    sessions = (
        *others,
        *(each for each in new.sessions if (each.series, each.number) not in later),
    )
    unserved = unserved_of(problem, sessions)
    score = scored(problem, plan.template, sessions, plan.meetings, plan.unserved_members)
    best = problem.opening.weeks == 1 and new.bound >= min(plan.score.total, score.total)
    if score.total >= plan.score.total:
        return plan, best
    return plan.model_copy(update={"sessions": sessions, "unserved_sessions": unserved, "score": score}), best


def _told(problem: SchedulingProblem, item: Item, plan: Plan, better: Plan, best: bool) -> Item:
    if better is not plan and _right(problem, item, better):
        kept = {(each.series, each.start, each.lead) for each in plan.sessions}
        count = sum((each.series, each.start, each.lead) not in kept for each in better.sessions)
        note = (
            f"the week planned anew puts it right: {better.score.total} points instead of "
            f"{plan.score.total}, {count} sessions elsewhere"
        )
        return item.model_copy(update={"moving": "possible", "note": note})
    return item.model_copy(update={"moving": "no_gain" if best else "no_better_found"})


def _right(problem: SchedulingProblem, item: Item, plan: Plan) -> bool:
    if item.what == "second_trip":
        return len(trip_days(problem, plan).get((item.patient, item.week), ())) < len(item.days)
    return UnservedSession(series=item.series or "", number=item.number or 1) not in plan.unserved_sessions
