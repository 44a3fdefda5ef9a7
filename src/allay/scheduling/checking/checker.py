"""The checker: every rule over one plan."""

from __future__ import annotations

from collections import Counter

from allay.scheduling.checking.casebook import Casebook
from allay.scheduling.checking.clashes import check_clashes
from allay.scheduling.checking.days import check_days
from allay.scheduling.checking.known import check_known
from allay.scheduling.checking.meetings import check_meetings
from allay.scheduling.checking.report import CheckReport
from allay.scheduling.checking.rules import RULES
from allay.scheduling.checking.score import own_score
from allay.scheduling.checking.series import check_series
from allay.scheduling.checking.sessions import check_sessions
from allay.scheduling.checking.template import check_template
from allay.scheduling.plan.plan import Plan, Score
from allay.scheduling.problem.problem import SchedulingProblem


def check_plan(problem: SchedulingProblem, plan: Plan) -> CheckReport:
    """Check a plan against every rule of its problem, and score it anew.

    Parameters
    ----------
    problem : SchedulingProblem
        As `read_problem` accepts it.
    plan : Plan
        Of any origin, of another problem too: then that is a violation.

    Returns
    -------
    CheckReport
        Every violation with the id of its rule (`RULES` says each in a sentence), its place, and what was
        found against what is allowed. The cost is n log n in sessions, members and meetings: everything is
        sorted and swept.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> nothing = Score(unserved=0, late=0, trips=0, lost_cents=0, unserved_points=0, late_points=0,
    ...     trip_points=0, continuity_points=0, preference_points=0, same_day_points=0, total=0)
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(),
    ...     method="first-fit", score=nothing)
    >>> check_plan(problem, plan).ok
    True
    >>> wrong = plan.model_copy(update={"problem": "other"})
    >>> [str(one) for one in check_plan(problem, wrong).violations]
    ['plan: problem.id: names the problem other, not empty']
    """
    book = Casebook(problem, plan)
    check_known(book)
    check_template(book)
    check_meetings(book)
    check_sessions(book)
    check_series(book)
    check_clashes(book)
    check_days(book)
    score = own_score(book)
    _score(book, score)
    order = {rule: place for place, rule in enumerate(RULES)}
    found = sorted(book.found, key=lambda one: order[one.rule])
    return CheckReport(
        problem=problem.id,
        method=plan.method,
        ok=not found,
        violations=tuple(found),
        broken=dict(Counter(one.rule for one in found)),
        checked=_counts(plan),
        score=score,
        stated=plan.score.total,
        bounds=plan.bounds,
    )


def _score(book: Casebook, score: Score) -> None:
    stated = book.plan.score
    for name in Score.model_fields:
        said, own = getattr(stated, name), getattr(score, name)
        if said != own:
            book.add("score.wrong", f"score, {name}", f"{said}, not {own}")
    for bound in book.plan.bounds:
        if bound.value > score.total:
            where = f"bounds, {bound.kind}"
            book.add("bound.above", where, f"{bound.value}, but the plan scores {score.total}")


def _counts(plan: Plan) -> dict[str, int]:
    return {
        "cohorts": len(plan.template),
        "members": sum(len(place.members) for place in plan.template),
        "meetings": len(plan.meetings),
        "sessions": len(plan.sessions),
        "unserved_sessions": len(plan.unserved_sessions),
        "unserved_members": len(plan.unserved_members),
    }
