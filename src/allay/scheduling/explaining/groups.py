"""Unserved members and absences explained: why a patient has no place, or a cohort does not meet."""

from __future__ import annotations

import datetime as dt
from itertools import islice, product

from allay.scheduling.explaining.changes import Change, changed
from allay.scheduling.explaining.floor import Floor, floor_of
from allay.scheduling.explaining.meetings import MeetingSpot, attending, full, meeting_spots
from allay.scheduling.explaining.proposals import MOST_PROPOSALS, NOON
from allay.scheduling.explaining.result import Cause, Fix, Item, What
from allay.scheduling.explaining.tags import RULE
from allay.scheduling.explaining.wording import change_text, day_text, listing
from allay.scheduling.plan.plan import Plan
from allay.scheduling.problem.problem import SchedulingProblem

MOST_CAUSES, MOST_FIXES = 6, 6


def unserved_member(
    problem: SchedulingProblem, plan: Plan, patient: str, cohort: str | None, week: int
) -> Item:
    """Explain why a patient has no place in a group, or why the cohort does not meet in a week.

    Parameters
    ----------
    problem : SchedulingProblem
    plan : Plan
    patient : str
    cohort : str or None
        None when the patient has no place.
    week : int

    Returns
    -------
    Item
        Of all cohorts of the kind, or the one: minimal sets of what is in the way with everything else where
        it is, but for own sessions at the meeting's time. Time grows with open times, leads and rooms.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> item = unserved_member(problem, plan, "p008", None, 0)
    >>> item.standing, item.causes[0].id
    ('blocked', 'member_unavailable')
    """
    return _item("unserved_member", problem, plan, patient, cohort, week)


def absence(problem: SchedulingProblem, plan: Plan, patient: str, cohort: str, week: int) -> Item:
    """Explain why a member is absent from a meeting that is held.

    Examples
    --------
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> meeting = plan.meetings[0]
    >>> item = absence(problem, plan, plan.template[0].members[0], meeting.cohort, 0)
    >>> item.what, [day.isoformat() for day in item.days] == [meeting.start.date().isoformat()]
    ('absent', True)
    """
    return _item("absent", problem, plan, patient, cohort, week)


def _item(
    what: What, problem: SchedulingProblem, plan: Plan, patient: str, cohort: str | None, week: int
) -> Item:
    floor = floor_of(problem, plan)
    spots = _spots(what, floor, plan, patient, cohort, week)
    item = Item(what=what, patient=patient, cohort=cohort, week=week, standing="blocked")
    if what == "absent":
        item = item.model_copy(update={"days": tuple({floor.grid.days[spot.day] for spot in spots})})
    free = next((spot for spot in spots if not spot.tags), None)
    if free is not None:
        return item.model_copy(
            update={"standing": "possible_now", "moving": "possible", "at": _where(floor, free)}
        )
    sets = _minimal(spots)
    if not sets:
        kind = next(each.group for each in problem.patients if each.id == patient)
        text = f"no cohort of {kind} can meet in this week"
        return item.model_copy(update={"causes": (Cause(id="no_group", text=text, subject=kind),)})
    causes = [cause for spot in sets for cause in _causes(floor, patient, spot)]
    known = {(cause.id, cause.subject, cause.together): cause for cause in reversed(causes)}
    ordered = [cause for cause in causes if known.get((cause.id, cause.subject, cause.together)) is cause]
    fixes = _fixes(what, problem, plan, patient, cohort, week, floor, sets)
    return item.model_copy(update={"causes": tuple(ordered[:MOST_CAUSES]), "fixes": fixes})


def _spots(
    what: What, floor: Floor, plan: Plan, patient: str, cohort: str | None, week: int
) -> list[MeetingSpot]:
    """Meetings that the patient could attend, with what is in the way of each and of attending."""
    places = {place.cohort: place for place in plan.template}
    one = floor.patient(patient)
    found: list[MeetingSpot] = []
    for each in floor.problem.cohorts:
        place = places.get(each.id)
        if each.id != cohort if cohort is not None else each.kind != one.group:
            continue
        held = [
            meeting
            for meeting in plan.meetings
            if meeting.cohort == each.id and _week(floor, meeting.start) == week
        ]
        if place is not None and (what == "absent" or cohort is None) and held:
            day, slot = floor.grid.place_of(held[0].start)
            spot = MeetingSpot(each, day, slot, held[0].lead, held[0].room, frozenset(), 0)
            spots = [_with(spot, full(floor, each, place) if cohort is None else set())]
        else:
            spots = meeting_spots(floor, each, week, place)
            if place is not None and cohort is None:
                spots = [_with(spot, full(floor, each, place)) for spot in spots]
        found += [_with(spot, attending(floor, one, each, spot.day, spot.slot)) for spot in spots]
    return found


