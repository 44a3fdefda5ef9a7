"""What one patient's appointments were before and are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from allay.scheduling.appointments.appointments import Appointment

Status = Literal["booked", "planned", "same", "new", "moved", "changed", "canceled"]
TOLD: frozenset[Status] = frozenset({"new", "moved", "changed", "canceled"})
"""What a patient is called about when a plan follows another."""


@dataclass(frozen=True, slots=True)
class PatientAppointment:
    """An appointment of one patient, and what has become of it.

    Attributes
    ----------
    patient : str
    appointment : Appointment
        As it is now; as it was, when it is canceled.
    status : str
        Without an earlier plan `booked` or `planned`. With one: `same` (another room counts as the same, as
        people are shown to it when they come), `new`, `moved` (another time), `changed` (another
        practitioner, or telehealth in place of a visit on site) or `canceled`.
    was : datetime.datetime, optional
        The earlier start of what has moved.
    """

    patient: str
    appointment: Appointment
    status: Status
    was: dt.datetime | None = None


def patient_appointments(
    now: Sequence[Appointment], *, before: Sequence[Appointment] | None = None
) -> tuple[PatientAppointment, ...]:
    """Pair every appointment with each patient who comes to it, and say what is new in it.

    Parameters
    ----------
    now, before : sequence of Appointment
        From `appointments_of`; `before` of the plan that patients know of.

    Returns
    -------
    tuple of PatientAppointment
        By patient, then time. Work grows with the number of appointments.

    Examples
    --------
    >>> patient_appointments((), before=())
    ()
    """
    found = (
        _first(now)
        if before is None
        else [*_since(_by_key(now), _by_key(before)), *_gone(_by_key(now), _by_key(before))]
    )
    return tuple(sorted(found, key=lambda one: (one.patient, one.appointment.start, one.appointment.key)))


Keyed = dict[tuple[str, str], Appointment]


def _by_key(appointments: Iterable[Appointment]) -> Keyed:
    return {(patient, one.key): one for one in appointments for patient in one.patients}


def _first(now: Sequence[Appointment]) -> Iterable[PatientAppointment]:
    for one in now:
        for patient in one.patients:
            yield PatientAppointment(patient, one, "booked" if patient in one.told else "planned")


def _since(now: Keyed, before: Keyed) -> Iterable[PatientAppointment]:
    for (patient, key), one in now.items():
        was = before.get((patient, key))
        if was is None:
            yield PatientAppointment(patient, one, "same" if patient in one.told else "new")
        elif one.start != was.start:
            yield PatientAppointment(patient, one, "moved", was.start)
        else:
            same = (one.practitioners, one.mode) == (was.practitioners, was.mode)
            yield PatientAppointment(patient, one, "same" if same else "changed")


def _gone(now: Keyed, before: Keyed) -> Iterable[PatientAppointment]:
    for (patient, key), was in before.items():
        if (patient, key) not in now:
            yield PatientAppointment(patient, was, "canceled")
