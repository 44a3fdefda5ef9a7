"""Pages of a plan: one week with its picture and tables, or the whole plan with what it scores and lacks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

import allay
from allay.reports.page import environment, stylesheet
from allay.reports.schedule_unserved import UnservedRow, unserved_rows
from allay.reports.schedule_view import By, WeekView, week_view
from allay.reports.schedule_week import drawn_week, drawn_width
from allay.reports.schedule_words import (
    bound_words,
    day_words,
    empty_words,
    score_words,
    week_title,
    week_words,
)
from allay.scheduling.appointments.appointments import Appointment
from allay.scheduling.explaining.result import Explanation
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

__all__ = ["PlanFile", "plan_html", "week_html"]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file beside the page of a plan; `link` says whether one can go there."""

    name: str
    what: str
    link: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    time: str
    service: str
    whom: str
    who: str
    where: str
    also: str


@dataclass(frozen=True, slots=True)
class _Day:
    name: str
    says: str
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Week:
    number: int
    heading: str
    svg: Markup
    width: int
    empty: str
    days: tuple[_Day, ...]


def week_html(problem: SchedulingProblem, plan: Plan, *, week: int = 0, by: By = "practitioner") -> str:
    """Write a page with the picture of a week, and its appointments as tables.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    week : int
        From 0.
    by : {'practitioner', 'room'}
        What has a lane in the picture.

    Returns
    -------
    str
        A whole HTML document that needs nothing from outside. The same plan gives the same page.

    Raises
    ------
    NotFound
        A week outside the problem's horizon.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> week_html(problem, plan).count("<h1")
    1
    """
    view = week_view(problem, plan, week=week, by=by)
    return _page(problem, plan, title=week_title(view), views=[view], unserved=None)


def plan_html(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    explanation: Explanation | None = None,
    files: Sequence[PlanFile] = (),
) -> str:
    """Write the page of a whole plan: score, bounds, what is not served and why, and every week.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    explanation : Explanation, optional
        Of this plan: its causes stand beside what is not served.
    files : sequence of PlanFile
        What lies beside the page.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="empty", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> "Everything that is due has a place." in plan_html(problem, plan)
    True
    """
    views = [week_view(problem, plan, week=week) for week in range(problem.opening.weeks)]
    weeks = f"{len(views)} weeks" if len(views) > 1 else week_words(views[0])
    return _page(
        problem,
        plan,
        title=f"Schedule of {problem.id}: {weeks}",
        views=views,
        unserved=unserved_rows(problem, plan, explanation=explanation),
        explained=explanation is not None,
        files=files,
    )


def _page(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    title: str,
    views: Sequence[WeekView],
    unserved: Sequence[UnservedRow] | None,
    explained: bool = False,
    files: Sequence[PlanFile] = (),
) -> str:
    return (
        environment()
        .get_template("schedule.html")
        .render(
            title=title,
            synthetic=problem.synthetic or plan.synthetic,
            problem=problem,
            plan=plan,
            zone=problem.opening.timezone,
            score=score_words(plan),
            bounds=[bound_words(one, plan) for one in plan.bounds],
            notes=plan.notes,
            complete=unserved is not None,
            unserved=unserved or (),
            explained=explained,
            weeks=[_week(view) for view in views],
            files=files,
            version=allay.__version__,
            style=stylesheet("report.css", "schedule.css"),
        )
    )


def _week(view: WeekView) -> _Week:
    # Escaped where it is drawn.
    svg = Markup(drawn_week(view, headed=False))  # noqa: S704
    width = math.ceil(drawn_width(view))
    days = tuple(_day(view, place) for place in range(len(view.days)))
    return _Week(view.week + 1, _capital(week_words(view)), svg, width, empty_words(view), days)


def _day(view: WeekView, place: int) -> _Day:
    day = view.days[place]
    held = [one for one in view.appointments if one.start.date() == day]
    sessions = sum(one.kind == "session" for one in held)
    meetings = len(held) - sessions
    says = [f"{sessions} session{'' if sessions == 1 else 's'}"] if sessions else []
    says += [f"{meetings} group meeting{'' if meetings == 1 else 's'}"] if meetings else []
    return _Day(day_words(day), " and ".join(says) or "nothing planned", tuple(map(_row, held)))


def _row(one: Appointment) -> _Row:
    whom = one.patients[0] if one.kind == "session" else f"{one.of}, {len(one.patients)} come"
    also = [f"{one.number} of {one.count}"] if one.kind == "session" and one.count > 1 else []
    also += [f"absent: {', '.join(one.absent)}"] if one.absent else []
    also += ["linked visit"] if one.second is not None else []
    also += ["booked before"] if one.booked else []
    return _Row(
        time=f"{one.start:%H:%M} to {one.end:%H:%M}",
        service=one.service.id,
        whom=whom,
        who=" and ".join(one.practitioners),
        where="telehealth" if one.mode == "telehealth" else one.room or "",
        also="; ".join(also),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
