"""Time and place of one thing: on the grid, inside the opening, everybody there, in a fitting room."""

from __future__ import annotations

import datetime as dt

from allay.scheduling.checking.calendars import Calendar
from allay.scheduling.checking.casebook import Casebook
from allay.scheduling.problem.care import Service
from allay.scheduling.problem.times import WEEKDAYS


def check_grid(book: Casebook, start: dt.datetime, end: dt.datetime, where: str) -> None:
    """Check that a time starts on the grid, on an open day of the horizon, between opening and closing."""
    opening = book.opening
    day = start.date()
    if not opening.start <= day <= book.end_of_horizon():
        book.add("grid.horizon", where, f"the plan is for {opening.start} to {book.end_of_horizon()}")
    elif WEEKDAYS[day.weekday()] not in opening.weekdays:
        book.add("grid.closed", where, f"on a {WEEKDAYS[day.weekday()]}, when the program is closed")
    opens = dt.datetime.combine(day, opening.opens)
    closes = dt.datetime.combine(day, opening.closes)
    if start < opens or end > closes:
        text = f"until {end:%H:%M}, but open {opening.opens:%H:%M}-{opening.closes:%H:%M}"
        book.add("grid.closed", where, text)
    elif (start - opens) % dt.timedelta(minutes=opening.slot_minutes):
        text = f"not a multiple of {opening.slot_minutes} minutes after {opening.opens:%H:%M}"
        book.add("grid.start", where, text)


def check_there(
    book: Casebook,
    calendar: Calendar,
    name: str,
    start: dt.datetime,
    end: dt.datetime,
    *,
    rule: str,
    where: str,
) -> None:
    """Check that somebody, or a room, is there all the time."""
    if not calendar.there(start, end):
        text = f"{name} is needed {start:%H:%M}-{end:%H:%M} and {calendar.said(start, end)}"
        book.add(rule, where, text)


def check_room(book: Casebook, service: Service, room: str, where: str, *, seats: int = 1) -> None:
    """Check type and seats of a room."""
    found = book.rooms[room]
    if found.type != service.room_type:
        wanted = service.room_type or "none: by telehealth only"
        book.add("room.type", where, f"{room} is a {found.type}; {service.id} needs {wanted}")
    if found.seats < seats:
        book.add("room.seats", where, f"{room} has {found.seats} seats, not {seats}")


def check_discipline(book: Casebook, service: Service, lead: str, rule: str, where: str) -> None:
    """Check that somebody has the discipline of a service."""
    disciplines = book.practitioners[lead].disciplines
    if service.discipline not in disciplines:
        text = f"{lead} has {', '.join(disciplines)}; {service.id} needs {service.discipline}"
        book.add(rule, where, text)
