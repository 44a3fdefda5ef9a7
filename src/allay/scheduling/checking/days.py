"""Days of patients: what payers forbid on one day, and how many trips a week takes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from allay.scheduling.checking.casebook import Casebook
from allay.scheduling.problem.care import SameDayRule

Day = tuple[str, dt.date]
"""A patient and a date."""


def services_by_day(book: Casebook) -> dict[Day, Counter[str]]:
    """How often a patient has each service on each date: meetings attended, on site and by telehealth."""
    had: dict[Day, Counter[str]] = defaultdict(Counter)
    for meeting in book.meetings:
        service = book.group_service(meeting).id
        for patient in book.attending(meeting):
            had[patient, meeting.start.date()][service] += 1
    for one in book.sessions:
        had[book.series[one.series].patient, one.start.date()][book.service_of(one).id] += 1
    return had


def trip_days(book: Casebook) -> set[Day]:
    """Dates on which a patient is on site."""
    days = {
        (patient, meeting.start.date()) for meeting in book.meetings for patient in book.attending(meeting)
    }
    days.update(
        (book.series[one.series].patient, one.start.date()) for one in book.sessions if one.mode == "onsite"
    )
    return days


def broken_rules(book: Casebook) -> list[tuple[Day, SameDayRule]]:
    """For each patient and date the same-day rules that both services of a pair meet; days x rules."""
    found = []
    for (patient, day), had in sorted(services_by_day(book).items()):
        payer = book.patients[patient].payer
        for rule in book.problem.same_day:
            one, other = rule.services
            both = had[one] > 1 if one == other else had[one] > 0 and had[other] > 0
            if both and (not rule.payers or payer in rule.payers):
                found.append(((patient, day), rule))
    return found


def check_days(book: Casebook) -> None:
    """Check forbidden pairs and the most trips of a week."""
    for (patient, day), rule in broken_rules(book):
        if rule.effect == "forbidden":
            where = f"patient {patient}, {day}"
            text = f"{' and '.join(rule.services)} on one day, which the rule {rule.id} forbids"
            book.add("same_day.forbidden", where, text)
    trips = Counter((patient, book.week(day)) for patient, day in trip_days(book))
    for (patient, week), days in sorted(trips.items()):
        most = book.patients[patient].most_trips
        if most is not None and days > most:
            book.add("trips.most", f"patient {patient}, week {week + 1}", f"{days} days on site, not {most}")
