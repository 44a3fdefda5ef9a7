"""Calendars of a plan as iCalendar files (RFC 5545): one for each patient, practitioner and room.

Times are written in UTC, so that no reader has to know the zone. Identifiers stay the same when a plan is
made anew, so that importing again moves what has moved; what is gone is there once more, as canceled.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, vCalAddress

from allay.base.errors import InvalidValue
from allay.base.phrases import Phrase
from allay.interop.calendars import MADE_BY, PRODUCT
from allay.interop.schedule_words import NO_NAMES, VisitWords
from allay.scheduling.appointments.appointments import Appointment, appointments_of
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

Calendars = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of one calendar."""

    key: str
    start: dt.datetime
    end: dt.datetime
    summary: str
    place: str
    lines: tuple[str, ...]
    category: str
    busy: bool = True


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose calendar it is: `patient`, `practitioner` or `room`, and what it is called."""

    kind: str
    id: str
    title: str
    words: VisitWords


def patient_calendars(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    before: Sequence[Appointment] = (),
    revision: int = 0,
    names: Mapping[str, Phrase] = NO_NAMES,
) -> Calendars:
    """Write a calendar for each patient who has an appointment, in Spanish for those who speak it.

    It names the service in neutral words, the place and the practitioners, and tells telehealth from a visit
    on site; it holds no condition and nobody else of a group.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
        Of this problem.
    before : sequence of Appointment
        Of the plan that this one follows (`appointments_of`): what is gone since is written as canceled.
    revision : int
        0 for a first plan, one more for each that follows. It is the SEQUENCE of all entries, by which
        programs know the newer of two.
    names : mapping of str to Phrase
        A program's own names of services, rooms and practitioners (see `VisitWords`).

    Returns
    -------
    dict of str to bytes
        By the patient's id. The same plan gives the same bytes; work grows with the number of appointments.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.plan.plan import Score, Session
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, rooms=({"id": "r1", "type": "treatment"},),
    ...     practitioners=({"id": "k1", "disciplines": ("pt",)},), patients=({"id": "p1", "language": "es"},),
    ...     services=({"id": "yoga", "discipline": "pt", "minutes": 60, "room_type": "treatment"},),
    ...     series=({"id": "s1", "patient": "p1", "service": "yoga"},))
    >>> session = Session(series="s1", number=1, start=dt.datetime(2027, 1, 5, 9), lead="k1", room="r1")
    >>> score = Score(**dict.fromkeys(Score.model_fields, 0))
    >>> plan = Plan(allay_version="1", problem="one", problem_digest=problem.digest(), method="by-hand",
    ...     sessions=(session,), score=score)
    >>> found = patient_calendars(problem, plan)["p1"].splitlines()
    >>> [line.decode() for line in found if line.startswith((b"SUMMARY", b"LOC", b"DTSTART"))]
    ['SUMMARY:Yoga', 'DTSTART:20270105T140000Z', 'LOCATION:Sala r1']
    """
    language = {one.id: one.language for one in problem.patients}

    def entries(visits: Iterable[Appointment]) -> dict[str, list[_Entry]]:
        found: dict[str, list[_Entry]] = defaultdict(list)
        for visit in visits:
            for patient in visit.patients:
                words = VisitWords(language.get(patient, "en"), names)
                found[patient].append(_for_patient(visit, words, synthetic=problem.synthetic))
        return found

    def owner(patient: str) -> _Owner:
        words = VisitWords(language.get(patient, "en"), names)
        return _Owner("patient", patient, words("calendar"), words)

    now = entries(appointments_of(problem, plan))
    return _calendars(problem, now, entries(before), revision=revision, owner=owner)


def practitioner_calendars(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    before: Sequence[Appointment] = (),
    revision: int = 0,
    names: Mapping[str, Phrase] = NO_NAMES,
) -> Calendars:
    """Write a calendar for each practitioner: the patient's pseudonym and series, or the group and its size.

    A linked visit is in both calendars. It blocks the second practitioner's for as long as presence takes:
    the whole visit, its first slot, or, where being on site is enough, not at all (TRANSP is TRANSPARENT).
    Parameters and result are those of `patient_calendars`.
    """

    def entries(visits: Iterable[Appointment]) -> dict[str, list[_Entry]]:
        found: dict[str, list[_Entry]] = defaultdict(list)
        for visit in visits:
            for practitioner in dict.fromkeys(visit.practitioners):
                found[practitioner].append(_for_practitioner(problem, visit, practitioner, words))
        return found

    words = VisitWords("en", names)
    now = entries(appointments_of(problem, plan))
    return _calendars(
        problem,
        now,
        entries(before),
        revision=revision,
        owner=lambda one: _Owner("practitioner", one, words.name("practitioner", one), words),
    )


def room_calendars(
    problem: SchedulingProblem,
    plan: Plan,
    *,
    before: Sequence[Appointment] = (),
    revision: int = 0,
    names: Mapping[str, Phrase] = NO_NAMES,
) -> Calendars:
    """Write a calendar for each room: which service and who gives it, without patients.

    A room's calendar hangs at its door. Parameters and result are those of `patient_calendars`.
    """

    def entries(visits: Iterable[Appointment]) -> dict[str, list[_Entry]]:
        found: dict[str, list[_Entry]] = defaultdict(list)
        for visit in visits:
            if visit.room is not None:
                found[visit.room].append(_for_room(problem, visit, words))
        return found

    words = VisitWords("en", names)
    now = entries(appointments_of(problem, plan))
    return _calendars(
        problem,
        now,
        entries(before),
        revision=revision,
        owner=lambda one: _Owner("room", one, words.name("room", one), words),
    )


def _for_patient(visit: Appointment, words: VisitWords, *, synthetic: bool) -> _Entry:
    lines = [*words.details(visit), *([words("synthetic")] if synthetic else [])]
    return _Entry(
        visit.key, visit.start, visit.end, words.title(visit), words.place(visit), tuple(lines), visit.kind
    )


def _for_practitioner(
    problem: SchedulingProblem, visit: Appointment, practitioner: str, words: VisitWords
) -> _Entry:
    taken = visit.occupied(practitioner, slot_minutes=problem.opening.slot_minutes)
    start, end = taken or (visit.start, visit.end)
    what = _whom(visit)
    if visit.mode == "telehealth":
        what += " (telehealth)"
    lines = []
    if practitioner != visit.lead:
        what += f", second to {words.name('practitioner', visit.lead)}"
        lines.append(_presence(visit))
    elif visit.second is not None:
        lines.append(f"Linked visit, with {words.name('practitioner', visit.second)}. {_presence(visit)}")
    if visit.kind == "session":
        lines.append(f"Series {visit.of}, session {visit.number} of {visit.count}.")
    elif visit.absent:
        lines.append(f"Cannot come: {', '.join(visit.absent)}.")
    if problem.synthetic:
        lines.append(words("synthetic"))
    place = words.place(visit)
    return _Entry(visit.key, start, end, what, place, tuple(lines), visit.kind, busy=taken is not None)


def _whom(visit: Appointment) -> str:
    if visit.kind == "session":
        return f"{visit.service.id}: {visit.patients[0]}"
    size = len(visit.patients)
    return f"{visit.service.id}: group {visit.of}, {size} patient{'' if size == 1 else 's'}"


def _presence(visit: Appointment) -> str:
    linked = visit.service.linked
    if linked is None:
        return "The second practitioner is there throughout."
    return {
        "full": "The second practitioner is there throughout.",
        "start": "The second practitioner is there at the start.",
        "general": "The second practitioner is on site and may do other work.",
    }[linked.presence]


def _for_room(problem: SchedulingProblem, visit: Appointment, words: VisitWords) -> _Entry:
    group = f", group {visit.of}" if visit.kind == "meeting" else ""
    given = " and ".join(words.name("practitioner", one) for one in visit.practitioners)
    lines = (words("synthetic"),) if problem.synthetic else ()
    what = f"{visit.service.id}{group}: {given}"
    return _Entry(visit.key, visit.start, visit.end, what, words.place(visit), lines, visit.kind)


def _calendars(
    problem: SchedulingProblem,
    now: Mapping[str, Sequence[_Entry]],
    before: Mapping[str, Sequence[_Entry]],
    *,
    revision: int,
    owner: Callable[[str], _Owner],
) -> Calendars:
    zone = _zone(problem.opening.timezone)
    found = {}
    for one in sorted({*now, *before}):
        kept = list(now.get(one, ()))
        keys = {entry.key for entry in kept}
        gone = [entry for entry in before.get(one, ()) if entry.key not in keys]
        found[one] = _calendar(problem, owner(one), kept, gone, zone=zone, revision=revision)
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(expected="a time zone such as America/New_York", found=repr(name)) from None


def _calendar(
    problem: SchedulingProblem,
    owner: _Owner,
    kept: Sequence[_Entry],
    gone: Sequence[_Entry],
    *,
    zone: ZoneInfo,
    revision: int,
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs knew before it
        calendar.add(name, owner.title)
    calendar.add("x-wr-timezone", zone.key)
    organizer = vCalAddress(f"mailto:schedule@{MADE_BY}")  # RFC 5546: what is published has one
    organizer.params["CN"] = problem.id
    stamp = dt.datetime.combine(problem.opening.start, dt.time.min, tzinfo=dt.UTC)
    for entry, canceled in [*((one, False) for one in kept), *((one, True) for one in gone)]:
        event = _event(entry, zone, canceled=canceled, words=owner.words)
        event.add("uid", f"{problem.id}/{entry.key}/{owner.kind}/{owner.id}@{MADE_BY}")
        event.add("dtstamp", stamp)
        event.add("organizer", organizer)
        event.add("sequence", revision)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(entry: _Entry, zone: ZoneInfo, *, canceled: bool, words: VisitWords) -> Event:
    event = Event()
    event.add("summary", words("canceled", what=entry.summary) if canceled else entry.summary)
    # By the clock on the wall at both ends, as a plan has it, also where clocks change in between.
    event.add("dtstart", entry.start.replace(tzinfo=zone).astimezone(dt.UTC))
    event.add("dtend", entry.end.replace(tzinfo=zone).astimezone(dt.UTC))
    event.add("status", "CANCELLED" if canceled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not canceled else "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("categories", [entry.category])
    if entry.place:
        event.add("location", entry.place)
    if entry.lines:
        event.add("description", "\n".join(entry.lines))
    return event
