"""What a plan does not serve, for a table: whose, what, when due, and why where that was explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allay.scheduling.explaining.result import Explanation, Item
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

__all__ = ["UnservedRow", "unserved_rows"]

Key = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class UnservedRow:
    """A session or a group meeting that a patient does not get."""

    patient: str
    what: str
    due: str
    why: str


def unserved_rows(
    problem: SchedulingProblem, plan: Plan, *, explanation: Explanation | None = None
) -> tuple[UnservedRow, ...]:
    """List what is not served, by patient.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    explanation : Explanation, optional
        Of this plan.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score, UnservedMember
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=({"id": "p1", "group": "core"},))
    >>> plan = Plan(allay_version="1", problem="one", problem_digest=problem.digest(), method="by-hand",
    ...     unserved_members=(UnservedMember(patient="p1", week=0),),
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> [(row.patient, row.what, row.due) for row in unserved_rows(problem, plan)]
    [('p1', 'a place in a group', 'week 1')]
    """
    why = _reasons(explanation)
    series = {one.id: one for one in problem.series}
    rows = []
    for lost in plan.unserved_sessions:
        of = series[lost.series]
        what = f"{of.service}, {lost.number} of {of.sessions}"
        key = ("unserved_session", of.patient, lost.series, lost.number)
        rows.append(UnservedRow(of.patient, what, _due(problem, lost.series, lost.number), why.get(key, "")))
    for member in plan.unserved_members:
        what = "a place in a group" if member.cohort is None else f"group {member.cohort} does not meet"
        key = ("unserved_member", member.patient, member.cohort or "", member.week)
        rows.append(UnservedRow(member.patient, what, f"week {member.week + 1}", why.get(key, "")))
    for meeting in plan.meetings:
        for patient in meeting.absent:
            week = (meeting.start.date() - problem.opening.start).days // 7
            key = ("absent", patient, meeting.cohort, week)
            what = f"cannot come to group {meeting.cohort}"
            rows.append(UnservedRow(patient, what, f"{meeting.start:%Y-%m-%d}", why.get(key, "")))
    return tuple(sorted(rows, key=lambda row: (row.patient, row.due, row.what)))


def _due(problem: SchedulingProblem, name: str, number: int) -> str:
    series = next(one for one in problem.series if one.id == name)
    start = problem.opening.start
    first = max(0, ((series.first or start) - start).days // 7)
    return f"week {first + (number - 1) // series.per_week + 1}"


def _reasons(explanation: Explanation | None) -> Mapping[Key, str]:
    if explanation is None:
        return {}
    return {_key(item): _why(item) for item in explanation.items}


def _key(item: Item) -> Key:
    if item.what == "unserved_session":
        return (item.what, item.patient, item.series or "", item.number or 0)
    return (item.what, item.patient, item.cohort or "", item.week)


def _why(item: Item) -> str:
    said = [cause.text.rstrip(".") for cause in item.causes[:2]]
    said += [] if item.at is None else [item.at.rstrip(".")]
    parts = ["; ".join(said)] if said else []
    parts += [f"Would help: {item.fixes[0].text.rstrip('.')}"] if item.fixes else []
    return " ".join(f"{one}." for one in parts) or (item.note or "")
