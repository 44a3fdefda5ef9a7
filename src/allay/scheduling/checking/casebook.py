"""The problem by ids, the plan's entries whose ids exist, and the violations found so far."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from allay.scheduling.checking.calendars import Calendar, Interval
from allay.scheduling.checking.report import Violation
from allay.scheduling.plan.plan import CohortPlace, Meeting, Plan, Session
from allay.scheduling.problem.care import Cohort, Series, Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS

DAYS = 7


class Casebook:
    """What the rules look things up in, and where they leave what they find.

    Parameters
    ----------
    problem : SchedulingProblem
        As `read_problem` accepts it: ids are there, and once.
    plan : Plan

    Attributes
    ----------
    sessions, meetings, template : list
        The plan's, in order of time and name, without those that name what does not exist.
    found : list of Violation

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 6), "weeks": 2}, rooms=(), practitioners=(),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},), patients=({"id": "ana"},),
    ...     series=({"id": "s", "patient": "ana", "service": "pt", "sessions": 3, "per_week": 2},))
    >>> plan = Plan(
    ...     allay_version="1", problem="p", problem_digest=problem.digest(), method="first-fit",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> book = Casebook(problem, plan)
    >>> book.week(dt.date(2027, 1, 13)), book.due_week(book.series["s"], 3)
    (1, 1)
    >>> book.date_in(0, "tuesday").isoformat(), book.end_of_horizon().isoformat()
    ('2027-01-12', '2027-01-19')
    """

    def __init__(self, problem: SchedulingProblem, plan: Plan) -> None:
        self.problem, self.plan, self.opening = problem, plan, problem.opening
        self.services = {one.id: one for one in problem.services}
        self.practitioners = {one.id: one for one in problem.practitioners}
        self.rooms = {one.id: one for one in problem.rooms}
        self.patients = {one.id: one for one in problem.patients}
        self.cohorts = {one.id: one for one in problem.cohorts}
        self.series = {one.id: one for one in problem.series}
        self.practitioner_calendars = {
            one.id: Calendar(one.hours, one.away, always=False) for one in problem.practitioners
        }
        self.room_calendars = {one.id: Calendar(one.hours, one.away, always=True) for one in problem.rooms}
        self.patient_calendars = {
            one.id: Calendar(one.hours, one.away, always=True) for one in problem.patients
        }
        self.sessions: list[Session] = []
        self.meetings: list[Meeting] = []
        self.template: list[CohortPlace] = []
        self.found: list[Violation] = []
        self._members: dict[str, tuple[str, ...]] | None = None
        self._booked: dict[str, list[Interval]] | None = None

    def add(self, rule: str, where: str, text: str) -> None:
        """Leave one violation."""
        self.found.append(Violation(rule=rule, where=where, text=text))

    def week(self, day: dt.date) -> int:
        """The week of a day, from 0; negative before the horizon."""
        return (day - self.opening.start).days // DAYS

    def end_of_horizon(self) -> dt.date:
        """The last day of the last week."""
        return self.opening.start + dt.timedelta(days=DAYS * self.opening.weeks - 1)

    def span(self, one: Cohort | Series) -> tuple[dt.date, dt.date]:
        """First and last day of a cohort or of the window of a series, inside the horizon."""
        first = max(one.first or self.opening.start, self.opening.start)
        return first, min(one.last or self.end_of_horizon(), self.end_of_horizon())

    def due_week(self, series: Series, number: int) -> int:
        """The week in which a session of a series is due."""
        return self.week(self.span(series)[0]) + (number - 1) // series.per_week

    def service_of(self, one: Session) -> Service:
        """The service of a session."""
        return self.services[self.series[one.series].service]

    def end(self, one: Session | Meeting) -> dt.datetime:
        """When a session or a meeting ends."""
        service = self.service_of(one) if isinstance(one, Session) else self.group_service(one)
        return one.start + dt.timedelta(minutes=service.minutes)

    def group_service(self, one: Meeting | CohortPlace) -> Service:
        """The service of a cohort's meetings."""
        return self.services[self.cohorts[one.cohort].service]

    def members(self) -> dict[str, tuple[str, ...]]:
        """The members each cohort has in the template, without those who do not exist; worked out once."""
        if self._members is None:
            self._members = {
                place.cohort: tuple(dict.fromkeys(name for name in place.members if name in self.patients))
                for place in self.template
            }
        return self._members

    def attending(self, one: Meeting) -> Iterator[str]:
        """Members who are at a meeting, as it says."""
        absent = set(one.absent)
        return (name for name in self.members().get(one.cohort, ()) if name not in absent)

    def booked_times(self) -> dict[str, list[Interval]]:
        """For each patient the times that are booked already; worked out once."""
        if self._booked is None:
            self._booked = defaultdict(list)
            for one in self.problem.bookings:
                series = self.series[one.series]
                end = one.start + dt.timedelta(minutes=self.services[series.service].minutes)
                self._booked[series.patient].append((one.start, end))
        return self._booked

    def date_in(self, week: int, weekday: str) -> dt.date:
        """The date of a weekday in a week of the horizon."""
        monday_based = (WEEKDAYS.index(weekday) - self.opening.start.weekday()) % DAYS
        return self.opening.start + dt.timedelta(days=DAYS * week + monday_based)

    def weeks_of(self, cohort: Cohort) -> range:
        """The weeks that hold a day of a cohort."""
        first, last = self.span(cohort)
        return range(self.week(first), self.week(last) + 1) if first <= last else range(0)

    def meeting_days(self, place: CohortPlace) -> dict[int, dt.date]:
        """For each week in which a cohort of the template is due, the date of its meeting."""
        cohort = self.cohorts[place.cohort]
        first, last = self.span(cohort)
        days = {week: self.date_in(week, place.weekday) for week in self.weeks_of(cohort)}
        return {week: day for week, day in days.items() if first <= day <= last}


def said(one: Session | Meeting) -> str:
    """Say where in the plan a session or a meeting stands.

    Examples
    --------
    >>> said(Session(series="s1", number=2, start=dt.datetime(2027, 1, 4, 9), lead="anna"))
    'series s1, number 2, 2027-01-04 09:00'
    """
    name = f"series {one.series}, number {one.number}" if isinstance(one, Session) else f"cohort {one.cohort}"
    return f"{name}, {one.start:%Y-%m-%d %H:%M}"
