"""Causes: what tags mean for a patient's sessions, in sentences with the hours behind them."""

from __future__ import annotations

import datetime as dt

import numpy as np

from allay.scheduling.explaining.options import IMPOSSIBLE, SessionOptions
from allay.scheduling.explaining.result import Cause
from allay.scheduling.explaining.search import PlaceQuestion, Spot
from allay.scheduling.explaining.tags import RULE, kind_of
from allay.scheduling.explaining.wording import days_text, hours_text

ORDER = (
    *("no_practitioner", "no_common_time", "fixed_practitioner_away", "practitioner_full", "room_full"),
    *("no_room", "linked_second_missing", "linked_ratio", "same_day_rule", "gap", "most_trips", "window"),
    *("license", "language", "continuity", "preference", "avoided_practitioner", "booking", "order"),
    *("patient_unavailable", "practitioner_away", "fixed_practitioner"),
    *("no_telehealth", "onsite_only", "own_visits"),
)
"""Of causes that are each enough, those named first: what clinics can change before what patients can."""


Sets = tuple[tuple[int, tuple[Spot, ...]], ...]


def causes_of(
    question: PlaceQuestion, sets: Sets, *, always: frozenset[str] = frozenset()
) -> tuple[Cause, ...]:
    """Word the sets of tags that had to be let pass.

    Parameters
    ----------
    question : PlaceQuestion
    sets : tuple of (bits, spots)
        As `fewest` found them.
    always : set of str
        Names of tags that are in the way in an empty clinic, too.

    Returns
    -------
    tuple of Cause
        Those of one set name each other. Without repetition, the most telling first.

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import Wish, answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question, answer = answer_of(wish, problem)
    >>> [cause.id for cause in causes_of(question, answer.sets)]
    ['practitioner_full', 'room_full', 'practitioner_away']
    """
    common = _never_together(question, sets)
    found: list[Cause] = [common] if common else []
    for bits, spots in sets:
        names = question.tags.named(bits)
        if common and tuple(map(kind_of, names)) in (("patient_hours",), ("practitioner_hours",)):
            continue
        causes = [
            _cause(question, name, bits, spots).model_copy(update={"always": name in always})
            for name in names
        ]
        for cause in causes:
            others = tuple(other.id for other in causes if other is not cause)
            found.append(cause.model_copy(update={"together": others}))
    known: dict[tuple[str, str | None, tuple[str, ...]], Cause] = {}
    for cause in found:
        known.setdefault((cause.id, cause.subject, cause.together), cause)
    return tuple(sorted(known.values(), key=_rank))


def _rank(cause: Cause) -> tuple[int, bool, int]:
    place = ORDER.index(cause.id) if cause.id in ORDER else len(ORDER)
    return len(cause.together), not cause.always, place


def _cause(question: PlaceQuestion, name: str, bits: int, spots: tuple[Spot, ...]) -> Cause:
    """One tag of a set as a cause; the sentence speaks of the session at whose spot it stands."""
    bit = question.tags.bit(name)
    spot = next((spot for spot in spots if spot.mask & bit), spots[0])
    options = next(each for each in question.options if each.key == spot.key)
    days = _days(question, options, bits, spots)
    if name.startswith(RULE):
        return _rule(question, name.removeprefix(RULE), days)
    id_, subject, text = _sentence(question, kind_of(name), options, spot, days)
    return Cause(id=id_, text=text, subject=subject, days=days)


def _days(
    question: PlaceQuestion, options: SessionOptions, bits: int, spots: tuple[Spot, ...]
) -> tuple[dt.date, ...]:
    days = question.floor.grid.days
    if question.most_days is not None or len(question.options) > 1:
        return tuple(sorted({days[spot.day] for spot in spots if spot.mask}))
    usable = (options.masks & ~bits == 0) & (options.masks != IMPOSSIBLE)
    return tuple(days[at] for at in np.flatnonzero(usable.any(axis=(0, 2))))


