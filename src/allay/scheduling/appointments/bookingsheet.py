"""The booking list as two tables: `calls.csv`, a row a call, and `bookings.csv`, a row an appointment."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from allay.scheduling.appointments.bookings import Call, why
from allay.scheduling.appointments.changes import PatientAppointment

BOOKING_COLUMNS = (
    *("patient", "date", "start", "end", "service", "with", "second", "room", "mode"),
    *("number", "of", "linked", "status", "was", "series"),
)
CALL_COLUMNS = (
    *("order", "patient", "language", "interpreter", "why", "first", "trips", "days", "appointments"),
    *("telehealth", "choices", "hours", "trip_weight", "travel_minutes", "unserved"),
    *("new", "moved", "changed", "canceled"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def calls_csv(calls: Sequence[Call]) -> bytes:
    """Write `calls.csv`: a row for each patient, in calling order.

    Its columns: `order` (from 1), `patient` (a pseudonym), `language` (ISO 639), `interpreter` (yes: one will
    do), `why`, `first` (earliest day to speak of), `trips` (days on site to tell of), `days` (these days),
    `appointments`, `telehealth` (how many of them are), `choices` (practitioners for the service with the
    fewest), `hours` (a week in which the patient can come), `trip_weight`, `travel_minutes` (one way),
    `unserved` (sessions and meetings without a place), and how many are `new`, `moved`, `changed` and
    `canceled` since the earlier plan.

    Returns
    -------
    bytes
        UTF-8; nothing in it starts a formula in a spreadsheet.

    Examples
    --------
    >>> print(calls_csv(()).decode().strip()[:35])
    order,patient,language,interpreter,
    """
    return _csv(CALL_COLUMNS, (_call_row(place, call) for place, call in enumerate(calls, start=1)))


def _call_row(place: int, call: Call) -> Iterator[object]:
    patient = call.patient
    yield from (place, patient.id, patient.language, "yes" if patient.interpreter else "no", why(call))
    yield "" if call.first is None else call.first.date().isoformat()
    yield from (len(call.trips), " ".join(day.isoformat() for day in call.trips), len(call.kept))
    yield sum(one.mode == "telehealth" for one in call.kept)
    yield from (call.choices or "", f"{call.minutes / 60:g}", patient.trip_weight)
    yield from ("" if patient.travel_minutes is None else patient.travel_minutes, call.unserved)
    for status in ("new", "moved", "changed", "canceled"):
        yield sum(one.status == status for one in call.bookings)


def bookings_csv(calls: Sequence[Call], *, others: Sequence[PatientAppointment] = ()) -> bytes:
    """Write `bookings.csv`: a row for each appointment to speak of, in calling order, then by time.

    The `others` (see `settled`) come after them.

    Its columns: `patient`, `date`, `start` and `end` (local), `service`, `with` and `second` (practitioners),
    `room`, `mode`, `number` and `of` (the how-manieth of how many), `linked` (yes: two practitioners),
    `status` (see `PatientAppointment`), `was` (the earlier start of what has moved) and `series` (the series,
    or the group).

    Examples
    --------
    >>> print(bookings_csv(()).decode().strip()[:35])
    patient,date,start,end,service,with
    """
    listed = [*(one for call in calls for one in call.bookings), *others]
    return _csv(BOOKING_COLUMNS, map(_booking_row, listed))


def _booking_row(booking: PatientAppointment) -> Iterator[object]:
    one = booking.appointment
    yield from (booking.patient, one.start.date().isoformat(), f"{one.start:%H:%M}", f"{one.end:%H:%M}")
    yield from (one.service.id, one.lead, one.second or "", one.room or "", one.mode, one.number, one.count)
    yield from ("no" if one.second is None else "yes", booking.status)
    yield from ("" if booking.was is None else f"{booking.was:%Y-%m-%d %H:%M}", one.of)


def _csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236): one that looks so gets a quote before it."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
