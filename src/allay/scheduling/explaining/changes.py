"""Changes of a problem that could fix something: one more hour, one rule less, one more seat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from allay.base.documents import Strict
from allay.scheduling.problem.care import SameDayRule, Series
from allay.scheduling.problem.people import Patient, Practitioner, Room
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import WEEKDAYS, Away, Hours, Id

Kind = Literal[
    "discipline_hours",
    "practitioner_hours",
    "room_hours",
    "patient_time",
    "without_rule",
    "more_trips",
    "interpreter",
    "telehealth",
    "onsite_or_telehealth",
    "practitioner_telehealth",
    "license",
    "smaller_gap",
    "wider_window",
    "any_practitioner",
    "no_continuity",
    "no_preference",
    "not_avoided",
    "higher_ratio",
    "more_seats",
    "fewer_members",
    "any_group_lead",
    "speaks",
    "unbook",
]
WEEK = dt.timedelta(days=7)
MORE = "more"


class Change(Strict):
    """One change of a problem; which fields it has depends on its kind.

    Attributes
    ----------
    kind : str
        `discipline_hours` is an hour of one more practitioner of a discipline, `room_hours` of one more room
        of a type; the other kinds say what they change.
    id : str
        What is changed: a discipline, a room type, or the id of a practitioner, patient, series, service,
        cohort or rule.
    day, start, end : optional
        Of hours added.
    payer : str, optional
        Whose patients a rule no longer concerns; with `every_payer`, nobody's.
    value : int, optional
        The new number of trips, seats, members, hours or sessions at a moment.
    other : str, optional
        A state, a language or a practitioner, as the kind needs it.
    """

    kind: Kind
    id: Id
    day: dt.date | None = None
    start: dt.time | None = None
    end: dt.time | None = None
    payer: Id | None = None
    every_payer: bool = False
    value: Annotated[int, Field(ge=0)] | None = None
    other: Id | None = None
    languages: tuple[Id, ...] = ()
    states: tuple[Id, ...] = ()


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def changed(problem: SchedulingProblem, changes: Iterable[Change]) -> SchedulingProblem:
    """Make the problem as it would be with some changes.

    Parameters
    ----------
    problem : SchedulingProblem
    changes : iterable of Change

    Returns
    -------
    SchedulingProblem
        Everything else is as it was, so that a plan of the one is a plan of the other, unless the change of
        a cohort's seats or language touches it. Time grows with the problem's entries.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=({"id": "ana", "most_trips": 1},))
    >>> changed(problem, [Change(kind="more_trips", id="ana", value=2)]).patients[0].most_trips
    2
    """
    for change in changes:
        problem = _CHANGES[change.kind](problem, change)
    return problem


def without_rule(
    problem: SchedulingProblem, rule: str, *, payer: str | None, every_payer: bool = False
) -> SchedulingProblem:
    """Make the problem in which a same-day rule no longer concerns the patients of a payer.

    Parameters
    ----------
    problem : SchedulingProblem
    rule : str
        Id of the rule.
    payer : str or None
        The payer; None stands for the patients without one.
    every_payer : bool
        Drop the rule altogether.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), practitioners=(),
    ...     patients=({"id": "a", "payer": "x"}, {"id": "b", "payer": "y"}),
    ...     same_day=({"id": "r", "services": ("pt", "talk")},))
    >>> without_rule(problem, "r", payer="x").same_day[0].payers
    ('y',)
    >>> without_rule(problem, "r", payer="x", every_payer=True).same_day
    ()
    """
    found = next(each for each in problem.same_day if each.id == rule)
    if every_payer:
        return _rules(problem, tuple(each for each in problem.same_day if each.id != rule))
    named = found.payers
    if not named:
        problem, named = _all_payers(problem)
    left = tuple(each for each in named if each != (payer or _nobody(problem)))
    kept = tuple(
        each if each.id != rule else each.model_copy(update={"payers": left}) for each in problem.same_day
    )
    return _rules(problem, tuple(each for each in kept if each.id != rule or left))


def _all_payers(problem: SchedulingProblem) -> tuple[SchedulingProblem, tuple[str, ...]]:
    """The problem in which everybody has a payer, so that a rule for all can be one for all but one."""
    nobody = _nobody(problem)
    patients = tuple(
        each if each.payer is not None else each.model_copy(update={"payer": nobody})
        for each in problem.patients
    )
    payers = sorted({each.payer for each in patients if each.payer is not None})
    return problem.model_copy(update={"patients": patients}), tuple(payers)


def _nobody(problem: SchedulingProblem) -> str:
    taken = {each.payer for each in problem.patients} | {
        payer for rule in problem.same_day for payer in rule.payers
    }
    return fresh("no-payer", taken - {"no-payer"})


def fresh(wanted: str, taken: Iterable[str | None]) -> str:
    """Find an id that is not taken: the wanted one, or that with a number.

    Examples
    --------
    >>> fresh("more-pt", {"more-pt"})
    'more-pt-2'
    """
    known, name, number = set(taken), wanted, 1
    while name in known:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _rules(problem: SchedulingProblem, rules: tuple[SameDayRule, ...]) -> SchedulingProblem:
    return problem.model_copy(update={"same_day": rules})


def _updated(problem: SchedulingProblem, field: str, name: str, **update: Any) -> SchedulingProblem:
    entries = getattr(problem, field)
    replaced = tuple(each.model_copy(update=update) if each.id == name else each for each in entries)
    return problem.model_copy(update={field: replaced})


def _entry(entries: Iterable[_Named], name: str) -> Any:
    return next(each for each in entries if each.id == name)


def _window(change: Change) -> Hours:
    if change.day is None or change.start is None or change.end is None:
        raise ValueError(f"{change.kind} needs a day, a start and an end")
    weekday = WEEKDAYS[change.day.weekday()]
    return Hours(weekday=weekday, start=change.start, end=change.end, first=change.day, last=change.day)


def _discipline_hours(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    more = Practitioner(
        id=fresh(f"{MORE}-{change.id}"[:60], (each.id for each in problem.practitioners)),
        disciplines=(change.id,),
        hours=(_window(change),),
        languages=change.languages or ("en",),
        states=change.states,
        telehealth=True,
    )
    return problem.model_copy(update={"practitioners": (*problem.practitioners, more)})


def _room_hours(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    name = fresh(f"{MORE}-{change.id}"[:60], (each.id for each in problem.rooms))
    more = Room(id=name, type=change.id, seats=change.value or 1, hours=(_window(change),))
    return problem.model_copy(update={"rooms": (*problem.rooms, more)})


def _practitioner_hours(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Practitioner = _entry(problem.practitioners, change.id)
    return _present(problem, "practitioners", one, change, always=False)


def _patient_time(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Patient = _entry(problem.patients, change.id)
    return _present(problem, "patients", one, change, always=True)


def _present(
    problem: SchedulingProblem, field: str, one: Patient | Practitioner, change: Change, *, always: bool
) -> SchedulingProblem:
    window = _window(change)
    hours = one.hours if always and not one.hours else (*one.hours, window)
    if change.day is None or change.start is None or change.end is None:
        raise ValueError(f"{change.kind} needs a day, a start and an end")
    start, end = dt.datetime.combine(change.day, change.start), dt.datetime.combine(change.day, change.end)
    away = tuple(piece for each in one.away for piece in _outside(each, start, end))
    return _updated(problem, field, one.id, hours=hours, away=away)


def _outside(away: Away, start: dt.datetime, end: dt.datetime) -> list[Away]:
    """What is left of an absence outside a time."""
    if away.end <= start or end <= away.start:
        return [away]
    pieces = [(away.start, start), (end, away.end)]
    return [away.model_copy(update={"start": one, "end": other}) for one, other in pieces if one < other]


def _without_rule(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    return without_rule(problem, change.id, payer=change.payer, every_payer=change.every_payer)


def _telehealth(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    return _updated(problem, "patients", change.id, telehealth=True)


def _license(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Practitioner = _entry(problem.practitioners, change.id)
    return _updated(problem, "practitioners", change.id, states=(*one.states, change.other))


def _not_avoided(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Patient = _entry(problem.patients, change.id)
    left = tuple(each for each in one.avoids if each != change.other)
    return _updated(problem, "patients", change.id, avoids=left)


def _wider_window(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Series = _entry(problem.series, change.id)
    last = one.last if one.last is None else one.last + (change.value or 1) * WEEK
    return _updated(problem, "series", change.id, last=last)


def _higher_ratio(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one = _entry(problem.services, change.id)
    linked = one.linked.model_copy(update={"max_ratio": change.value})
    return _updated(problem, "services", change.id, linked=linked)


def _speaks(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    one: Practitioner = _entry(problem.practitioners, change.id)
    return _updated(problem, "practitioners", change.id, languages=(*one.languages, change.other or "en"))


def _unbook(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
    gone = change.id, change.value
    left = tuple(each for each in problem.bookings if (each.series, each.number) != gone)
    return problem.model_copy(update={"bookings": left})


def _setting(field: str, name: str, value: Any = None) -> Callable[[SchedulingProblem, Change], Any]:
    """A change that sets one field of one entry: to a fixed value, or to the change's number."""

    def apply(problem: SchedulingProblem, change: Change) -> SchedulingProblem:
        return _updated(problem, field, change.id, **{name: change.value if value == "value" else value})

    return apply


_CHANGES: dict[str, Callable[[SchedulingProblem, Change], SchedulingProblem]] = {
    "discipline_hours": _discipline_hours,
    "practitioner_hours": _practitioner_hours,
    "room_hours": _room_hours,
    "patient_time": _patient_time,
    "without_rule": _without_rule,
    "more_trips": _setting("patients", "most_trips", "value"),
    "interpreter": _setting("patients", "interpreter", True),
    "telehealth": _telehealth,
    "onsite_or_telehealth": _setting("series", "mode", "either"),
    "practitioner_telehealth": _setting("practitioners", "telehealth", True),
    "license": _license,
    "smaller_gap": _setting("series", "min_gap_hours", "value"),
    "wider_window": _wider_window,
    "any_practitioner": _setting("series", "practitioner"),
    "no_continuity": _setting("series", "continuity", "none"),
    "no_preference": _setting("patients", "prefers", ()),
    "not_avoided": _not_avoided,
    "higher_ratio": _higher_ratio,
    "more_seats": _setting("cohorts", "max_size", "value"),
    "fewer_members": _setting("cohorts", "min_size", "value"),
    "any_group_lead": _setting("cohorts", "lead"),
    "speaks": _speaks,
    "unbook": _unbook,
}