def _never_together(question: PlaceQuestion, sets: Sets) -> Cause | None:
    """The cause that the practitioners and the patient are never there together, if it is one."""
    names = {tuple(map(kind_of, question.tags.named(bits))) for bits, _ in sets}
    if not {("patient_hours",), ("practitioner_hours",)} <= names or question.most_days is not None:
        return None
    if len(question.options) > 1:
        return None
    (options,) = question.options
    apart = ("patient_hours", "practitioner_hours", "window")
    either = sum(question.tags.bit(name) for name in tuple(question.tags.names) if kind_of(name) in apart)
    known = options.masks[options.masks != IMPOSSIBLE]
    if not bool(np.all(known & either)):
        return None
    discipline = _discipline(question, options)
    if _nobody(question, options):
        return None
    who = options.series.practitioner or discipline
    text = f"{who} and {options.series.patient} are never there together for {_minutes(question, options)}"
    return Cause(id="no_common_time", text=text, subject=who, days=(), always=True)


def _rule(question: PlaceQuestion, rule: str, days: tuple[dt.date, ...]) -> Cause:
    found = next(each for each in question.floor.problem.same_day if each.id == rule)
    payer = question.floor.patient(question.options[0].series.patient).payer
    pair = " and ".join(found.services) if len(set(found.services)) > 1 else f"{found.services[0]} twice"
    whose = f"of {payer}" if payer else "for patients without a payer"
    how = "forbids" if found.effect == "forbidden" else f"takes ${found.lost_cents / 100:,.2f} for"
    status = f" (status of the rule: {found.status})" if found.status not in (None, "verified") else ""
    text = f"rule {rule} {whose} {how} {pair} on one day{status}"
    return Cause(id="same_day_rule", text=text, subject=rule, days=days)


def _sentence(
    question: PlaceQuestion, name: str, options: SessionOptions, spot: Spot, days: tuple[dt.date, ...]
) -> tuple[str, str | None, str]:
    series, problem = options.series, question.floor.problem
    patient, discipline = series.patient, _discipline(question, options)
    lead = problem.practitioners[spot.choice.lead].id
    room = question.floor.grid.service[series.service].room_type or "?"
    on = f"on {days_text(days)}" if days else ""
    second = _second(question, options)
    state = question.floor.patient(patient).state
    plain: dict[str, tuple[str, str | None, str]] = {
        "patient_hours": (
            "patient_unavailable",
            patient,
            f"{patient} cannot come {on}, when {discipline} would have time",
        ),
        "patient_busy": ("own_visits", patient, f"{patient} has other visits {on} at the times left"),
        "practitioner_busy": ("practitioner_full", discipline, _full(question, options, days)),
        "avoided": (
            "avoided_practitioner",
            lead,
            f"{patient} is not to see {lead}, who would have time {on}",
        ),
        "continuity": ("continuity", series.id, f"all sessions of {series.id} are to be with one person"),
        "license": ("license", lead, f"{lead} has no license in {state}, where {patient} is"),
        "practitioner_telehealth": ("no_telehealth", lead, f"{lead} gives no telehealth"),
        "patient_telehealth": ("no_telehealth", patient, f"{patient} takes no telehealth"),
        "mode": ("onsite_only", series.id, f"{series.id} is only {series.mode}"),
        "no_room": ("no_room", room, f"there is no room of type {room}"),
        "room_hours": ("no_room", room, f"no {room} room is open at the times left {on}"),
        "room_busy": ("room_full", room, f"all {room} rooms are taken {on} at the times left"),
        "room_fixed": (
            "room_full",
            room,
            f"all {room} rooms are booked or hold groups {on} at the times left",
        ),
        "second_missing": (
            "linked_second_missing",
            second,
            f"no {second} is there {on} beside {discipline}, as {series.service} needs",
        ),
        "second_busy": ("linked_second_missing", second, f"every {second} is busy {on} at the times left"),
        "ratio": ("linked_ratio", second, f"every {second} has as many linked sessions {on} as allowed"),
        "gap": ("gap", series.id, f"sessions of {series.id} must start {series.min_gap_hours} hours apart"),
        "order": ("order", series.id, f"numbers of {series.id} must follow time, none before it is due"),
        "window": ("window", series.id, f"the window of {series.id} ends on {series.last}"),
        "most_trips": (
            "most_trips",
            patient,
            f"{patient} comes at most {question.own.most_trips} days a week",
        ),
        "continuity_liked": ("continuity", series.id, f"another practitioner would give {series.id}"),
        "preference": ("preference", patient, f"{patient} prefers somebody who has no time {on}"),
    }
    if name == "practitioner_hours":
        return _hours(question, options, lead, days)
    if name == "practitioner_fixed":
        if _booked(question, options, days):
            return "booking", discipline, f"time of {discipline} {on} is booked already"
        return "practitioner_full", discipline, _full(question, options, days)
    if name == "language":
        language = question.floor.patient(patient).language
        return "language", language, f"nobody of {discipline} with time {on} speaks {language}"
    if name == "fixed_practitioner":
        return _fixed(question, options)
    return plain[name]


