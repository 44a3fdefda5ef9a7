"""The template: where and when each cohort meets, who leads it, who belongs to it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter, defaultdict

from allay.scheduling.checking.casebook import Casebook
from allay.scheduling.checking.place import check_discipline, check_grid, check_room
from allay.scheduling.plan.plan import CohortPlace
from allay.scheduling.problem.care import Cohort
from allay.scheduling.problem.seats import seat_rule


def check_template(book: Casebook) -> None:
    """Check every place of the template and who belongs where; linear in places and members."""
    for place in book.template:
        _place(book, place)
        _members(book, place)
    _one_place_each(book)
    _fixed(book)
    _said(book)


def most(cohort: Cohort) -> int:
    """Most members of a cohort: by the binomial rule where some are expected to stay away.

    Worked out term by term from the definition, apart from the way problems are read.

    Examples
    --------
    >>> one = Cohort(id="c", kind="pain", service="group", max_size=10)
    >>> [most(one.model_copy(update={"expected_no_show": share})) for share in (None, 0.1, 0.2, 0.3)]
    [10, 10, 11, 12]
    """
    seats, away = cohort.max_size, cohort.expected_no_show
    if not away:
        return seats
    members = seats
    while _over(members + 1, seats, away) <= seat_rule().risk:
        members += 1
    return members


def _over(members: int, seats: int, away: float) -> float:
    """The chance that more than `seats` of `members` come."""
    return sum(
        math.comb(members, come) * (1 - away) ** come * away ** (members - come)
        for come in range(seats + 1, members + 1)
    )


def _place(book: Casebook, place: CohortPlace) -> None:
    cohort, service, where = book.cohorts[place.cohort], book.group_service(place), _at(place)
    start = dt.datetime.combine(book.date_in(0, place.weekday), place.start)
    check_grid(book, start, start + dt.timedelta(minutes=service.minutes), where)
    check_room(book, service, place.room, where, seats=cohort.max_size)
    check_discipline(book, service, place.lead, "lead.discipline", where)
    if cohort.language not in book.practitioners[place.lead].languages:
        book.add("cohort.lead_language", where, f"{place.lead} does not speak {cohort.language}")
    if cohort.lead is not None and place.lead != cohort.lead:
        book.add("cohort.lead", where, f"led by {place.lead}, not {cohort.lead}")
    meets = cohort.meets
    if meets is not None:
        given = (meets.weekday, meets.start, meets.lead, meets.room)
        found = (place.weekday, place.start, place.lead, place.room)
        if given != found:
            text = f"{' '.join(map(str, found))}, but it meets {' '.join(map(str, given))}"
            book.add("cohort.meets", where, text)


def _members(book: Casebook, place: CohortPlace) -> None:
    cohort, where = book.cohorts[place.cohort], _at(place)
    members = Counter(name for name in place.members if name in book.patients)
    listed = set(cohort.members)
    for name, times in members.items():
        patient = book.patients[name]
        if times > 1:
            book.add("cohort.member_twice", where, f"{name} is {times} times among the members")
        if name not in listed and patient.group != cohort.kind:
            text = f"{name} has no place in it and needs {patient.group or 'no group'}, not {cohort.kind}"
            book.add("cohort.member_unknown", where, text)
        if name not in listed and place.lead in patient.avoids:
            book.add("cohort.lead_avoided", where, f"{name} avoids {place.lead}, who leads it")
        if not patient.interpreter and patient.language != cohort.language:
            text = f"{name} needs {patient.language}; it is in {cohort.language}"
            book.add("cohort.member_language", where, text)
    if cohort.meets is None and len(members) < cohort.min_size:
        book.add("cohort.size_small", where, f"{len(members)} members, not {cohort.min_size} or more")
    if len(members) > most(cohort):
        book.add("cohort.size_large", where, f"{len(members)} members, not {most(cohort)} or fewer")


def cohorts_of(book: Casebook) -> dict[tuple[str, str], list[str]]:
    """For each patient and kind the cohorts in which he or she has a place."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cohort, members in book.members().items():
        for name in members:
            found[name, book.cohorts[cohort].kind].append(cohort)
    return found


def _one_place_each(book: Casebook) -> None:
    for (name, kind), cohorts in sorted(cohorts_of(book).items()):
        if len(cohorts) > 1:
            where = f"template, patient {name}"
            book.add("cohort.member_twice", where, f"in {' and '.join(cohorts)}, all of the kind {kind}")


def _fixed(book: Casebook) -> None:
    members, places = book.members(), cohorts_of(book)
    for cohort in book.problem.cohorts:
        here = set(members.get(cohort.id, ()))
        for name in cohort.members:
            elsewhere = places.get((name, cohort.kind), [])
            if name not in here and (cohort.id in members or elsewhere):
                now = f"is in {' and '.join(elsewhere)}" if elsewhere else "has no place"
                text = f"{name} has a place in it already, but {now}"
                book.add("cohort.fixed_member", f"template, cohort {cohort.id}", text)


def _said(book: Casebook) -> None:
    """A cohort without a place is named in a note."""
    placed = {place.cohort for place in book.template}
    words = {word for note in book.plan.notes for word in re.findall(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]", note)}
    for cohort in book.problem.cohorts:
        if cohort.id not in placed and cohort.id not in words and book.weeks_of(cohort):
            where = f"template, cohort {cohort.id}"
            book.add("cohort.not_said", where, "has no place, and no note says so")


def _at(place: CohortPlace) -> str:
    return f"template, cohort {place.cohort}, {place.weekday} {place.start:%H:%M}"
