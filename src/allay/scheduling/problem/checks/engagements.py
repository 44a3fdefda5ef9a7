"""What is fixed already: bookings and the meetings of running cohorts, by whom or what they occupy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from allay.base.documents import Keys
from allay.scheduling.problem.care import Cohort, Meets, Service
from allay.scheduling.problem.checks.bookings import end_of, is_planned_time
from allay.scheduling.problem.checks.index import ProblemIndex
from allay.scheduling.problem.checks.presence import Somebody, why_not_there

Kind = Literal["practitioner", "patient", "room"]


@dataclass(frozen=True, slots=True)
class Engagement:
    """A time of a practitioner, patient or room that is taken.

    Attributes
    ----------
    kind, who : str
    start, end : datetime.datetime
    what : str
        The session or cohort, for messages.
    service : str
    keys : tuple
        Where it stands in the problem.
    onsite : bool
    """

    kind: Kind
    who: str
    start: dt.datetime
    end: dt.datetime
    what: str
    service: str
    keys: Keys
    onsite: bool = True


def engagements_of(index: ProblemIndex) -> Iterator[Engagement]:
    """List what is fixed; what is off the grid or names nobody is left out, as other checks refuse it.

    Examples
    --------
    >>> from allay.scheduling.problem.problem import SchedulingProblem
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), practitioners=(),
    ...     patients=({"id": "a"},),
    ...     services=({"id": "pt", "discipline": "PT", "minutes": 60},),
    ...     series=({"id": "s", "patient": "a", "service": "pt"},),
    ...     bookings=({"series": "s", "number": 1, "start": dt.datetime(2027, 1, 5, 9), "lead": "k"},))
    >>> [(each.kind, each.who) for each in engagements_of(ProblemIndex.of(problem))]
    [('practitioner', 'k'), ('patient', 'a')]
    """
    for place, cohort in enumerate(index.problem.cohorts):
        service = index.services.get(cohort.service)
        if cohort.meets and service and index.is_on_grid(cohort.meets.start, service.minutes):
            yield from _of_cohort(("cohorts", place), cohort, cohort.meets, service, index)
    yield from _of_bookings(index)


def _of_cohort(
    keys: Keys, cohort: Cohort, meets: Meets, service: Service, index: ProblemIndex
) -> Iterator[Engagement]:
    """On days when somebody is not there, a substitute leads, or a member is absent."""
    people: list[tuple[Kind, Keys, Somebody | None]] = [
        ("practitioner", (*keys, "meets", "lead"), index.practitioners.get(meets.lead)),
        ("room", (*keys, "meets", "room"), index.rooms.get(meets.room)),
        *(("patient", (*keys, "members", n), index.patients.get(m)) for n, m in enumerate(cohort.members)),
    ]
    for day in index.meeting_days(cohort, meets.weekday):
        start = dt.datetime.combine(day, meets.start)
        end = start + dt.timedelta(minutes=service.minutes)
        for kind, where, who in people:
            if who and why_not_there(who, start, end) is None:
                yield Engagement(kind, who.id, start, end, cohort.id, service.id, where)


def _of_bookings(index: ProblemIndex) -> Iterator[Engagement]:
    for place, booking in enumerate(index.problem.bookings):
        series = index.series.get(booking.series)
        service = index.services.get(series.service) if series else None
        if series is None or service is None or not is_planned_time(booking, service, index):
            continue
        start, end = booking.start, end_of(booking, service)
        what, keys = f"number {booking.number} of {series.id}", ("bookings", place)
        onsite = booking.mode == "onsite"
        for kind, field, who, until in (
            ("practitioner", "lead", booking.lead, end),
            ("practitioner", "second", booking.second, _second_until(service, start, end, index)),
            ("room", "room", booking.room, end),
            ("patient", "start", series.patient, end),
        ):
            if who and until > start:
                yield Engagement(kind, who, start, until, what, service.id, (*keys, field), onsite)  # type: ignore[arg-type]


def _second_until(service: Service, start: dt.datetime, end: dt.datetime, index: ProblemIndex) -> dt.datetime:
    """Until when a linked visit occupies its second practitioner; `start` itself: not at all."""
    presence = service.linked.presence if service.linked else "full"
    slot = dt.timedelta(minutes=index.problem.opening.slot_minutes)
    return {"full": end, "start": min(end, start + slot), "general": start}[presence]
