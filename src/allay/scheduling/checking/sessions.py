"""Each session by itself: when, where, by whom, how."""

from __future__ import annotations

import datetime as dt

from allay.scheduling.checking.casebook import Casebook, said
from allay.scheduling.checking.place import check_discipline, check_grid, check_room, check_there
from allay.scheduling.plan.plan import Session


def check_sessions(book: Casebook) -> None:
    """Check every session by itself; linear in sessions."""
    for one in book.sessions:
        where, end = said(one), book.end(one)
        check_grid(book, one.start, end, where)
        patient = book.series[one.series].patient
        calendar = book.patient_calendars[patient]
        check_there(book, calendar, patient, one.start, end, rule="patient.off_calendar", where=where)
        _lead(book, one, where)
        _telehealth(book, one, where) if one.mode == "telehealth" else _on_site(book, one, where)
        _second(book, one, where)


def _lead(book: Casebook, one: Session, where: str) -> None:
    series, service = book.series[one.series], book.service_of(one)
    patient, lead = book.patients[series.patient], book.practitioners[one.lead]
    calendar = book.practitioner_calendars[one.lead]
    rule = "practitioner.off_calendar"
    check_there(book, calendar, one.lead, one.start, book.end(one), rule=rule, where=where)
    check_discipline(book, service, one.lead, "lead.discipline", where)
    if one.lead in patient.avoids:
        book.add("lead.avoided", where, f"{patient.id} avoids {one.lead}")
    if not patient.interpreter and patient.language not in lead.languages:
        text = f"{patient.id} needs {patient.language}; {one.lead} speaks {', '.join(lead.languages)}"
        book.add("lead.language", where, text)
    if series.practitioner is not None and one.lead != series.practitioner:
        book.add("series.practitioner", where, f"with {one.lead}, not {series.practitioner}")
    if series.mode not in ("either", one.mode):
        book.add("series.mode", where, f"{one.mode}, not {series.mode}")


def _on_site(book: Casebook, one: Session, where: str) -> None:
    if one.room is None:
        book.add("room.missing", where, "on site without a room")
        return
    check_room(book, book.service_of(one), one.room, where)
    calendar = book.room_calendars[one.room]
    check_there(book, calendar, one.room, one.start, book.end(one), rule="room.off_calendar", where=where)


def _telehealth(book: Casebook, one: Session, where: str) -> None:
    service = book.service_of(one)
    patient = book.patients[book.series[one.series].patient]
    lead = book.practitioners[one.lead]
    if not service.telehealth:
        book.add("telehealth.service", where, f"{service.id} is not given by telehealth")
    if not patient.telehealth:
        book.add("telehealth.patient", where, f"{patient.id} has no sessions by telehealth")
    if not lead.telehealth:
        book.add("telehealth.practitioner", where, f"{lead.id} gives no sessions by telehealth")
    if patient.state is not None and patient.state not in lead.states:
        states = ", ".join(lead.states) or "no state"
        text = f"{patient.id} is in {patient.state}; {lead.id} is licensed in {states}"
        book.add("telehealth.state", where, text)
    if one.room is not None:
        book.add("telehealth.room", where, f"by telehealth, but in the room {one.room}")
    if service.linked is not None:
        book.add("linked.room", where, f"{service.id} is a linked visit, which is on site")


def _second(book: Casebook, one: Session, where: str) -> None:
    linked = book.service_of(one).linked
    if linked is None:
        if one.second is not None:
            text = f"{one.second} is second, but {book.service_of(one).id} is no linked visit"
            book.add("linked.second_extra", where, text)
        return
    if one.second is None:
        book.add("linked.second_missing", where, f"nobody with {linked.discipline} is second")
        return
    if one.second == one.lead:
        book.add("linked.second_same", where, f"{one.lead} is lead and second")
    disciplines = book.practitioners[one.second].disciplines
    if linked.discipline not in disciplines:
        text = f"{one.second} has {', '.join(disciplines)}, not {linked.discipline}"
        book.add("linked.second_discipline", where, text)
    patient = book.patients[book.series[one.series].patient]
    if one.second in patient.avoids and linked.presence != "general":
        book.add("linked.second_avoided", where, f"{patient.id} avoids {one.second}, who is second")
    end = first_slot_end(book, one) if linked.presence == "start" else book.end(one)
    calendar = book.practitioner_calendars[one.second]
    rule = "linked.second_off_calendar"
    check_there(book, calendar, one.second, one.start, end, rule=rule, where=where)


def first_slot_end(book: Casebook, one: Session) -> dt.datetime:
    """When the first slot of a session ends: the time for which a second with presence `start` is there."""
    return min(book.end(one), one.start + dt.timedelta(minutes=book.opening.slot_minutes))
