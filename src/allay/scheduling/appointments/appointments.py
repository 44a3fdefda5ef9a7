"""Appointments: the sessions and meetings of a plan, each with everything and everybody it concerns."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from allay.base.errors import NotFound
from allay.scheduling.plan.plan import Meeting, Plan, Session
from allay.scheduling.problem.care import Cohort, Mode, Series, Service
from allay.scheduling.problem.problem import SchedulingProblem

SUPERVISED_AFAR = "general"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session of a patient, or one meeting of a group, as a plan has it.

    Attributes
    ----------
    key : str
        What stays the same when a plan is made anew: `series/number`, or `cohort/year-week` (ISO 8601) as a
        group meets once a week.
    of : str
        The series or the cohort.
    kind : {'session', 'meeting'}
    service : Service
    start, end : datetime.datetime
        Local, without an offset.
    lead, second, room : str or None
    mode : {'onsite', 'telehealth'}
    patients : tuple of str
        Who comes; members who are absent do not.
    absent : tuple of str
    number, count : int
        The how-manieth of how many: of the series, or of the group's meetings in the plan.
    told : tuple of str
        Patients who had it before the plan was made: of a booking, and members of a group that runs already.
    """

    key: str
    of: str
    kind: Literal["session", "meeting"]
    service: Service
    start: dt.datetime
    end: dt.datetime
    lead: str
    second: str | None
    room: str | None
    mode: Mode
    patients: tuple[str, ...]
    absent: tuple[str, ...]
    number: int
    count: int
    told: tuple[str, ...]

    @property
    def practitioners(self) -> tuple[str, ...]:
        """Whoever gives it: the lead, and the second practitioner of a linked visit."""
        return (self.lead,) if self.second is None else (self.lead, self.second)

    @property
    def booked(self) -> bool:
        """Whether it was there before the plan was made."""
        return bool(self.told)

    def occupied(self, practitioner: str, *, slot_minutes: int) -> tuple[dt.datetime, dt.datetime] | None:
        """Say from when until when it takes a practitioner's time; None where presence takes none.

        A second practitioner is taken for the whole visit, for its first slot, or not at all, by the rule of
        the service.
        """
        linked = self.service.linked
        if practitioner != self.second or practitioner == self.lead or linked is None:
            return self.start, self.end
        if linked.presence == "start":
            return self.start, min(self.end, self.start + dt.timedelta(minutes=slot_minutes))
        return None if linked.presence == SUPERVISED_AFAR else (self.start, self.end)


def appointments_of(problem: SchedulingProblem, plan: Plan) -> tuple[Appointment, ...]:
    """List what a plan holds, in the order of time.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.

    Returns
    -------
    tuple of Appointment
        By start, then key. Time and memory grow with the number of sessions and meetings.

    Raises
    ------
    NotFound
        A series or cohort that the problem does not have.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r1", "type": "treatment"},),
    ...     practitioners=({"id": "k1", "disciplines": ("pt",)},), patients=({"id": "p1"},),
    ...     services=({"id": "pt", "discipline": "pt", "minutes": 60, "room_type": "treatment"},),
    ...     series=({"id": "s1", "patient": "p1", "service": "pt"},))
    >>> session = Session(series="s1", number=1, start=dt.datetime(2027, 1, 5, 9), lead="k1", room="r1")
    >>> score = Score(**dict.fromkeys(Score.model_fields, 0))
    >>> plan = Plan(allay_version="1", problem="one", problem_digest=problem.digest(), method="by-hand",
    ...     sessions=(session,), score=score)
    >>> [(one.key, str(one.end), one.patients) for one in appointments_of(problem, plan)]
    [('s1/1', '2027-01-05 10:00:00', ('p1',))]
    """
    found = [*_sessions(problem, plan), *_meetings(problem, plan)]
    return tuple(sorted(found, key=lambda one: (one.start, one.key)))


def _sessions(problem: SchedulingProblem, plan: Plan) -> Iterator[Appointment]:
    services = {one.id: one for one in problem.services}
    series = {one.id: one for one in problem.series}
    booked = {(one.series, one.number) for one in problem.bookings}
    for session in plan.sessions:
        if session.series not in series:
            raise NotFound.among("series", session.series, known=series)
        of = series[session.series]
        yield _session(session, of, services[of.service], booked=(session.series, session.number) in booked)


def _session(session: Session, series: Series, service: Service, *, booked: bool) -> Appointment:
    return Appointment(
        key=f"{series.id}/{session.number}",
        of=series.id,
        kind="session",
        service=service,
        start=session.start,
        end=session.start + dt.timedelta(minutes=service.minutes),
        lead=session.lead,
        second=session.second,
        room=session.room,
        mode=session.mode,
        patients=(series.patient,),
        absent=(),
        number=session.number,
        count=series.sessions,
        told=(series.patient,) if booked else (),
    )


def _meetings(problem: SchedulingProblem, plan: Plan) -> Iterator[Appointment]:
    services = {one.id: one for one in problem.services}
    cohorts = {one.id: one for one in problem.cohorts}
    members = {one.id: one.members for one in problem.cohorts} | {
        one.cohort: one.members for one in plan.template
    }
    count = Counter(one.cohort for one in plan.meetings)
    met: Counter[str] = Counter()
    for meeting in sorted(plan.meetings, key=lambda one: one.start):
        if meeting.cohort not in cohorts:
            raise NotFound.among("cohort", meeting.cohort, known=cohorts)
        met[meeting.cohort] += 1
        cohort = cohorts[meeting.cohort]
        number = (met[meeting.cohort], count[meeting.cohort])
        yield _meeting(meeting, cohort, services[cohort.service], members[cohort.id], number)


def _meeting(
    meeting: Meeting, cohort: Cohort, service: Service, members: Sequence[str], number: tuple[int, int]
) -> Appointment:
    year, week, _ = meeting.start.isocalendar()
    return Appointment(
        key=f"{cohort.id}/{year}-W{week:02}",
        of=cohort.id,
        kind="meeting",
        service=service,
        start=meeting.start,
        end=meeting.start + dt.timedelta(minutes=service.minutes),
        lead=meeting.lead,
        second=None,
        room=meeting.room,
        mode="onsite",
        patients=tuple(one for one in members if one not in meeting.absent),
        absent=meeting.absent,
        number=number[0],
        count=number[1],
        told=cohort.members if cohort.meets is not None else (),
    )
