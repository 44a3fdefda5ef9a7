"""Checks that a plan is one of the problem it is read for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from allay.base.documents import Keys
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.checks.index import Finding, ProblemIndex, unknown
from allay.scheduling.problem.problem import SchedulingProblem

Named = tuple[Keys, str, str | None, Collection[str]]
LAST_YEAR = 9999  # what starts in it may end where no calendar goes


def check_belongs(plan: Plan, problem: SchedulingProblem) -> Iterator[Finding]:
    """Find what shows that a plan is not for a problem: its name and digest, ids, numbers, weeks.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=())
    >>> plan = Plan(
    ...     allay_version="1", problem="p", problem_digest="0" * 64, method="replan",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> [keys for keys, _, _ in check_belongs(plan, problem)]
    [('problem_digest',)]
    """
    if plan.problem != problem.id:
        yield ("problem",), f"a plan for {problem.id!r}", f"one for {plan.problem!r}"
    elif plan.problem_digest != (digest := problem.digest()):
        expected = f"the digest of {problem.id!r} as it is now, {digest[:12]}…"
        yield ("problem_digest",), expected, f"{plan.problem_digest[:12]}…; the problem has changed since"
    else:
        index = ProblemIndex.of(problem)
        for keys, expected, wanted, known in _named(plan, index):
            if wanted is not None and wanted not in known:
                yield keys, expected, unknown(wanted, known)
        yield from _numbers(plan, index)
        yield from _starts(plan)


def _named(plan: Plan, index: ProblemIndex) -> Iterator[Named]:
    staff, rooms, patients, cohorts = index.practitioners, index.rooms, index.patients, index.cohorts
    for place, each in enumerate(plan.template):
        keys: Keys = ("template", place)
        yield (*keys, "cohort"), "a cohort of the problem", each.cohort, cohorts
        yield (*keys, "lead"), "a practitioner of the problem", each.lead, staff
        yield (*keys, "room"), "a room of the problem", each.room, rooms
        yield from _each((*keys, "members"), each.members, patients)
    for place, meeting in enumerate(plan.meetings):
        keys = ("meetings", place)
        yield (*keys, "cohort"), "a cohort of the problem", meeting.cohort, cohorts
        yield (*keys, "lead"), "a practitioner of the problem", meeting.lead, staff
        yield (*keys, "room"), "a room of the problem", meeting.room, rooms
        yield from _each((*keys, "absent"), meeting.absent, patients)
    for place, session in enumerate(plan.sessions):
        keys = ("sessions", place)
        yield (*keys, "series"), "a series of the problem", session.series, index.series
        yield (*keys, "lead"), "a practitioner of the problem", session.lead, staff
        yield (*keys, "second"), "a practitioner of the problem", session.second, staff
        yield (*keys, "room"), "a room of the problem", session.room, rooms
    for place, unserved in enumerate(plan.unserved_sessions):
        yield ("unserved_sessions", place, "series"), "a series of the problem", unserved.series, index.series
    for place, member in enumerate(plan.unserved_members):
        keys = ("unserved_members", place)
        yield (*keys, "patient"), "a patient of the problem", member.patient, patients
        yield (*keys, "cohort"), "a cohort of the problem", member.cohort, cohorts


def _each(keys: Keys, wanted: Iterable[str], known: Collection[str]) -> Iterator[Named]:
    for place, name in enumerate(wanted):
        yield (*keys, place), "a patient of the problem", name, known


def _numbers(plan: Plan, index: ProblemIndex) -> Iterator[Finding]:
    for field in ("sessions", "unserved_sessions"):
        for place, each in enumerate(getattr(plan, field)):
            series = index.series.get(each.series)
            if series and each.number > series.sessions:
                expected = f"a number from 1 to {series.sessions}, the sessions of {series.id}"
                yield (field, place, "number"), expected, str(each.number)
    weeks = index.problem.opening.weeks
    for place, member in enumerate(plan.unserved_members):
        if member.week >= weeks:
            expected = f"a week from 0 to {weeks - 1}"
            yield ("unserved_members", place, "week"), expected, str(member.week)


def _starts(plan: Plan) -> Iterator[Finding]:
    for field in ("meetings", "sessions"):
        for place, each in enumerate(getattr(plan, field)):
            if each.start.year >= LAST_YEAR:
                yield (field, place, "start"), f"a start before the year {LAST_YEAR}", each.start.isoformat()
