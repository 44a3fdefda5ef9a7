"""The booking list: whom to call in which order and why, and what to tell them.

`allay.scheduling.appointments.bookingsheet` writes it as two tables.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allay.scheduling.appointments.appointments import Appointment, appointments_of
from allay.scheduling.appointments.changes import TOLD, PatientAppointment, patient_appointments
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.people import Patient
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Hours

_MANY = 3  # more practitioners to choose from than this is no reason to call somebody early


@dataclass(frozen=True, slots=True)
class Call:
    """One patient to be called.

    Attributes
    ----------
    patient : Patient
    bookings : tuple of PatientAppointment
        Those to speak of, by time.
    choices : int
        Practitioners who could give the service of the patient's for which there are fewest; 0 without any.
    service : str
        That service.
    minutes : int
        Minutes a week during which the patient can come while the program is open.
    unserved : int
        Sessions and group meetings of the patient's that have no place in the plan.
    """

    patient: Patient
    bookings: tuple[PatientAppointment, ...]
    choices: int
    service: str
    minutes: int
    unserved: int

    @property
    def first(self) -> dt.datetime | None:
        """When the first thing to speak of is, or was: that is how long there is to call."""
        starts = [one.appointment.start for one in self.bookings]
        starts += [one.was for one in self.bookings if one.was is not None]
        return min(starts, default=None)

    @property
    def trips(self) -> tuple[dt.date, ...]:
        """Days on which the patient comes to the program."""
        return tuple(sorted({one.start.date() for one in self.kept if one.mode == "onsite"}))

    @property
    def kept(self) -> tuple[Appointment, ...]:
        """The appointments that stand."""
        return tuple(one.appointment for one in self.bookings if one.status != "canceled")


def booking_list(
    problem: SchedulingProblem, plan: Plan, *, before: Sequence[Appointment] | None = None
) -> tuple[Call, ...]:
    """List whom to call, first those who must hear first.

    Patients with the earliest day to speak of come first; of one day, those who are hardest to place (with
    sessions that have no place, then with few practitioners to choose from, then with few hours), as a no
    from them costs most; then those who travel furthest. Nobody is called of whom all is booked already.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    before : sequence of Appointment, optional
        Of the plan that patients know of (`appointments_of`): then only those are called for whom something
        is new, and only of that.

    Returns
    -------
    tuple of Call
        The order does not depend on that of the files. Work grows with patients times practitioners.

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score, UnservedSession
    >>> monday = {"weekday": "monday", "start": dt.time(8), "end": dt.time(12)}
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, rooms=(), patients=({"id": "p1"},),
    ...     practitioners=({"id": "k1", "disciplines": ("pt",), "hours": (monday,)},),
    ...     services=({"id": "pt", "discipline": "pt", "minutes": 60},),
    ...     series=({"id": "s1", "patient": "p1", "service": "pt"},))
    >>> plan = Plan(allay_version="1", problem="one", problem_digest=problem.digest(), method="by-hand",
    ...     unserved_sessions=(UnservedSession(series="s1", number=1),),
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> [(call.patient.id, call.unserved, call.choices) for call in booking_list(problem, plan)]
    [('p1', 1, 1)]
    """
    found: dict[str, list[PatientAppointment]] = defaultdict(list)
    for one in patient_appointments(appointments_of(problem, plan), before=before):
        found[one.patient].append(one)
    unserved = _unserved(problem, plan)
    hardest = _hardest(problem)
    calls = []
    for patient in problem.patients:
        # Without an earlier plan people hear all of their week, as long as something of it is news to them.
        bookings = tuple(b for b in found[patient.id] if before is None or b.status in TOLD)
        news = any(b.status != "booked" for b in bookings)
        missing = unserved.get(patient.id, 0)
        if news or (before is None and missing):
            choices, service = hardest.get(patient.id, (0, ""))
            minutes = _minutes(problem, patient)
            calls.append(Call(patient, bookings, choices, service, minutes, missing))
    return tuple(sorted(calls, key=_order))


def _order(call: Call) -> tuple[object, ...]:
    # Who has nothing to hear of in time comes last: there is no day by which to call.
    first = dt.date.max if call.first is None else call.first.date()
    hard = (-call.unserved, not call.choices, call.choices, call.minutes)
    far = (-call.patient.trip_weight, -(call.patient.travel_minutes or 0))
    clock = dt.time.max if call.first is None else call.first.time()
    return (first, *hard, *far, clock, call.patient.id)


def _unserved(problem: SchedulingProblem, plan: Plan) -> Mapping[str, int]:
    series = {one.id: one.patient for one in problem.series}
    found: dict[str, int] = defaultdict(int)
    for session in plan.unserved_sessions:
        found[series[session.series]] += 1
    for member in plan.unserved_members:
        found[member.patient] += 1
    for meeting in plan.meetings:
        for patient in meeting.absent:
            found[patient] += 1
    return found


def _hardest(problem: SchedulingProblem) -> Mapping[str, tuple[int, str]]:
    """For each patient, the service for which there are fewest practitioners, and how many there are."""
    patients = {one.id: one for one in problem.patients}
    services = {one.id: one for one in problem.services}
    found: dict[str, tuple[int, str]] = {}
    for series in problem.series:
        patient, service = patients[series.patient], services[series.service]
        able = sum(
            service.discipline in one.disciplines
            and bool(one.hours)
            and series.practitioner in (None, one.id)
            and one.id not in patient.avoids
            and (patient.interpreter or patient.language in one.languages)
            for one in problem.practitioners
        )
        found[patient.id] = min(found.get(patient.id, (able, service.id)), (able, service.id))
    return found


def _minutes(problem: SchedulingProblem, patient: Patient) -> int:
    opening = problem.opening
    if not patient.hours:
        return len(opening.weekdays) * _between(opening.opens, opening.closes)
    return sum(
        _open(one, opening.opens, opening.closes) for one in patient.hours if one.weekday in opening.weekdays
    )


def _open(hours: Hours, opens: dt.time, closes: dt.time) -> int:
    return max(0, _between(max(hours.start, opens), min(hours.end, closes)))


def _between(start: dt.time, end: dt.time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def settled(problem: SchedulingProblem, plan: Plan, calls: Sequence[Call]) -> tuple[PatientAppointment, ...]:
    """List the appointments of patients who need no call, as all of theirs is booked already.

    Examples
    --------
    >>> from allay.scheduling.plan.plan import Score
    >>> problem = SchedulingProblem(
    ...     id="empty", opening={"start": dt.date(2027, 1, 4)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> plan = Plan(allay_version="1", problem="one", problem_digest=problem.digest(), method="by-hand",
    ...     score=Score(**dict.fromkeys(Score.model_fields, 0)))
    >>> settled(problem, plan, ())
    ()
    """
    called = {call.patient.id for call in calls}
    found = patient_appointments(appointments_of(problem, plan))
    return tuple(one for one in found if one.patient not in called)


def why(call: Call) -> str:
    """Say why somebody stands where he or she does in the order.

    Examples
    --------
    >>> why(Call(Patient(id="p1", trip_weight=3), (), 1, "acupuncture", 600, 2))
    'nothing to tell a time of; 2 sessions without a place; one practitioner for acupuncture; far away (3)'
    """
    first = call.first
    parts = ["nothing to tell a time of" if first is None else f"first on {first:%Y-%m-%d}"]
    if call.unserved:
        parts.append(f"{call.unserved} session{'' if call.unserved == 1 else 's'} without a place")
    if 0 < call.choices <= _MANY:
        number = "one practitioner" if call.choices == 1 else f"{call.choices} practitioners"
        parts.append(f"{number} for {call.service}")
    if call.patient.trip_weight > 1:
        parts.append(f"far away ({call.patient.trip_weight})")
    return "; ".join(parts)