def _with(spot: MeetingSpot, tags: set[str]) -> MeetingSpot:
    return MeetingSpot(spot.cohort, spot.day, spot.slot, spot.lead, spot.room, spot.tags | tags, spot.members)


def _week(floor: Floor, start: dt.datetime) -> int:
    return (start.date() - floor.problem.opening.start).days // 7


def _minimal(spots: list[MeetingSpot]) -> list[MeetingSpot]:
    """One spot for each smallest set of tags; of equal sets the first, and the one with most members."""
    size = min((len(spot.tags) for spot in spots), default=0)
    found: dict[frozenset[str], MeetingSpot] = {}
    for spot in sorted(spots, key=lambda spot: -spot.members):
        if len(spot.tags) == size:
            found.setdefault(spot.tags, spot)
    return list(found.values())


def _where(floor: Floor, spot: MeetingSpot) -> str:
    start = floor.grid.time_of(spot.day, spot.slot)
    return f"{spot.cohort.id} on {day_text(start.date())} at {start:%H:%M} with {spot.lead} in {spot.room}"


def _causes(floor: Floor, patient: str, spot: MeetingSpot) -> list[Cause]:
    found = [_cause(floor, patient, spot, tag) for tag in sorted(spot.tags)]
    return [
        cause.model_copy(update={"together": tuple(other.id for other in found if other is not cause)})
        for cause in found
    ]


def _cause(floor: Floor, patient: str, spot: MeetingSpot, tag: str) -> Cause:
    cohort, day = spot.cohort, floor.grid.days[spot.day]
    service = floor.grid.service[cohort.service]
    on = f"on {day_text(day)} at {floor.grid.time_of(spot.day, spot.slot):%H:%M}"
    if tag.startswith(RULE):
        rule = tag.removeprefix(RULE)
        text = f"rule {rule} forbids {service.id} on the day of another visit of {patient}"
        return Cause(id="same_day_rule", text=text, subject=rule, days=(day,))
    language = floor.patient(patient).language
    found = {
        "no_lead": ("no_lead", service.discipline, f"nobody of {service.discipline} can lead {cohort.id}"),
        "lead_hours": _lead_away(floor, spot, on),
        "lead_busy": ("practitioner_full", service.discipline, f"whoever may lead {cohort.id} is busy {on}"),
        "lead_language": (
            "language",
            cohort.language,
            f"{spot.lead} does not speak {cohort.language}, as {cohort.id} does",
        ),
        "lead_fixed": ("lead_away", cohort.lead, f"only {cohort.lead} may lead {cohort.id}"),
        "no_room": ("no_room", service.room_type, f"there is no {service.room_type} room for {cohort.id}"),
        "room_hours": ("no_room", service.room_type, f"no {service.room_type} room is open {on}"),
        "room_busy": ("group_room_full", service.room_type, f"every {service.room_type} room is taken {on}"),
        "room_small": (
            "group_room_full",
            service.room_type,
            f"{spot.room} has too few seats for more in {cohort.id}",
        ),
        "too_small": (
            "group_too_small",
            cohort.id,
            f"{cohort.id} would have {spot.members} members, and needs {cohort.min_size}",
        ),
        "full": ("group_full", cohort.id, f"{cohort.id} has all {cohort.max_size} places taken"),
        "member_hours": (
            "member_unavailable",
            patient,
            f"{patient} cannot come {on}, when {cohort.id} meets",
        ),
        "member_busy": ("own_visits", patient, f"{patient} has booked visits {on}, when {cohort.id} meets"),
        "member_language": (
            "language",
            language,
            f"{cohort.id} is held in {cohort.language}, and {patient} needs {language}",
        ),
        "most_trips": ("most_trips", patient, f"{patient} comes on as many days as allowed already"),
    }[tag]
    return Cause(id=found[0], subject=found[1], text=found[2], days=(day,))