def _hours(
    question: PlaceQuestion, options: SessionOptions, lead: str, days: tuple[dt.date, ...]
) -> tuple[str, str, str]:
    discipline = _discipline(question, options)
    if _nobody(question, options):
        return "no_practitioner", discipline, f"nobody of {discipline} works on the days in question"
    if options.series.practitioner:
        return "fixed_practitioner_away", lead, f"{lead} is not there {_on(days)} when it could be"
    grid = question.floor.grid
    places = [grid.days.index(day) for day in days]
    leads = sorted({choice.lead for choice in options.choices})
    if grid.practitioner_free[np.ix_(leads, places)].any():
        text = f"{discipline} works {_on(days)}, but not at the hours when there would be time"
    else:
        text = f"nobody of {discipline} works {_on(days)}"
    return "practitioner_away", discipline, text


def _fixed(question: PlaceQuestion, options: SessionOptions) -> tuple[str, str | None, str]:
    named = options.series.practitioner
    grid = question.floor.grid
    days = _asked(options)
    if named is not None:
        free = grid.practitioner_free[grid.practitioner_index[named]][days]
        patient = grid.patient_free[grid.patient_index[options.series.patient]][days]
        if not (free & patient).any():
            return "fixed_practitioner_away", named, f"only {named} may give it, who is not there"
    return "fixed_practitioner", named, f"only {named} may give it, who has no time left"


def _on(days: tuple[dt.date, ...]) -> str:
    return f"on {days_text(days)}" if days else "then"


def _booked(question: PlaceQuestion, options: SessionOptions, days: tuple[dt.date, ...]) -> bool:
    problem = question.floor.problem
    leads = {problem.practitioners[choice.lead].id for choice in options.choices}
    return any(each.lead in leads and each.start.date() in days for each in problem.bookings)


def _asked(options: SessionOptions) -> list[int]:
    """Days on which the session was looked for."""
    return [int(day) for day in np.flatnonzero((options.masks != IMPOSSIBLE).any(axis=(0, 2)))]


def _nobody(question: PlaceQuestion, options: SessionOptions) -> bool:
    days = _asked(options)
    leads = {choice.lead for choice in options.choices}
    return not any(question.floor.grid.practitioner_free[lead][days].any() for lead in leads)


def _full(question: PlaceQuestion, options: SessionOptions, days: tuple[dt.date, ...]) -> str:
    """How many hours there are of those who may give it while the patient can come, and how many are left."""
    floor, grid = question.floor, question.floor.grid
    patient = grid.patient_free[grid.patient_index[options.series.patient]]
    never = ("avoided", "language", "fixed_practitioner", "continuity")
    refused = sum(question.tags.bit(name) for name in tuple(question.tags.names) if kind_of(name) in never)
    there = left = 0
    for lead in sorted({choice.lead for choice in options.choices}):
        masks = options.masks[[at for at, each in enumerate(options.choices) if each.lead == lead]]
        if not (masks & refused == 0).any():
            continue
        for day in (grid.days.index(day) for day in days):
            present = grid.practitioner_free[lead, day] & patient[day]
            there += int(present.sum())
            left += int((present & (floor.practitioners[lead, day] == 0)).sum())
    slot = grid.problem.opening.slot_minutes
    who = options.series.practitioner or _discipline(question, options)
    need = _minutes(question, options)
    return (
        f"{who} is full on {days_text(days)} while {options.series.patient} can come: "
        f"{hours_text(left * slot)} left of {hours_text(there * slot)}, and {need} in one piece needed"
    )


def _discipline(question: PlaceQuestion, options: SessionOptions) -> str:
    return question.floor.grid.service[options.series.service].discipline


def _second(question: PlaceQuestion, options: SessionOptions) -> str:
    linked = question.floor.grid.service[options.series.service].linked
    return linked.discipline if linked else "?"


def _minutes(question: PlaceQuestion, options: SessionOptions) -> str:
    return hours_text(question.floor.grid.service[options.series.service].minutes)
