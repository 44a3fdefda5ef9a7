"""Proposals: the changes of a problem that would take a tag away at a spot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import islice, product

from allay.scheduling.explaining.changes import Change
from allay.scheduling.explaining.options import SessionOptions
from allay.scheduling.explaining.search import PlaceQuestion, Spot
from allay.scheduling.explaining.tags import RULE, kind_of

NOON = dt.time(12)
MOST_PROPOSALS = 4


def proposals(question: PlaceQuestion, bits: int, spots: tuple[Spot, ...]) -> list[tuple[Change, ...]]:
    """Propose changes that take all tags of a set away, the likeliest first, at most four.

    Parameters
    ----------
    question : PlaceQuestion
    bits : int
        The set of tags.
    spots : tuple of Spot
        Where the sessions would stand while these tags are let pass.

    Returns
    -------
    list of tuple of Change
        Not tried yet. Empty when a tag cannot be taken away by a change.

    Examples
    --------
    >>> from allay.scheduling.explaining.wishes import Wish, answer_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> wish = Wish(plan, "p002", ("p002-2", 1), 0, None, problem.weights.unserved)
    >>> question, answer = answer_of(wish, problem)
    >>> ((change,),) = proposals(question, *answer.sets[0])
    >>> change.kind, change.id, change.day.isoformat()
    ('room_hours', 'treatment', '2027-01-06')
    """
    needed: list[list[tuple[Change, ...]]] = []
    for name in question.tags.named(bits):
        bit = question.tags.bit(name)
        marked = [spot for spot in spots if spot.mask & bit] or list(spots)
        needed.append(_ways(question, name, marked))
    found: list[tuple[Change, ...]] = []
    for combination in islice(product(*needed), MOST_PROPOSALS):
        changes = tuple(dict.fromkeys(change for way in combination for change in way))
        if changes and changes not in found:
            found.append(changes)
    return found


def _ways(question: PlaceQuestion, name: str, spots: list[Spot]) -> list[tuple[Change, ...]]:
    """Ways to take one tag away: each is a change for every spot that has it."""
    if name.startswith(RULE):
        patient = question.floor.patient(question.options[0].series.patient)
        return [(Change(kind="without_rule", id=name.removeprefix(RULE), payer=patient.payer),)]
    makers = _MAKERS.get(kind_of(name), ())
    return [tuple(make(question, spot) for spot in spots) for make in makers]


def _options(question: PlaceQuestion, spot: Spot) -> SessionOptions:
    return next(each for each in question.options if each.key == spot.key)


def _times(question: PlaceQuestion, spot: Spot) -> tuple[dt.date, dt.time, dt.time]:
    grid = question.floor.grid
    start = grid.time_of(spot.day, spot.slot)
    length = _options(question, spot).length * grid.problem.opening.slot_minutes
    return start.date(), start.time(), (start + dt.timedelta(minutes=length)).time()


def _discipline_hours(question: PlaceQuestion, spot: Spot, discipline: str) -> Change:
    day, start, end = _times(question, spot)
    patient = question.floor.patient(_options(question, spot).series.patient)
    languages = tuple(sorted({"en", patient.language}))
    states = (patient.state,) if patient.state and spot.choice.mode == "telehealth" else ()
    return Change(
        kind="discipline_hours",
        id=discipline,
        day=day,
        start=start,
        end=end,
        languages=languages,
        states=states,
    )


def _lead_discipline(question: PlaceQuestion, spot: Spot) -> Change:
    service = question.floor.grid.service[_options(question, spot).series.service]
    return _discipline_hours(question, spot, service.discipline)


def _second_discipline(question: PlaceQuestion, spot: Spot) -> Change:
    linked = question.floor.grid.service[_options(question, spot).series.service].linked
    return _discipline_hours(question, spot, linked.discipline if linked else "?")


def _lead_hours(question: PlaceQuestion, spot: Spot) -> Change:
    day, start, end = _times(question, spot)
    lead = question.floor.problem.practitioners[spot.choice.lead].id
    return Change(kind="practitioner_hours", id=lead, day=day, start=start, end=end)


def _room(question: PlaceQuestion, spot: Spot) -> Change:
    day, start, end = _times(question, spot)
    room = question.floor.grid.service[_options(question, spot).series.service].room_type or "?"
    return Change(kind="room_hours", id=room, day=day, start=start, end=end)


def _half_day(question: PlaceQuestion, spot: Spot) -> Change:
    day, start, end = _times(question, spot)
    opening = question.floor.problem.opening
    patient = _options(question, spot).series.patient
    first = opening.opens if start < NOON or opening.opens >= NOON else NOON
    last = opening.closes if end > NOON or opening.closes <= NOON else NOON
    return Change(kind="patient_time", id=patient, day=day, start=first, end=last)


def _lead_id(question: PlaceQuestion, spot: Spot) -> str:
    return question.floor.problem.practitioners[spot.choice.lead].id


def _license(question: PlaceQuestion, spot: Spot) -> Change:
    patient = question.floor.patient(_options(question, spot).series.patient)
    return Change(kind="license", id=_lead_id(question, spot), other=patient.state)


def _not_avoided(question: PlaceQuestion, spot: Spot) -> Change:
    patient = _options(question, spot).series.patient
    return Change(kind="not_avoided", id=patient, other=_lead_id(question, spot))


def _trips(question: PlaceQuestion, spot: Spot) -> Change:
    patient = _options(question, spot).series.patient
    return Change(kind="more_trips", id=patient, value=(question.own.most_trips or 0) + 1)


def _ratio(question: PlaceQuestion, spot: Spot) -> Change:
    service = question.floor.grid.service[_options(question, spot).series.service]
    most = service.linked.max_ratio if service.linked else 1
    return Change(kind="higher_ratio", id=service.id, value=most + 1)


def _gap(question: PlaceQuestion, spot: Spot) -> Change:
    """A gap as small as the spot needs it."""
    grid, series = question.floor.grid, _options(question, spot).series
    start = grid.time_of(spot.day, spot.slot)
    others = [each.start for each in question.own.sessions if each.series == series.id]
    near = [int(abs(start - other) / dt.timedelta(hours=1)) for other in others]
    return Change(kind="smaller_gap", id=series.id, value=min(near, default=0))


def _of_patient(kind: str) -> Callable[[PlaceQuestion, Spot], Change]:
    def make(question: PlaceQuestion, spot: Spot) -> Change:
        return Change.model_validate({"kind": kind, "id": _options(question, spot).series.patient})

    return make


def _of_series(kind: str, value: int | None = None) -> Callable[[PlaceQuestion, Spot], Change]:
    def make(question: PlaceQuestion, spot: Spot) -> Change:
        series = _options(question, spot).series.id
        return Change.model_validate({"kind": kind, "id": series, "value": value})

    return make


def _practitioner_telehealth(question: PlaceQuestion, spot: Spot) -> Change:
    return Change(kind="practitioner_telehealth", id=_lead_id(question, spot))


_MAKERS: dict[str, tuple[Callable[[PlaceQuestion, Spot], Change], ...]] = {
    "patient_hours": (_half_day,),
    "practitioner_hours": (_lead_hours, _lead_discipline),
    "practitioner_busy": (_lead_discipline,),
    "practitioner_fixed": (_lead_discipline,),
    "avoided": (_not_avoided,),
    "language": (_of_patient("interpreter"), _lead_discipline),
    "fixed_practitioner": (_of_series("any_practitioner"),),
    "continuity": (_of_series("no_continuity"),),
    "license": (_license,),
    "practitioner_telehealth": (_practitioner_telehealth,),
    "patient_telehealth": (_of_patient("telehealth"),),
    "mode": (_of_series("onsite_or_telehealth"),),
    "no_room": (_room,),
    "room_hours": (_room,),
    "room_busy": (_room,),
    "room_fixed": (_room,),
    "second_missing": (_second_discipline,),
    "second_busy": (_second_discipline,),
    "ratio": (_ratio, _second_discipline),
    "gap": (_gap, _of_series("smaller_gap", 0)),
    "window": (_of_series("wider_window", 1),),
    "most_trips": (_trips,),
    "continuity_liked": (_of_series("no_continuity"),),
    "preference": (_of_patient("no_preference"),),
}