def _lead_away(floor: Floor, spot: MeetingSpot, on: str) -> tuple[str, str | None, str]:
    """Nobody of the discipline in the whole week, or whoever leads it is not there at this time."""
    grid, cohort = floor.grid, spot.cohort
    discipline = grid.service[cohort.service].discipline
    days = grid.days_of(int(grid.week_of[spot.day]))
    there = [
        grid.practitioner_free[at, days].any()
        for at, practitioner in enumerate(floor.problem.practitioners)
        if discipline in practitioner.disciplines
    ]
    if not any(there) and cohort.id not in floor.members:
        return "no_lead", discipline, f"nobody of {discipline} works in the week to lead {cohort.id}"
    return "lead_away", spot.lead, f"nobody who may lead {cohort.id} is there {on}"


def _fixes(
    what: What,
    problem: SchedulingProblem,
    plan: Plan,
    patient: str,
    cohort: str | None,
    week: int,
    floor: Floor,
    sets: list[MeetingSpot],
) -> tuple[Fix, ...]:
    """Changes after which a meeting has nothing in its way for the patient."""
    found: list[Fix] = []
    for spot in sets:
        ways = [_ways(floor, patient, spot, tag) for tag in sorted(spot.tags)]
        for changes in islice(product(*ways), MOST_PROPOSALS):
            if len(found) >= MOST_FIXES or any(fix.changes == changes for fix in found):
                continue
            after = floor_of(changed(problem, changes), plan)
            spots = _spots(what, after, plan, patient, cohort, week)
            free = next((each for each in spots if not each.tags), None)
            if free is not None:
                text = f"{listing(change_text(each) for each in changes)}: then {_where(after, free)}"
                start = after.grid.time_of(free.day, free.slot)
                found.append(Fix(changes=changes, text=text[:500], start=start))
    return tuple(found)


def _ways(floor: Floor, patient: str, spot: MeetingSpot, tag: str) -> list[Change]:
    """Changes that would each take a tag away."""
    cohort = spot.cohort
    start = floor.grid.time_of(spot.day, spot.slot)
    minutes = floor.grid.length(cohort.service) * floor.problem.opening.slot_minutes
    day, begin, end = start.date(), start.time(), (start + dt.timedelta(minutes=minutes)).time()
    service = floor.grid.service[cohort.service]
    one = floor.patient(patient)
    languages = tuple(sorted({"en", cohort.language}))
    more = Change(
        kind="discipline_hours", id=service.discipline, day=day, start=begin, end=end, languages=languages
    )
    if tag.startswith(RULE):
        return [Change(kind="without_rule", id=tag.removeprefix(RULE), payer=one.payer)]
    if tag == "lead_hours" and spot.lead is not None:
        named = Change(kind="practitioner_hours", id=spot.lead, day=day, start=begin, end=end)
        return [named, more]
    if tag in ("no_lead", "lead_busy", "lead_hours"):
        return [more]
    if tag == "lead_language" and spot.lead is not None:
        return [Change(kind="speaks", id=spot.lead, other=cohort.language), more]
    if tag in ("no_room", "room_hours", "room_busy", "room_small") and service.room_type:
        return [
            Change(
                kind="room_hours", id=service.room_type, day=day, start=begin, end=end, value=cohort.max_size
            )
        ]
    if tag == "member_hours":
        opening = floor.problem.opening
        first = opening.opens if begin < NOON or opening.opens >= NOON else NOON
        last = opening.closes if end > NOON or opening.closes <= NOON else NOON
        return [Change(kind="patient_time", id=patient, day=day, start=first, end=last)]
    simple: dict[str, Change] = {
        "lead_fixed": Change(kind="any_group_lead", id=cohort.id),
        "too_small": Change(kind="fewer_members", id=cohort.id, value=max(spot.members, 1)),
        "full": Change(kind="more_seats", id=cohort.id, value=cohort.max_size + 1),
        "member_language": Change(kind="interpreter", id=patient),
        "most_trips": Change(kind="more_trips", id=patient, value=(one.most_trips or 0) + 1),
    }
    return [simple[tag]] if tag in simple else []
