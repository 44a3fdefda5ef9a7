"""What pages and pictures of a plan say: days, scores, bounds, appointments, and why a week is empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from allay.reports.schedule_view import WeekBlock, WeekView
from allay.scheduling.appointments.appointments import Appointment
from allay.scheduling.plan.plan import Bound, Plan

__all__ = [
    "block_words",
    "bound_words",
    "day_words",
    "empty_words",
    "score_words",
    "told",
    "week_description",
    "week_title",
    "week_words",
]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def day_words(day: dt.date) -> str:
    """Name a day.

    Examples
    --------
    >>> day_words(dt.date(2027, 1, 4))
    'Monday, January 4'
    """
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def week_title(view: WeekView) -> str:
    """Say which week of what it is.

    Examples
    --------
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> from allay.reports.schedule_view import week_view
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> week_title(week_view(problem, plan))
    'empty: week 1 of 1, January 4 to 8, 2027'
    """
    made = " (synthetic)" if view.problem.synthetic or view.plan.synthetic else ""
    return f"{view.problem.id}: {week_words(view)}{made}"


def week_words(view: WeekView) -> str:
    """Say which week it is."""
    return f"week {view.week + 1} of {view.problem.opening.weeks}, {_dates(view.days)}"


def _dates(days: Sequence[dt.date]) -> str:
    if not days:
        return "no open day"
    first, last = days[0], days[-1]
    start = f"{_MONTHS[first.month - 1]} {first.day}"
    if first.year != last.year:
        start += f", {first.year}"
    if first == last:
        return f"{start}, {last.year}"
    month = "" if first.month == last.month else f"{_MONTHS[last.month - 1]} "
    return f"{start} to {month}{last.day}, {last.year}"


def score_words(plan: Plan) -> str:
    """Say what a plan scores, and what is behind it.

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score
    >>> none = dict.fromkeys(Score.model_fields, 0)
    >>> score = Score(**none | {"unserved": 1, "unserved_points": 50, "trips": 3, "total": 55})
    >>> plan = Plan(allay_version="1", problem="one", problem_digest="0" * 64, method="by-hand", score=score)
    >>> score_words(plan)
    'Score 55 points (less is better): 1 not served, 3 trips'
    """
    score = plan.score
    parts = [f"{score.unserved:,} not served", _counted(score.trips, "trip")]
    if score.late:
        parts.append(f"{_counted(score.late, 'week')} late in all")
    if score.lost_cents:
        parts.append(f"${score.lost_cents / 100:,.2f} lost by same-day rules")
    return f"Score {_counted(score.total, 'point')} (less is better): {', '.join(parts)}"


def bound_words(bound: Bound, plan: Plan) -> str:
    """Say what a bound means for a plan.

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score
    >>> score = Score(**dict.fromkeys(Score.model_fields, 0) | {"total": 55})
    >>> plan = Plan(allay_version="1", problem="one", problem_digest="0" * 64, method="by-hand", score=score)
    >>> bound_words(Bound(kind="free", value=55, proven=True), plan)
    'No plan can score less than 55 points, whatever its groups (proven). This plan reaches that: it is best.'
    """
    what = {
        "given_template": "No plan with these groups at these times can score less than",
        "free": "No plan can score less than",
    }[bound.kind]
    whatever = ", whatever its groups" if bound.kind == "free" else ""
    sure = "proven" if bound.proven else "it holds, but the search for a higher one was ended early"
    total = plan.score.total
    if total == bound.value:
        end = "it is best." if bound.kind == "free" else "no better one has these groups."
        against = f"This plan reaches that: {end}"
    elif bound.value:
        against = f"This plan is at {total / bound.value:.3f} times that."
    else:
        against = f"This plan is {_counted(total, 'point')} above that."
    return f"{what} {_counted(bound.value, 'point')}{whatever} ({sure}). {against}"


def empty_words(view: WeekView) -> str:
    """Say why nothing is in a week; nothing where something is."""
    if view.appointments:
        return ""
    if not view.lanes:
        return "Nothing is planned in this week: the problem has nobody to give a session."
    if not any(lane.minutes[1] > 0 for lane in view.lanes):
        whose = "No practitioner works" if view.by == "practitioner" else "No room is open"
        return f"Nothing is planned in this week. {whose} in it."
    missing = len(view.plan.unserved_sessions) + len(view.plan.unserved_members)
    if missing:
        return (
            f"Nothing is planned in this week. In the whole plan {_counted(missing, 'session')} "
            f"{'has' if missing == 1 else 'have'} no place: allay scheduling explain says why."
        )
    return "Nothing is planned in this week: nothing is due in it."


def week_description(view: WeekView) -> str:
    """Say what a picture shows, for those who do not see it."""
    held = view.appointments
    sessions = sum(one.kind == "session" for one in held)
    remote = sum(one.mode == "telehealth" for one in held)
    linked = sum(one.second is not None for one in held)
    lanes = _counted(len(view.lanes), "practitioner" if view.by == "practitioner" else "room lane")
    groups = _counted(len(held) - sessions, "group meeting")
    days = _counted(len(view.days), "day")
    said = (
        f"{_counted(sessions, 'session')} ({remote} by telehealth, {linked} linked) and {groups} of {lanes} "
        f"over {days}."
    )
    empty = empty_words(view)
    return f"{said} {empty}".strip() if empty else f"{said} The tables list each of them."


def told(one: Appointment) -> str:
    """Say all of an appointment in a line."""
    if one.kind == "meeting":
        what = f"{one.service.id}, group {one.of} ({_counted(len(one.patients), 'patient')})"
        what += f", {len(one.absent)} absent" if one.absent else ""
    else:
        what = f"{one.service.id}, {one.patients[0]}, {one.number} of {one.count}"
    who = one.lead if one.second is None else f"{one.lead} linked with {one.second}"
    where = "telehealth" if one.mode == "telehealth" else f"room {one.room}"
    booked = ", booked before" if one.booked else ""
    return (
        f"{_DAYS[one.start.weekday()]} {one.start:%H:%M} to {one.end:%H:%M}: {what}; {who}; {where}{booked}"
    )


def block_words(block: WeekBlock) -> str:
    """Say what a block is on its lane."""
    extra = {"second": " (second practitioner)", "supervision": " (on site, may do other work)"}
    return told(block.appointment) + extra.get(block.role, "")
