"""Meetings of cohorts: each week that is due, as the template says, and who is not served by them."""

from __future__ import annotations

from collections import Counter, defaultdict

from allay.scheduling.checking.casebook import Casebook, said
from allay.scheduling.checking.place import check_discipline, check_grid, check_room, check_there
from allay.scheduling.checking.template import cohorts_of
from allay.scheduling.plan.plan import CohortPlace, Meeting
from allay.scheduling.problem.times import WEEKDAYS

Unmet = tuple[str, str | None, int]
"""Patient, cohort (None without a place), week: a meeting somebody needs and does not have."""


def check_meetings(book: Casebook) -> None:
    """Check every meeting, what is missing or too much, and the list of unserved members; linear."""
    places = {place.cohort: place for place in book.template}
    members = book.members()
    held: set[tuple[str, int]] = set()
    for one in book.meetings:
        place = places.get(one.cohort)
        week = book.week(one.start.date())
        if place is None or week not in book.meeting_days(place):
            text = "has no place in the template" if place is None else "is not to meet in that week"
            book.add("meeting.extra", said(one), f"the cohort {text}")
            continue
        if (one.cohort, week) in held:
            book.add("meeting.extra", said(one), f"the second meeting of week {week + 1}")
        held.add((one.cohort, week))
        _meeting(book, place, one)
        _absences(book, one, members[one.cohort])
    _unserved(book)


def _meeting(book: Casebook, place: CohortPlace, one: Meeting) -> None:
    where, end, service = said(one), book.end(one), book.group_service(one)
    if (WEEKDAYS[one.start.weekday()], one.start.time()) != (place.weekday, place.start):
        book.add("meeting.template", where, f"it meets on {place.weekday}, {place.start:%H:%M}")
        check_grid(book, one.start, end, where)
    lead, room = book.practitioner_calendars[one.lead], book.room_calendars[one.room]
    rule = "practitioner.off_calendar"
    check_there(book, lead, one.lead, one.start, end, rule=rule, where=where)
    check_there(book, room, one.room, one.start, end, rule="room.off_calendar", where=where)
    if one.lead != place.lead:
        check_discipline(book, service, one.lead, "lead.discipline", where)
        _language(book, one, where)
        if book.practitioner_calendars[place.lead].there(one.start, end):
            text = f"{one.lead} leads it, but the usual {place.lead} is there"
            book.add("meeting.substitute", where, text)
    if one.room != place.room:
        check_room(book, service, one.room, where, seats=book.cohorts[one.cohort].max_size)
        if book.room_calendars[place.room].there(one.start, end):
            book.add("meeting.substitute", where, f"in {one.room}, but the usual {place.room} is open")


def _language(book: Casebook, one: Meeting, where: str) -> None:
    """A substitute speaks the language of members who will not do with an interpreter."""
    spoken = book.practitioners[one.lead].languages
    for name in book.attending(one):
        patient = book.patients[name]
        if not patient.interpreter and patient.language not in spoken:
            text = f"{name} needs {patient.language}; {one.lead} speaks {', '.join(spoken)}"
            book.add("lead.language", where, text)


def _absences(book: Casebook, one: Meeting, members: tuple[str, ...]) -> None:
    end, absent = book.end(one), set(one.absent)
    for name in sorted(name for name, times in Counter(one.absent).items() if times > 1):
        book.add("unserved.twice", said(one), f"{name} is absent more than once")
    for name in sorted(absent - set(members)):
        book.add("meeting.absent_wrongly", said(one), f"{name} is no member")
    for name in members:
        there = book.patient_calendars[name].there(one.start, end)
        if not there and name not in absent:
            text = f"{name} is {book.patient_calendars[name].said(one.start, end)}, and not among the absent"
            book.add("meeting.absent_not_said", said(one), text)
        if there and name in absent and not _booked(book, name, one):
            book.add("meeting.absent_wrongly", said(one), f"{name} can come")


def _booked(book: Casebook, name: str, one: Meeting) -> bool:
    """Whether a patient has something booked during a meeting, which stays as it is."""
    return any(start < book.end(one) and one.start < end for start, end in book.booked_times().get(name, ()))


def unmet(book: Casebook) -> Counter[Unmet]:
    """Every meeting that somebody needs and does not have, apart from absences.

    Who has no place in groups of two kinds is in the plan twice for each week in which both are due.
    """
    members = book.members()
    held = {(one.cohort, book.week(one.start.date())) for one in book.meetings}
    found: Counter[Unmet] = Counter()
    for place in book.template:
        for week in book.meeting_days(place):
            if (place.cohort, week) not in held:
                found.update((name, place.cohort, week) for name in members[place.cohort])
    weeks: dict[str, set[int]] = defaultdict(set)
    needed: set[tuple[str, str]] = {(one.id, one.group) for one in book.problem.patients if one.group}
    for cohort in book.problem.cohorts:
        weeks[cohort.kind].update(book.weeks_of(cohort))
        needed.update((name, cohort.kind) for name in cohort.members)
    places = cohorts_of(book)
    for name, kind in needed - set(places):
        found.update((name, None, week) for week in weeks[kind])
    return found


def _unserved(book: Casebook) -> None:
    listed = Counter((one.patient, one.cohort, one.week) for one in book.plan.unserved_members)
    needed = unmet(book)
    for one, times in sorted(listed.items(), key=str):
        if times > max(1, needed[one]):
            book.add("unserved.twice", _words(one), f"{times} times among the unserved members")
        if not needed[one]:
            book.add("unserved.member_wrongly", _words(one), "is served, or needs no meeting then")
    missing: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in sorted(needed - listed, key=str):
        name, cohort, week = one
        if cohort is None:
            text = "has no place in a group, and is not among the unserved members"
            book.add("unserved.member_not_said", _words(one), text)
        else:
            missing[cohort, week].append(name)
    for (cohort, week), names in sorted(missing.items()):
        text = f"no meeting, and not among the unserved members: {', '.join(names)}"
        book.add("meeting.missing", f"cohort {cohort}, week {week + 1}", text)


def _words(one: Unmet) -> str:
    name, cohort, week = one
    return f"unserved members, {name}, cohort {cohort or 'none'}, week {week + 1}"
